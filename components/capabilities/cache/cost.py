"""What a cache costs. Look at https://aws.amazon.com/elasticache/pricing/ before money depends on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import HOURS, Cost, Costs

NODE_HOUR: Final[Mapping[str, float]] = {
    "cache.t4g.micro": 0.016,
    "cache.t4g.small": 0.032,
    "cache.t4g.medium": 0.065,
}
"""One node of Redis OSS."""


def _groups(groups: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for given in groups:
        in_shards = int(given.get("numNodeGroups", 1)) * (1 + int(given.get("replicasPerNodeGroup", 0)))
        nodes = int(given.get("numCacheClusters", in_shards))
        size = str(given["nodeType"])
        if size in NODE_HOUR:
            yield Cost(what=f"Redis {size}", quantity=nodes, dollars=nodes * NODE_HOUR[size] * HOURS)
        else:
            yield Cost(what=size, quantity=nodes, dollars=None)


COSTS: Final[Mapping[str, Costs]] = {"aws:elasticache/replicationGroup:ReplicationGroup": _groups}
