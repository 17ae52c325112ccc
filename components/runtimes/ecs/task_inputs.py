"""What the containers of every task are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import Input

from components.product.containers import ProductContainer
from components.product.references import SecretReference
from components.product.wiring import Wiring
from settings import PlatformSettings


@dataclass(frozen=True, kw_only=True)
class TaskInputs:
    """`database` is what libpq reads; `credentials` refer to each role's name and password, by their keys.

    `secrets` refers to those that have a value, `acting` to the same with other credentials in place of the services',
    by the names of those.
    `metrics_url` is where the product's own metrics are written to; None: they are not collected.
    """

    settings: PlatformSettings
    wiring: Wiring
    secrets: Mapping[str, SecretReference]
    database: Mapping[str, Input[str]]
    credentials: Mapping[str, Mapping[str, SecretReference]]
    acting: Mapping[tuple[str, ...], Mapping[str, SecretReference]] = field(
        default_factory=dict[tuple[str, ...], Mapping[str, SecretReference]]
    )
    metrics_url: Input[str] | None = None

    @property
    def database_credential(self) -> Mapping[str, SecretReference]:
        """Refer to the name and password of the application's role."""
        return self.credentials.get("database", {})

    def references(self, container: ProductContainer) -> dict[str, SecretReference]:
        """Refer to a container's secrets, which have a value."""
        known = self.acting[tuple(container.acting.values())] if container.acting else self.secrets
        return {name: known[name] for name in container.secrets}
