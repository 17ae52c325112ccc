"""Work that waits for a service, as CloudWatch counts it: what a runtime may scale the service by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi import Input

EXPORTER_MILLICORES: Final = 20
EXPORTER_MEBIBYTES: Final = 64
"""What each pod requests that reads backlogs on a cluster."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """A metric that counts what waits, and how much of it there should be for each running copy of the service.

    `key` names it among those of the service. `dimensions` say which resource the metric is of.
    """

    key: str
    namespace: str
    metric: str
    dimensions: Mapping[str, Input[str]]
    for_each: int


def external_metric(service: str, backlog: Backlog) -> str:
    """Give what Kubernetes' external metrics API calls a backlog; names of services hold no dots."""
    return f"{service}.{backlog.key}"
