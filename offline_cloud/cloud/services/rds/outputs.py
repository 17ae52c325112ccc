"""Outputs of RDS: instances, subnet groups and proxies."""

from typing import Final

from offline_cloud.cloud.core.regions import database_zone
from offline_cloud.cloud.core.subject import Subject, account_hash
from offline_cloud.cloud.model import Properties, Value, digest, flag, number, text

INSTANCE: Final = "aws:rds/instance:Instance"
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
    if "multiAz" not in subject.inputs:
        outputs["multiAz"] = False
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
