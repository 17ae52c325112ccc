"""Outputs of Secrets Manager."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, Value, items


def secret(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.id}
    replicas: list[Value] = []
    for replica in items(subject.inputs, "replicas"):
        if isinstance(replica, dict):
            replicas.append({**replica, "status": "InSync", "statusMessage": "Replication succeeded"})
    if replicas:
        outputs["replicas"] = replicas
    return outputs


def secret_version(subject: Subject) -> Properties:
    secret_arn, _, version = subject.id.partition("|")
    outputs: Properties = {"arn": secret_arn, "secretArn": secret_arn, "versionId": version}
    if "versionStages" not in subject.inputs:
        outputs["versionStages"] = ["AWSCURRENT"]
    return outputs
