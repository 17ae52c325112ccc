"""A rule of EventBridge is taken only where its topic, and the topic's key, let its events in."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import ACCOUNT_ID, Record, Value
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

POLICY = "aws:sns/topicPolicy:TopicPolicy"
OF_ACCOUNT: Value = {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}


def allows(action: Value, condition: Value = None, service: Value = "events.amazonaws.com") -> dict[str, Value]:
    statement: dict[str, Value] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": "*",
    }
    return {**statement, "Condition": condition} if condition else statement


def document(*statements: dict[str, Value]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def key(world: Memory, *statements: dict[str, Value]) -> Record:
    administers: dict[str, Value] = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return create(world, facts.KEY, "key", policy=document(administers, *statements))


def said(world: Memory, *statements: dict[str, Value], key_id: Value = None) -> set[str]:
    """Ask for a target on a topic whose policy has these statements; without any, it has no policy."""
    extra: dict[str, Value] = {} if key_id is None else {"kmsMasterKeyId": key_id}
    topic = create(world, facts.TOPIC, "topic", name="notifications", **extra)
    if statements:
        create(world, POLICY, "policy", arn=topic.arn, policy=document(*statements))
    create(world, facts.EVENT_RULE, "rule", name="failed", eventPattern="{}")
    return codes(diagnostics(world, facts.EVENT_TARGET, "target", rule="failed", targetId="tell", arn=topic.arn))


def test_a_topic_that_events_publish_to_is_taken() -> None:
    assert said(Memory(), allows("sns:Publish")) == set()
    assert said(Memory(), allows(["sns:Publish"], service=["budgets.amazonaws.com", "events.amazonaws.com"])) == set()


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [allows("sns:Publish", OF_ACCOUNT)],
        [allows("sns:Publish", {"ArnLike": {"aws:SourceArn": f"arn:aws:events:us-east-1:{ACCOUNT_ID}:rule/*"}})],
        [allows("sns:Publish", service="cloudwatch.amazonaws.com")],
        [allows("sns:GetTopicAttributes")],
    ],
)
def test_a_topic_that_keeps_events_out_is_refused(statements: list[dict[str, Value]]) -> None:
    assert said(Memory(), *statements) == {"FailedInvocations"}


def test_the_key_of_the_topic_lets_events_in_too() -> None:
    both: list[Value] = ["kms:GenerateDataKey*", "kms:Decrypt"]
    publish = allows("sns:Publish")
    open_to_events, conditional, decrypts_alone = Memory(), Memory(), Memory()
    assert said(open_to_events, publish, key_id=key(open_to_events, allows(both)).arn) == set()
    refused = {"FailedInvocations"}
    assert said(conditional, publish, key_id=key(conditional, allows(both, OF_ACCOUNT)).arn) == refused
    assert said(decrypts_alone, publish, key_id=key(decrypts_alone, allows("kms:Decrypt")).arn) == refused


def test_the_key_of_aws_lets_nobody_in() -> None:
    assert said(Memory(), allows("sns:Publish"), key_id="alias/aws/sns") == {"FailedInvocations"}
