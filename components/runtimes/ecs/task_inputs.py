"""What the containers of every task are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from components.product.references import SecretReference
from components.product.wiring import Wiring
from settings import PlatformSettings


@dataclass(frozen=True, kw_only=True)
class TaskInputs:
    """`database` is what libpq reads: variables, and references for the role's name and password.

    `metrics_url` is where the product's own metrics are written to; None: they are not collected.
    """

    settings: PlatformSettings
    wiring: Wiring
    secrets: Mapping[str, SecretReference]
    database: Mapping[str, Input[str]]
    database_credential: Mapping[str, SecretReference]
    metrics_url: Input[str] | None = None

    def references(self, names: tuple[str, ...]) -> dict[str, SecretReference]:
        """Refer to secrets that have a value."""
        return {name: self.secrets[name] for name in names}
