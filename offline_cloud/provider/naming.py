"""Generated names: what the real provider calls a resource whose name the program leaves open."""

import hashlib
import re
from typing import Final

from offline_cloud.cloud.model import Properties, Record, Value, digest, text
from offline_cloud.provider.catalog import ResourceType

# Types whose name is not the property `name`.
NAME_PROPERTIES: Final = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
    "aws:rds/instance:Instance": "identifier",
    "aws:rds/cluster:Cluster": "clusterIdentifier",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:elasticache/cluster:Cluster": "clusterId",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html and its neighbours.
NAME_LIMITS: Final = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:iam/role:Role": 64,
    "aws:iam/instanceProfile:InstanceProfile": 128,
    "aws:s3/bucket:Bucket": 63,
    "aws:rds/instance:Instance": 63,
    "aws:elasticache/replicationGroup:ReplicationGroup": 40,
}
SUFFIX: Final = re.compile(r"-[0-9a-f]{7}$")
SUFFIX_LENGTH: Final = 8
# What the provider puts behind a prefix: a time of 18 digits and a counter of 8.
PREFIXED_LENGTH: Final = 26


def name_property(type: ResourceType) -> str | None:
    """Name the input that a name is generated for, when there is one."""
    name = NAME_PROPERTIES.get(type.token, "name")
    properties = type.inputs.properties
    generated = name in properties and name in type.outputs and name not in type.inputs.required
    return name if generated and type.token.startswith(("aws:", "kubernetes:")) else None


def with_name(
    type: ResourceType, inputs: Properties, old: Properties, logical_name: str, random_seed: bytes
) -> Properties:
    """Complete inputs by a generated name; a name generated earlier is kept.

    Beside a prefix no name is stated: the provider refuses both, and makes the name itself (``from_prefix``).
    """
    key = name_property(type)
    if key is None or inputs.get(key) is not None or inputs.get(f"{key}Prefix") is not None:
        return inputs
    kept = old.get(key)
    if isinstance(kept, str) and is_generated(kept, logical_name):
        return {**inputs, key: kept}
    stem = f"{logical_name}-"
    limit = NAME_LIMITS.get(type.token, 255)
    suffix = hashlib.sha256(random_seed + stem.encode()).hexdigest()[: SUFFIX_LENGTH - 1]
    lowered = stem.lower() if key != "name" else stem
    return {**inputs, key: lowered[: limit - len(suffix)] + suffix}


def from_prefix(type: ResourceType, record: Record) -> Properties:
    """Give the name that the provider makes of a prefix, one for each generation: empty where none is stated."""
    key = name_property(type)
    prefix = text(record.inputs, f"{key}Prefix")
    if key is None or prefix is None or record.inputs.get(key) is not None:
        return {}
    return {key: text(record.outputs, key) or prefix + digest(record.seed, prefix, length=PREFIXED_LENGTH)}


def is_generated(name: Value, logical_name: str) -> bool:
    """Tell whether a name was generated from a logical name, or from a prefix."""
    if not isinstance(name, str) or len(name) < SUFFIX_LENGTH:
        return False
    stem = name[: -SUFFIX_LENGTH + 1].rstrip("-").lower()
    return bool(SUFFIX.search(f"-{name[-SUFFIX_LENGTH + 1 :]}")) and logical_name.lower().startswith(stem)
