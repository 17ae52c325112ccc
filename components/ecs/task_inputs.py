"""What the containers of every task are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from components.application.wiring import Wiring
from components.ecs.references import SecretReference
from settings import PlatformSettings
from settings.workload.service import EnvironmentValue, Wired


@dataclass(frozen=True, kw_only=True)
class TaskInputs:
    """`database` is what libpq reads: variables, and references for the role's name and password.

    `metrics_url` is where the product's own figures are written to; None: they are not collected.
    """

    settings: PlatformSettings
    wiring: Wiring
    secrets: Mapping[str, SecretReference]
    database: Mapping[str, Input[str]]
    database_credential: Mapping[str, SecretReference]
    metrics_url: Input[str] | None = None

    def environment(self, stated: Mapping[str, EnvironmentValue]) -> dict[str, Input[str]]:
        """Give each variable its text, or the output that it names."""
        return {
            name: self.wiring.outputs[value.output] if isinstance(value, Wired) else value
            for name, value in stated.items()
        }

    def references(self, names: tuple[str, ...]) -> dict[str, SecretReference]:
        """Refer to those of the named secrets that have a value."""
        return {name: self.secrets[name] for name in names if name in self.secrets}
