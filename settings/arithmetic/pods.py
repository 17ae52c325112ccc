"""What one pod of a service asks a node for, all of its containers together."""

from typing import Final

from settings.arithmetic.capacity import Demand
from settings.types import mebibytes, millicores
from settings.workload.service import Amount, Service

LOG_READER: Final = Amount(cpu="25m", memory="32Mi")
"""The container that reads a log file for the pod's own log; the chart renders it with the same amounts."""


def demand_of(amount: Amount) -> Demand:
    """Return quantities as numbers."""
    return Demand(millicores=millicores(amount.cpu), mebibytes=mebibytes(amount.memory))


def pod_demand(service: Service) -> Demand:
    """Return what a pod requests: the service's container, those beside it, and one for each log file."""
    beside = [sidecar.resources.requests for sidecar in service.sidecars.values()]
    demand = demand_of(service.resources.requests)
    for amount in (*beside, *([LOG_READER] * len(service.log_files))):
        demand += demand_of(amount)
    return demand
