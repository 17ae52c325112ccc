"""Whether what a service is told to write to lets it: the topics that EventBridge's rules publish to.

EventBridge sends neither a source account nor a source ARN to a topic or to the key that encrypts it, so a statement
with a condition on them never holds, and events are lost without a word:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
AWS itself takes such a target, so the rule is this cloud's own.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from offline_cloud.cloud.core import documents, facts
from offline_cloud.cloud.core.documents import Statement
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Record, World, text

_EVENTS: Final = "events.amazonaws.com"
_TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
_KEY_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")
_AUTOMATION: Final = re.compile(r":automation-definition/([^:]+)")


def reaches_its_topic(record: Record, world: World) -> Iterator[Diagnostic]:
    """A rule's topic, and the key that encrypts it, let EventBridge in without a condition."""
    topic = world.by_arn(text(record.inputs, "arn") or "")
    if topic is None or topic.type != facts.TOPIC:
        return
    policies = _policies(topic, _attached(world, _TOPIC_POLICY, "arn", topic.arn))
    if policies is not None and not _allows(policies, "sns:Publish"):
        reason = (
            f"EventBridge cannot publish to the topic {topic.name}: no statement without a condition allows "
            f"sns:Publish to {_EVENTS}"
        )
        yield reject("arn", "FailedInvocations", reason, "add one to the topic's policy, without Condition")
    yield from _key_lets_in(topic, world)


def _key_lets_in(topic: Record, world: World) -> Iterator[Diagnostic]:
    given = topic.inputs.get("kmsMasterKeyId")
    if given is None or given is UNKNOWN:
        return
    key = world.by_arn(str(given)) or world.by_id(str(given), facts.KEY)
    policies = _policies(key, _attached(world, _KEY_POLICY, "keyId", key.id)) if key else None
    aws_managed = str(given).endswith("alias/aws/sns")
    if aws_managed or (policies is not None and not all(_allows(policies, action) for action in _KEY_ACTIONS)):
        reason = (
            f"EventBridge cannot use the key of the topic {topic.name}: no statement without a condition allows "
            f"{' and '.join(_KEY_ACTIONS)} to {_EVENTS}"
        )
        fix = "take a customer key whose policy allows them, without Condition"
        yield reject("arn", "FailedInvocations", reason, fix)


def _attached(world: World, type: str, path: str, to: str | None) -> list[Record]:
    return [policy for policy in world.of_type(type) if policy.inputs.get(path) in (to, UNKNOWN)]


def _policies(owner: Record, attached: Iterable[Record]) -> list[Statement] | None:
    """Give the statements on a resource; ``None`` while one of its policies is not known."""
    stated = [documents.read(each.inputs) for each in (owner, *attached) if each.inputs.get("policy") is not None]
    return None if None in stated else [statement for found in stated for statement in found or ()]


def _allows(statements: Iterable[Statement], action: str) -> bool:
    return any(
        documents.allows(each, action)
        and _EVENTS in documents.principals(each, "Service")
        and not each.get("Condition")
        for each in statements
    )


def starts_what_exists(record: Record, world: World) -> Iterator[Diagnostic]:
    """A rule starts an automation of its own region, by a role."""
    named = _AUTOMATION.search(text(record.inputs, "arn") or "")
    if named is None:
        return
    if record.inputs.get("roleArn") is None:
        message = f"RoleArn is required for target {text(record.inputs, 'arn')}"
        yield reject("roleArn", "ValidationException", message, "give a role that may start it")
    if facts.named(world, facts.SSM_DOCUMENT, named[1], record.region) is None:
        message = f"There is no document {named[1]} in {record.region}"
        yield reject("arn", "InvalidDocument", message, "put the ARN together from the document's name")
