"""What a cache costs. Look at https://aws.amazon.com/elasticache/pricing/ before money depends on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import HOURS, Cost, Costs

NODE_HOUR: Final[Mapping[str, float]] = {
    "cache.m5.2xlarge": 0.623,
    "cache.m5.4xlarge": 1.245,
    "cache.m5.12xlarge": 3.744,
    "cache.m5.24xlarge": 7.488,
    "cache.m5.large": 0.156,
    "cache.m5.xlarge": 0.311,
    "cache.m6g.large": 0.149,
    "cache.m6g.xlarge": 0.297,
    "cache.m6g.2xlarge": 0.593,
    "cache.m6g.4xlarge": 1.186,
    "cache.m6g.8xlarge": 2.372,
    "cache.m6g.12xlarge": 3.557,
    "cache.m6g.16xlarge": 4.743,
    "cache.m7g.large": 0.158,
    "cache.m7g.xlarge": 0.315,
    "cache.m7g.2xlarge": 0.629,
    "cache.m7g.4xlarge": 1.257,
    "cache.m7g.8xlarge": 2.514,
    "cache.m7g.12xlarge": 3.77,
    "cache.m7g.16xlarge": 5.028,
    "cache.r5.large": 0.216,
    "cache.r5.xlarge": 0.431,
    "cache.r5.2xlarge": 0.862,
    "cache.r5.4xlarge": 1.724,
    "cache.r5.12xlarge": 5.184,
    "cache.r5.24xlarge": 10.368,
    "cache.r6g.large": 0.206,
    "cache.r6g.xlarge": 0.411,
    "cache.r6g.2xlarge": 0.821,
    "cache.r6g.4xlarge": 1.642,
    "cache.r6g.8xlarge": 3.284,
    "cache.r6g.12xlarge": 4.925,
    "cache.r6g.16xlarge": 6.567,
    "cache.r7g.large": 0.219,
    "cache.r7g.xlarge": 0.437,
    "cache.r7g.2xlarge": 0.873,
    "cache.r7g.4xlarge": 1.745,
    "cache.r7g.8xlarge": 3.491,
    "cache.r7g.12xlarge": 5.235,
    "cache.r7g.16xlarge": 6.981,
    "cache.t3.micro": 0.017,
    "cache.t3.small": 0.034,
    "cache.t3.medium": 0.068,
    "cache.t4g.micro": 0.016,
    "cache.t4g.small": 0.032,
    "cache.t4g.medium": 0.065,
}
"""One node of Redis OSS, as the AWS Price List API gave it in October 2026: every class that settings know."""
VALKEY: Final = 0.8
"""What a node of Valkey costs of the same with Redis OSS."""


def _groups(groups: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for given in groups:
        in_shards = int(given.get("numNodeGroups", 1)) * (1 + int(given.get("replicasPerNodeGroup", 0)))
        nodes = int(given.get("numCacheClusters", in_shards))
        size = str(given["nodeType"])
        valkey = given.get("engine") == "valkey"
        if size in NODE_HOUR:
            dollars = nodes * NODE_HOUR[size] * HOURS * (VALKEY if valkey else 1)
            yield Cost(what=f"{'Valkey' if valkey else 'Redis'} {size}", quantity=nodes, dollars=dollars)
        else:
            yield Cost(what=size, quantity=nodes, dollars=None)


COSTS: Final[Mapping[str, Costs]] = {"aws:elasticache/replicationGroup:ReplicationGroup": _groups}
