"""The primary region, as the stack of a secondary one sees it."""

from settings.base import Settings
from settings.stack import Routing
from settings.types import DomainName, Network, Region, Zone


class PrimaryRegion(Settings):
    """What a secondary region must know before anything is built: the primary's own stack file states it."""

    stack: str
    """Name of the primary's stack."""
    region: Region
    zones: tuple[Zone, ...]
    cidr: Network
    domain: DomainName
    replica_regions: tuple[Region, ...] = ()
    routing: Routing | None = None
