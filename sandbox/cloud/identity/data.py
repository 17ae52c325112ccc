"""Outputs of databases, caches, secrets and keys."""

from typing import Final

from sandbox.cloud.identity.network import vpc_of_subnets
from sandbox.cloud.identity.regions import database_zone, short_name
from sandbox.cloud.identity.subject import Subject, account_hash
from sandbox.cloud.model import Properties, Value, digest, flag, items, number, text

INSTANCE: Final = "aws:rds/instance:Instance"
REDIS_PORT: Final = 6379
_ENGINE_PORTS: Final = {"postgres": 5432, "mysql": 3306, "mariadb": 3306, "oracle": 1521, "sqlserver": 1433}
# What a replica takes over from its source when it is not stated.
_INHERITED: Final = ("engine", "engineVersion", "dbName", "username", "port", "storageEncrypted", "allocatedStorage")


def source_of(subject: Subject) -> Properties:
    """Give the inputs of the instance that a replica reads from; empty when there is none in this world."""
    source = subject.input("replicateSourceDb")
    for record in subject.world.of_type(INSTANCE):
        if source and source in (text(record.inputs, "identifier"), record.arn, record.id):
            return record.inputs
    return {}


def database(subject: Subject) -> Properties:
    name, region = subject.name, subject.region
    source = source_of(subject)
    inherited: Properties = {
        key: source[key] for key in _INHERITED if key in source and subject.inputs.get(key) is None
    }
    stated: Properties = {**source, **subject.inputs}
    engine = text(stated, "engine") or "postgres"
    port = number(stated, "port") or _ENGINE_PORTS.get(engine.split("-")[0], 5432)
    address = f"{name}.{account_hash('rds', region, 12)}.{region}.rds.amazonaws.com"
    outputs: Properties = {
        **inherited,
        "arn": subject.arn("rds", f"db:{name}"),
        "address": address,
        "endpoint": f"{address}:{port}",
        "port": port,
        "hostedZoneId": database_zone(region),
        "resourceId": subject.id,
        "status": "available",
        "engineVersionActual": text(stated, "engineVersion") or "",
        "replicas": [],
        "listenerEndpoints": [],
        "masterUserSecrets": _managed_secrets(subject),
    }
    if "availabilityZone" not in subject.inputs:
        outputs["availabilityZone"] = f"{region}a"
    return outputs


def _managed_secrets(subject: Subject) -> list[Value]:
    if flag(subject.inputs, "manageMasterUserPassword") is not True:
        return []
    secret = f"secret:rds!db-{subject.uuid('secret')}-{subject.letters(6, 'secret')}"
    default_key = subject.arn("kms", f"key/{_default_key(subject.region)}")
    return [
        {
            "secretArn": subject.arn("secretsmanager", secret),
            "secretStatus": "active",
            "kmsKeyId": subject.input("masterUserSecretKmsKeyId", default_key),
        }
    ]


def _default_key(region: str) -> str:
    digits = digest("aws/secretsmanager", region, length=32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def database_subnet_group(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("rds", f"subgrp:{subject.name}"),
        "vpcId": vpc_of_subnets(subject, "subnetIds"),
        "supportedNetworkTypes": ["IPV4"],
    }


def proxy(subject: Subject) -> Properties:
    host = f"{subject.name}.proxy-{account_hash('rds', subject.region, 12)}.{subject.region}.rds.amazonaws.com"
    return {"arn": subject.arn("rds", f"db-proxy:prx-0{subject.hex(16)}"), "endpoint": host}


def proxy_endpoint(subject: Subject) -> Properties:
    host = f"{subject.name}.endpoint.proxy-{account_hash('rds', subject.region, 12)}"
    return {
        "arn": subject.arn("rds", f"db-proxy-endpoint:prx-endpoint-0{subject.hex(16)}"),
        "endpoint": f"{host}.{subject.region}.rds.amazonaws.com",
        "isDefault": False,
        "vpcId": vpc_of_subnets(subject, "vpcSubnetIds"),
    }


def proxy_target(subject: Subject) -> Properties:
    wanted = subject.input("dbInstanceIdentifier")
    for record in subject.world.of_type(INSTANCE):
        if wanted and text(record.inputs, "identifier") == wanted:
            return {
                "endpoint": text(record.outputs, "address") or "",
                "port": number(record.outputs, "port") or _ENGINE_PORTS["postgres"],
                "rdsResourceId": wanted,
                "targetArn": record.arn or "",
                "type": "RDS_INSTANCE",
                "trackedClusterId": "",
            }
    return {"type": "RDS_INSTANCE"}


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


def cache_subnet_group(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("elasticache", f"subnetgroup:{subject.name}"),
        "vpcId": vpc_of_subnets(subject, "subnetIds"),
    }


def secret_id(subject: Subject) -> str:
    return subject.arn("secretsmanager", f"secret:{subject.name}-{subject.letters(6)}")


def secret(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.id}
    replicas: list[Value] = []
    for replica in items(subject.inputs, "replicas"):
        if isinstance(replica, dict):
            replicas.append({**replica, "status": "InSync", "statusMessage": "Replication succeeded"})
    if replicas:
        outputs["replicas"] = replicas
    return outputs


def secret_version_id(subject: Subject) -> str:
    return f"{subject.input('secretId')}|terraform-{subject.hex(26)}"


def secret_version(subject: Subject) -> Properties:
    secret_arn, _, version = subject.id.partition("|")
    outputs: Properties = {"arn": secret_arn, "secretArn": secret_arn, "versionId": version}
    if "versionStages" not in subject.inputs:
        outputs["versionStages"] = ["AWSCURRENT"]
    return outputs


def key_id(subject: Subject) -> str:
    multi_region = flag(subject.inputs, "multiRegion") is True
    return f"mrk-{subject.hex(32)}" if multi_region else subject.uuid()


def key(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.arn("kms", f"key/{subject.id}"), "keyId": subject.id}
    defaults = {"keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT"}
    outputs.update({name: value for name, value in defaults.items() if name not in subject.inputs})
    return outputs


def replica_key_id(subject: Subject) -> str:
    # A replica has the key id of its primary: the point of a multi-Region key.
    return subject.input("primaryKeyArn").rsplit("/", 1)[-1] or f"mrk-{subject.hex(32)}"


def replica_key(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("kms", f"key/{subject.id}"),
        "keyId": subject.id,
        "keyUsage": "ENCRYPT_DECRYPT",
        "keySpec": "SYMMETRIC_DEFAULT",
        "keyRotationEnabled": True,
    }


def alias(subject: Subject) -> Properties:
    target = subject.input("targetKeyId")
    arn = target if target.startswith("arn:") else subject.arn("kms", f"key/{target}")
    return {"arn": subject.arn("kms", subject.name), "targetKeyArn": arn}
