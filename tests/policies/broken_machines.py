"""Broken machines, functions and tasks, and the network around them."""

import base64
import json
from typing import Any

from tests.policies.broken import DELETED, INGRESS, LEGACY, PERMISSION, TEMPLATE, Broken
from tests.policies.good import CONTAINER

_INSTANCE, _TASK = "aws:ec2/instance:Instance", "aws:ecs/taskDefinition:TaskDefinition"
_FUNCTION = "aws:lambda/function:Function"
_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
_KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
_SCRIPT = f"#!/bin/sh\nexport AWS_ACCESS_KEY_ID={_KEY_ID}\n"


def _containers(**others: Any) -> str:
    return json.dumps([{**CONTAINER, **others}])


def _variable(name: str, value: str) -> str:
    return _containers(environment=[{"name": name, "value": value}])


BROKEN: list[Broken] = [
    ("data-port-not-open", INGRESS, "toPort", 65535),
    ("security-group-all-ports", INGRESS, "ipProtocol", "-1"),
    ("security-group-legacy-rule", LEGACY, "type", "egress"),
    ("security-group-legacy-open", LEGACY, "cidrBlocks", ["0.0.0.0/0"]),
    ("security-group-legacy-open", LEGACY, "cidrBlocks", ["0.0.0.0/1", "128.0.0.0/1"]),
    ("network-acl-admin-ports", _ACL_RULE, "fromPort", 22),
    ("network-acl-admin-ports", _ACL_RULE, "protocol", "-1"),
    ("node-no-open-ssh", "aws:eks/nodeGroup:NodeGroup", "remoteAccess.sourceSecurityGroupIds", DELETED),
    ("instance-metadata-v2", _INSTANCE, "metadataOptions.httpTokens", "optional"),
    ("instance-metadata-v2", _INSTANCE, "metadataOptions", DELETED),
    ("instance-disks-encrypted", _INSTANCE, "rootBlockDevice.encrypted", False),
    ("instance-disks-encrypted", _INSTANCE, "ebsBlockDevices.0.encrypted", DELETED),
    ("instance-not-public", _INSTANCE, "associatePublicIpAddress", True),
    ("instance-not-public", TEMPLATE, "networkInterfaces", [{"associatePublicIpAddress": "true"}]),
    ("start-script-no-credentials", _INSTANCE, "userData", _SCRIPT),
    ("start-script-no-credentials", TEMPLATE, "userData", base64.b64encode(_SCRIPT.encode()).decode()),
    ("volume-encrypted", "aws:ebs/volume:Volume", "encrypted", False),
    ("volume-encryption-default", "aws:ebs/encryptionByDefault:EncryptionByDefault", "enabled", False),
    ("machine-image-not-public", "aws:ec2/amiLaunchPermission:AmiLaunchPermission", "group", "all"),
    ("snapshot-not-public", "aws:rds/snapshot:Snapshot", "sharedAccounts", ["all"]),
    ("snapshot-sharing-blocked", "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "state", "unblocked"),
    ("function-url-authenticated", "aws:lambda/functionUrl:FunctionUrl", "authorizationType", "NONE"),
    ("function-caller-of-own-account", PERMISSION, "sourceAccount", DELETED),
    ("function-no-plain-secrets", _FUNCTION, "environment.variables.SECRET", "hunter2"),
    ("function-no-plain-secrets", _FUNCTION, "environment.variables.SECRET", _KEY_ID),
    ("task-not-privileged", _TASK, "containerDefinitions", _containers(privileged=True)),
    ("task-no-plain-secrets", _TASK, "containerDefinitions", _variable("API_KEY", "s3cr3t")),
    ("task-no-plain-secrets", _TASK, "containerDefinitions", _variable("URL", "postgres://app:pass@db/shop")),
    ("task-own-network", _TASK, "networkMode", "host"),
    ("task-own-processes", _TASK, "pidMode", "host"),
    ("task-own-processes", _TASK, "ipcMode", "host"),
    ("task-logs", _TASK, "containerDefinitions", _containers(logConfiguration=None)),
    ("task-image-pinned", _TASK, "containerDefinitions", _containers(image="docker.io/library/nginx")),
    ("task-image-pinned", _TASK, "containerDefinitions", _containers(image="registry:5000/api:latest")),
    ("task-role-apart", _TASK, "taskRoleArn", "arn:aws:iam::000000000000:role/start"),
    ("task-files-over-tls", _TASK, "volumes.0.efsVolumeConfiguration.transitEncryption", DELETED),
]
