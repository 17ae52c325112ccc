"""Every capability, in the order in which rules, alarms and panels list them."""

from collections.abc import Mapping
from typing import Final

from components.capabilities.buckets.declaration import BucketsCapability
from components.capabilities.cache import cost as cache_cost
from components.capabilities.cache.declaration import CacheCapability
from components.capabilities.contract import Capability
from components.capabilities.cost import Costs
from components.capabilities.database import cost as database_cost
from components.capabilities.database.declaration import DatabaseCapability
from components.capabilities.event_bus.declaration import EventBusCapability
from components.capabilities.pooler.declaration import PoolerCapability
from components.capabilities.queues import declaration as queues
from components.capabilities.shared_files import cost as shared_files_cost
from components.capabilities.shared_files.declaration import SharedFilesCapability
from components.capabilities.tables import declaration as tables
from components.capabilities.timeseries.declaration import TimeseriesCapability

CAPABILITIES: Final[tuple[Capability, ...]] = (
    DatabaseCapability(),
    TimeseriesCapability(),
    CacheCapability(),
    PoolerCapability(),
    EventBusCapability(),
    SharedFilesCapability(),
    BucketsCapability(),
    queues.QueuesCapability(),
    tables.TablesCapability(),
)

COSTS: Final[Mapping[str, Costs]] = {
    **database_cost.COSTS,
    **cache_cost.COSTS,
    **shared_files_cost.COSTS,
    **queues.COSTS,
    **tables.COSTS,
}
"""What the capabilities' resources cost, by the type of the resource."""
