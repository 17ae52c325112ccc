"""Whether what a service is told to write to lets it: the topics that EventBridge's rules publish to.

EventBridge sends neither a source account nor a source ARN to a topic or to the key that encrypts it, so a statement
with a condition on them never holds, and events are lost without a word:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
AWS itself takes such a target, so the refusal is this cloud's own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final, cast

from sandbox.cloud.model import UNKNOWN, Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Table, refusal
from sandbox.cloud.rules.policies import statements, strings

_EVENTS: Final = "events.amazonaws.com"
_TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
_KEY_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")

Policy = dict[str, object]


def reaches_its_topic(record: Record, world: World) -> Iterator[Refusal]:
    """A rule's topic, and the key that encrypts it, let EventBridge in without a condition."""
    topic = world.by_arn(text(record.inputs, "arn") or "")
    if topic is None or topic.type != facts.TOPIC:
        return
    policies = _policies(topic, _attached(world, _TOPIC_POLICY, "arn", topic.arn))
    if policies is not None and not _allows(policies, "sns:Publish"):
        yield refusal(
            "arn",
            "FailedInvocations",
            f"EventBridge cannot publish to the topic {topic.name}: no statement without a condition allows "
            f"sns:Publish to {_EVENTS}",
            "add one to the topic's policy, without Condition",
        )
    yield from _key_lets_in(topic, world)


def _key_lets_in(topic: Record, world: World) -> Iterator[Refusal]:
    given = topic.inputs.get("kmsMasterKeyId")
    if given is None or given is UNKNOWN:
        return
    key = world.by_arn(str(given)) or world.by_id(str(given), facts.KEY)
    policies = _policies(key, _attached(world, _KEY_POLICY, "keyId", key.id)) if key else None
    aws_managed = str(given).endswith("alias/aws/sns")
    if aws_managed or (policies is not None and not all(_allows(policies, action) for action in _KEY_ACTIONS)):
        yield refusal(
            "arn",
            "FailedInvocations",
            f"EventBridge cannot use the key of the topic {topic.name}: no statement without a condition allows "
            f"{' and '.join(_KEY_ACTIONS)} to {_EVENTS}",
            "take a customer key whose policy allows them, without Condition",
        )


def _attached(world: World, type: str, path: str, to: str | None) -> list[Record]:
    return [policy for policy in world.of_type(type) if policy.inputs.get(path) in (to, UNKNOWN)]


def _policies(owner: Record, attached: Iterable[Record]) -> list[Policy] | None:
    """Give the documents of a resource; ``None`` while one is not known."""
    found: list[Policy] = []
    for record in (owner, *attached):
        body = record.inputs.get("policy")
        if body is None:
            continue
        try:
            document = json.loads(body) if isinstance(body, str) else None
        except ValueError:
            return None
        if not isinstance(document, dict):
            return None
        found.append(cast("Policy", document))
    return found


def _allows(policies: Iterable[Policy], action: str) -> bool:
    return any(_lets_in(statement, action) for policy in policies for statement in statements(policy))


def _lets_in(statement: Mapping[str, object], action: str) -> bool:
    principal = statement.get("Principal")
    services = strings(cast("dict[str, object]", principal).get("Service")) if isinstance(principal, dict) else []
    actions = [pattern.lower() for pattern in strings(statement.get("Action"))]
    return (
        statement.get("Effect") == "Allow"
        and _EVENTS in services
        and any(fnmatchcase(action.lower(), pattern) for pattern in actions)
        and not statement.get("Condition")
    )


STATES: Final[Table] = {facts.EVENT_TARGET: (reaches_its_topic,)}
