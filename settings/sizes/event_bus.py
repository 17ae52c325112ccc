"""The event bus in one stack: its size, or where somebody else runs it."""

from settings.base import Settings
from settings.cells import WORKLOAD, Cells
from settings.types import Cpu, Endpoint, Memory
from settings.workload.event_bus import BrokerGib, Brokers, NameServers


class EventBusSettings(Settings):
    """The size of the event bus; what the product asks for is in its workload file."""

    address: Endpoint | None
    """Name server of a RocketMQ that runs elsewhere, in place of one on the cluster."""
    name_servers: NameServers
    """Name servers, which also elect the primary broker."""
    brokers: Brokers
    """The primary broker and its replicas; each holds every message."""
    cpu: Cpu
    """CPU that is set aside for each broker."""
    memory: Memory
    """Memory of each broker, set aside and never exceeded."""
    storage_gib: BrokerGib
    """Volume of each broker."""


ROWS: dict[str, Cells] = {
    # setting                               dev             staging          production       budget
    "address":                           (WORKLOAD,       WORKLOAD,        WORKLOAD,        WORKLOAD),
    "name_servers":                      (1,              3,               WORKLOAD,        1),
    "brokers":                           (1,              2,               WORKLOAD,        1),
    "cpu":                               ("250m",         "500m",          WORKLOAD,        "250m"),
    "memory":                            ("1Gi",          "2Gi",           WORKLOAD,        "1Gi"),
    "storage_gib":                       (10,             50,              WORKLOAD,        10),
}  # fmt: skip
"""What each environment starts from; see settings/environments.py."""
