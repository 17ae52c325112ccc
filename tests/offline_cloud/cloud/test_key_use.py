"""Who may use a key for volumes: the key's policy, the caller's, and what Auto Scaling launches with it."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import ACCOUNT_ID, UNKNOWN, Record, Value
from offline_cloud.cloud.services.kms.key_use import AUTO_SCALING, SPOT, VOLUME_ACTIONS, denied
from tests.offline_cloud.cloud.memory import codes, create, diagnostics
from tests.offline_cloud.cloud.platform import ROOT, WORKER, Platform

ALL = list(VOLUME_ACTIONS)
TO_ACCOUNT: dict[str, object] = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}


@pytest.fixture
def world() -> Platform:
    return Platform()


def policy(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def key_with(world: Platform, *statements: dict[str, object]) -> Record:
    key = create(world, facts.KEY, "data", enableKeyRotation=True)
    create(world, "aws:kms/keyPolicy:KeyPolicy", "policy", keyId=key.id, policy=policy(TO_ACCOUNT, *statements))
    return key


def to_launchers(**equals: Value) -> dict[str, object]:
    condition = {"StringEquals": {"kms:CallerAccount": ACCOUNT_ID, "aws:PrincipalArn": [AUTO_SCALING], **equals}}
    actions = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"]
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": "*",
        "Condition": condition,
    }


def test_a_service_linked_role_needs_the_keys_own_policy(world: Platform) -> None:
    key = key_with(world, to_launchers(**{"kms:ViaService": "ec2.us-east-1.amazonaws.com"}))
    assert denied(key.arn or "", AUTO_SCALING, world) == []
    assert denied(key.id, AUTO_SCALING, world) == []
    assert denied(key.id, SPOT, world) == ALL


def test_a_condition_that_is_not_met_gives_nothing(world: Platform) -> None:
    key = key_with(world, to_launchers(**{"kms:ViaService": "rds.us-east-1.amazonaws.com"}))
    assert denied(key.id, AUTO_SCALING, world) == ALL


def test_a_role_of_the_account_needs_permissions_of_its_own(world: Platform) -> None:
    key = key_with(world)
    assert denied(key.id, world.role.arn or "", world) == ALL
    create(
        world,
        facts.ROLE_POLICY,
        "use",
        role="node",
        name="use",
        policy=policy(
            {"Effect": "Allow", "Action": ALL[1:], "Resource": key.arn},
            {
                "Effect": "Allow",
                "Action": "kms:CreateGrant",
                "Resource": key.arn,
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "false"}},
            },
        ),
    )
    assert denied(key.id, world.role.arn or "", world) == ["kms:CreateGrant"]


def test_another_keys_permissions_do_not_count(world: Platform) -> None:
    key = key_with(world)
    other = policy({"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:us-east-1:000000000000:key/other"})
    create(world, facts.ROLE_POLICY, "use", role="node", name="use", policy=other)
    assert denied(key.id, world.role.arn or "", world) == ALL


def test_a_denial_in_the_keys_policy_wins(world: Platform) -> None:
    never: dict[str, object] = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    assert denied(key_with(world, to_launchers(), never).id, AUTO_SCALING, world) == ["kms:Decrypt"]


@pytest.mark.parametrize("known", ["key", "role"])
def test_what_is_not_known_yet_is_not_judged(world: Platform, known: str) -> None:
    key = create(world, facts.KEY, "data", enableKeyRotation=True)
    if known == "key":
        world.add("aws:kms/keyPolicy:KeyPolicy", "policy", keyId=key.id, policy=UNKNOWN)
    else:
        world.add(facts.ROLE_POLICY, "use", role="node", name="use", policy=UNKNOWN)
    assert denied(key.id, world.role.arn or "", world) == []


def test_nodes_of_a_template_whose_key_auto_scaling_may_not_use_are_refused(world: Platform) -> None:
    world.cluster()
    create(world, facts.ROLE_ATTACHMENT, "worker", role="node", policyArn=WORKER)
    key = key_with(world)
    volume: Value = {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "kmsKeyId": key.arn}}
    template = create(world, facts.LAUNCH_TEMPLATE, "template", blockDeviceMappings=[volume])
    chosen: dict[str, Value] = {"launchTemplate": {"id": template.id, "version": "1"}}
    nodes: dict[str, Value] = {
        "clusterName": "shop",
        "nodeRoleArn": world.role.arn,
        "subnetIds": [world.subnets[0].id],
        **chosen,
    }
    (found,) = diagnostics(world, facts.NODE_GROUP, "nodes", **nodes)
    assert found.path == "launchTemplate"
    assert "AsgInstanceLaunchFailures" in found.reason
    assert "may not kms:CreateGrant" in found.reason
    hosts: dict[str, Value] = {"maxSize": 1, "minSize": 1, **chosen}
    assert codes(diagnostics(world, facts.INSTANCE_GROUP, "hosts", **hosts)) == {"AsgInstanceLaunchFailures"}
