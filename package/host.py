"""The package's provider: the SDK's component host, with a user's own mistakes reported by property."""

import sys

from pulumi import ResourceOptions
from pulumi.errors import InputPropertiesError
from pulumi.output import Inputs
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from package.facades.bucket import Bucket
from package.facades.cache import Cache
from package.facades.database import Database
from package.facades.keys import Keys
from package.facades.network import Network
from package.facades.stack import Platform
from settings import SettingsError
from settings.diagnostics import shown

NAME = "groundwork"
VERSION = "0.1.0"
COMPONENTS = (Platform, Keys, Network, Bucket, Database, Cache)


class GroundworkProvider(ComponentProvider):
    """Serves the components; its schema is inferred from their annotations and docstrings."""

    def __init__(self) -> None:
        super().__init__([*COMPONENTS], NAME, version=VERSION)

    def construct(
        self, name: str, resource_type: str, inputs: Inputs, options: ResourceOptions | None = None
    ) -> ConstructResult:
        """Build one component. Raises InputPropertiesError with every mistake of its settings, and no traceback."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, SettingsError):
                raise _by_property(name, error.inner) from None
            raise


def _by_property(name: str, error: SettingsError) -> InputPropertiesError:
    return InputPropertiesError(
        f"{name}: {len(error.diagnostics)} mistake(s) in its settings; nothing of it was created",
        [
            {
                "property_path": each.setting,
                "reason": f"given {shown(each.given)}; allowed: {each.allowed}; fix: {each.fix}",
            }
            for each in error.diagnostics
        ],
    )


def serve() -> None:
    """Answer the engine until it ends; its address stands in the arguments."""
    main(GroundworkProvider(), sys.argv[1:])
