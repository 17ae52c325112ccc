"""Outputs of ElastiCache."""

from typing import Final

from offline_cloud.cloud.core.regions import short_name
from offline_cloud.cloud.core.subject import Subject, account_hash
from offline_cloud.cloud.model import Properties, Value, flag, items, number, text

REDIS_PORT: Final = 6379


def replication_group(subject: Subject) -> Properties:
    inputs, name = subject.inputs, subject.name
    shards = int(number(inputs, "numNodeGroups") or 1)
    per_shard = int(number(inputs, "replicasPerNodeGroup") or 0) + 1
    sharded = in_cluster_mode(inputs)
    replicas = per_shard if number(inputs, "replicasPerNodeGroup") is not None else None
    nodes = int(number(inputs, "numCacheClusters") or replicas or 1)
    suffix = f"{account_hash('elasticache', subject.region, 6)}.{{}}{short_name(subject.region)}.cache.amazonaws.com"
    outputs: Properties = {
        "arn": subject.arn("elasticache", f"replicationgroup:{name}"),
        "clusterEnabled": sharded,
        "engineVersionActual": text(inputs, "engineVersion") or "",
        "port": number(inputs, "port") or REDIS_PORT,
    }
    if sharded:
        members = [f"{name}-{s:04d}-{n:03d}" for s in range(1, shards + 1) for n in range(1, per_shard + 1)]
        outputs["configurationEndpointAddress"] = f"clustercfg.{name}.{suffix.format('')}"
        outputs["numCacheClusters"] = shards * per_shard
        outputs |= dict.fromkeys(("primaryEndpointAddress", "readerEndpointAddress"), None)
    else:
        members = [f"{name}-{n:03d}" for n in range(1, nodes + 1)]
        master, reader = ("master.", "replica.") if encrypted_in_transit(inputs) else ("", "")
        host = f"{name}.{suffix.format('')}" if master else f"{name}.{suffix.format('ng.0001.')}"
        readers = host if reader else f"{name}-ro.{suffix.format('ng.0001.')}"
        outputs["configurationEndpointAddress"] = None
        outputs["primaryEndpointAddress"] = f"{master}{host}"
        outputs["readerEndpointAddress"] = f"{reader}{readers}"
        outputs["numCacheClusters"] = nodes
    outputs["memberClusters"] = list[Value](members)
    return outputs


def in_cluster_mode(inputs: Properties) -> bool:
    """Tell whether a replication group is sharded: by its node groups, its parameter group or its cluster mode."""
    if text(inputs, "clusterMode") in ("enabled", "compatible") or items(inputs, "nodeGroupConfigurations"):
        return True
    if (number(inputs, "numNodeGroups") or 0) > 1:
        return True
    family = text(inputs, "parameterGroupName") or ""
    return family.endswith(".cluster.on")


def encrypted_in_transit(inputs: Properties) -> bool:
    return flag(inputs, "transitEncryptionEnabled") is True
