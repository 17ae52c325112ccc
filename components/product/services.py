"""What follows for a service from its section of the workload file, on any runtime."""

from typing import Final

from pulumi import Input

from components.product.database import Address, address
from components.product.pooler import POOLER
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.arithmetic.pooler import pooler_of
from settings.workload.service import Scaling, Service

_DEFAULT_SCALING: Final = Scaling(cpu=70)


def scaling(service: Service) -> Scaling:
    """Return what a service is scaled by, where its least and most copies differ."""
    return service.scaling or _DEFAULT_SCALING


def way_to_database(settings: PlatformSettings, wiring: Wiring, service: Service) -> Address:
    """Return where a service connects: to the pooler, if that is its only way, or else past it."""
    pooler, writer = pooler_of(settings), address(settings, wiring)
    if pooler is None or "pooler" not in service.uses or "database" in service.uses:
        return writer
    port: Input[str] = str(pooler.port)
    return Address(host=POOLER, port=port, database=writer.database)
