"""Outputs of KMS."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, flag


def key_id(subject: Subject) -> str:
    multi_region = flag(subject.inputs, "multiRegion") is True
    return f"mrk-{subject.hex(32)}" if multi_region else subject.uuid()


def replica_key_id(subject: Subject) -> str:
    # A replica has the key id of its primary: the point of a multi-Region key.
    return subject.input("primaryKeyArn").rsplit("/", 1)[-1] or f"mrk-{subject.hex(32)}"


def alias(subject: Subject) -> Properties:
    target = subject.input("targetKeyId")
    arn = target if target.startswith("arn:") else subject.arn("kms", f"key/{target}")
    return {"arn": subject.arn("kms", subject.name), "targetKeyArn": arn}
