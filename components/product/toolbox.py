"""Clients of what holds a product's data, for a person to work with."""

from dataclasses import dataclass

from components.product.database import client_image
from components.product.images import REDIS_CLIENT, reference
from components.product.reach import Reach
from components.product.secrets import valued
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.workload.secrets import WiredSecret

TOOLBOX = "toolbox"


@dataclass(frozen=True, kw_only=True)
class ProductToolbox:
    """`postgres_image` is None for a product without a database.

    `secrets` are those that hold the address of a store and the credential for it. `reach` is where it may connect to.
    """

    redis_image: str
    postgres_image: str | None
    secrets: tuple[str, ...]
    reach: tuple[Reach, ...]


def product_toolbox(settings: PlatformSettings, wiring: Wiring) -> ProductToolbox:
    """Return the toolbox of a product: it reaches what a service does that uses every store."""
    return ProductToolbox(
        redis_image=reference(settings, REDIS_CLIENT),
        postgres_image=client_image(settings) if settings.workload.database is not None else None,
        secrets=valued(settings, wiring, _store_secrets(settings)),
        reach=tuple(each for each in wiring.reach if each.toolbox),
    )


def _store_secrets(settings: PlatformSettings) -> list[str]:
    """Name the secrets among variables that come from a store."""
    workload = settings.workload
    # A restore goes past the pooler, as the migration does.
    read = {name for service in workload.services.values() for name in service.pod_secrets}
    read |= set(workload.migration.secrets if workload.migration else ())
    return sorted(name for name in read if isinstance(workload.secrets[name], WiredSecret))
