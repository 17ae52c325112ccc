"""The connection pooler of a stack's database: whether there is one, how many pods, and what they ask for."""

from settings.platform import PlatformSettings
from settings.workload.container import Amount, Resources
from settings.workload.database import Pooler

RESOURCES = Resources(requests=Amount(cpu="250m", memory="128Mi"), limits=Amount(cpu="1", memory="256Mi"))
"""PgBouncer is one thread, and takes 2 kB for a client and 16 kB for a busy one: 1,000 clients fit ten times over."""

EXPORTER_RESOURCES = Resources(requests=Amount(cpu="50m", memory="64Mi"), limits=Amount(cpu="250m", memory="128Mi"))


def pooler_of(settings: PlatformSettings) -> Pooler | None:
    """The pooler that the product asks for, if this platform has a database to put it in front of."""
    needs = settings.workload.database
    return needs.pooler if needs is not None and settings.stack.database is not None else None


def pooler_pods(settings: PlatformSettings, pooler: Pooler) -> int:
    """How many pods of it run in this environment: the product's value, or one."""
    return 1 if settings.stack.application.scale == "single" else pooler.replicas
