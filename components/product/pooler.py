"""The pooler that a product asks for: what it takes, and where services find it."""

from dataclasses import dataclass

from components.invariants import certain
from components.product.database import Address, address
from components.product.images import OPENSSL, PGBOUNCER, PGBOUNCER_EXPORTER, reference
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.arithmetic.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods
from settings.workload.service import Resources

POOLER = "pgbouncer"
"""What the pooler is called: a Deployment and a Service on a cluster, a service on ECS."""

PORT_NAME = "postgres"
"""What the port is called at which it takes connections."""

METRICS_PORT = 9127


def pooler_address(settings: PlatformSettings) -> str:
    """Its host and port, as pods of the product's namespace write them. Raises InvariantError without one."""
    pooler = certain(pooler_of(settings), "only a product with a pooler connects to it")
    return f"{POOLER}:{pooler.port}"


@dataclass(frozen=True, kw_only=True)
class ProductPooler:
    """PgBouncer in front of a product's database.

    It connects to `database` as `role`. `regions` are those whose certificate authorities the server's certificate may
    be of.
    """

    image: str
    exporter_image: str
    certificate_image: str
    copies: int
    port: int
    clients: int
    pool: int
    database: Address
    role: str
    regions: tuple[str, ...]
    metrics_port: int = METRICS_PORT
    resources: Resources = RESOURCES
    exporter_resources: Resources = EXPORTER_RESOURCES


def product_pooler(settings: PlatformSettings, wiring: Wiring) -> ProductPooler | None:
    """Return the pooler that a product's stack runs, None without one."""
    pooler, needs = pooler_of(settings), settings.workload.database
    if pooler is None or needs is None:
        return None
    return ProductPooler(
        image=reference(settings, PGBOUNCER),
        exporter_image=reference(settings, PGBOUNCER_EXPORTER),
        certificate_image=reference(settings, OPENSSL),
        copies=pooler_pods(settings, pooler),
        port=pooler.port,
        clients=pooler.clients,
        pool=pooler.pool,
        database=address(settings, wiring),
        role=needs.role,
        regions=_database_regions(settings),
    )


def _database_regions(settings: PlatformSettings) -> tuple[str, ...]:
    """Where the server may be: each region's RDS has authorities of its own, and a copy is promoted in its region."""
    primary = [settings.primary.region] if settings.primary else []
    return tuple(dict.fromkeys([settings.stack.region, *primary]))
