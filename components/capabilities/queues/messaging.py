"""The product's queues, each with a dead-letter queue, and the topics that pass messages on to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import sns, sqs

from components.naming import bounded
from components.options import stateful
from settings.facts import name_lengths
from settings.workload.queues import LONGEST_SECONDS, FanOutTopic, FilterCondition, Queue, Subscription

_FIFO = ".fifo"
_LONG_POLL_SECONDS = 20
"""The longest there is: an empty answer costs as much as one with messages."""

Statement = Mapping[str, Input[object]]


@dataclass(frozen=True, kw_only=True)
class MessagingArgs:
    """`prefix` starts every physical name; `key_arn` encrypts, and its policy must let SNS use it."""

    prefix: str
    queues: Mapping[str, Queue]
    topics: Mapping[str, FanOutTopic]
    key_arn: Input[str]
    protect: bool


@dataclass(frozen=True, kw_only=True)
class MadeQueue:
    """A queue and its dead-letter queue."""

    queue: sqs.Queue
    dead_letters: sqs.Queue
    policies: Sequence[sqs.QueuePolicy]


class Messaging(ComponentResource):
    """Queues and topics, each reached over TLS alone. SNS may put into a queue what its topics pass on."""

    queues: dict[str, MadeQueue]
    topics: dict[str, sns.Topic]

    def __init__(self, name: str, args: MessagingArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Messaging", name, None, opts)
        self._logical = name
        self._args = args
        self.topics = {topic: self._topic(topic, stated) for topic, stated in args.topics.items()}
        self.queues = {queue: self._queue(queue, stated) for queue, stated in args.queues.items()}
        for topic, stated in args.topics.items():
            for queue, subscription in stated.queues.items():
                self._subscribe(topic, queue, subscription)
        self.register_outputs(
            {
                "queueUrls": {queue: made.queue.url for queue, made in self.queues.items()},
                "topicArns": {topic: made.arn for topic, made in self.topics.items()},
            }
        )

    def _physical(self, kind: str, name: str, *, fifo: bool) -> str:
        """Name it after the stack, its kind and itself, so that no two of a stack are alike."""
        suffix = _FIFO if fifo else ""
        return bounded(f"{self._args.prefix}-{kind}-{name}", name_lengths.QUEUE - len(_FIFO)) + suffix

    def _topic(self, name: str, stated: FanOutTopic) -> sns.Topic:
        child = ResourceOptions(parent=self)
        topic = sns.Topic(
            f"{self._logical}-topic-{name}",
            name=self._physical("topic", name, fifo=stated.fifo),
            fifo_topic=stated.fifo or None,
            content_based_deduplication=stated.content_based_deduplication or None,
            kms_master_key_id=self._args.key_arn,
            signature_version=2,
            opts=child,
        )
        sns.TopicPolicy(
            f"{self._logical}-topic-{name}-policy",
            arn=topic.arn,
            policy=_document([_over_tls("sns:Publish", topic.arn)]),
            opts=child,
        )
        return topic

    def _queue(self, name: str, stated: Queue) -> MadeQueue:
        kept = stateful(self, protect=self._args.protect)
        dead_letters = sqs.Queue(
            f"{self._logical}-dead-letters-{name}",
            name=self._physical("dead-letters", name, fifo=stated.fifo),
            fifo_queue=stated.fifo or None,
            kms_master_key_id=self._args.key_arn,
            # A message's age counts from when it came, and somebody has to look at it.
            message_retention_seconds=LONGEST_SECONDS,
            opts=kept,
        )
        queue = sqs.Queue(
            f"{self._logical}-queue-{name}",
            name=self._physical("queue", name, fifo=stated.fifo),
            fifo_queue=stated.fifo or None,
            content_based_deduplication=stated.content_based_deduplication or None,
            kms_master_key_id=self._args.key_arn,
            visibility_timeout_seconds=stated.visibility_seconds,
            message_retention_seconds=stated.retention_seconds,
            delay_seconds=stated.delay_seconds,
            receive_wait_time_seconds=_LONG_POLL_SECONDS,
            redrive_policy=Output.json_dumps(
                {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": stated.maximum_receives}
            ),
            opts=kept,
        )
        feeding = [self.topics[topic].arn for topic, each in self._args.topics.items() if name in each.queues]
        policies = [
            self._police(f"queue-{name}", queue, feeding),
            self._police(f"dead-letters-{name}", dead_letters, feeding),
        ]
        return MadeQueue(queue=queue, dead_letters=dead_letters, policies=policies)

    def _police(self, label: str, queue: sqs.Queue, topic_arns: Sequence[Output[str]]) -> sqs.QueuePolicy:
        """Refuse what comes without TLS, and let SNS in for these topics; roles have permissions of their own."""
        from_topics: Statement = {
            "Sid": "FromTopics",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": list(topic_arns)}},
        }
        # Whatever is asked of the queue: the action has no narrower name.
        statements = [_over_tls("sqs:*", queue.arn), *([from_topics] if topic_arns else [])]
        return sqs.QueuePolicy(
            f"{self._logical}-{label}-policy",
            queue_url=queue.url,
            policy=_document(statements),
            opts=ResourceOptions(parent=self),
        )

    def _subscribe(self, topic: str, queue: str, subscription: Subscription) -> None:
        """Pass on what the filter lets through; what SNS cannot deliver joins the queue's dead letters."""
        made, filter_ = self.queues[queue], filter_policy(subscription.filter)
        by_body = subscription.filter_by == "body"
        sns.TopicSubscription(
            f"{self._logical}-topic-{topic}-to-{queue}",
            topic=self.topics[topic].arn,
            protocol="sqs",
            endpoint=made.queue.arn,
            raw_message_delivery=subscription.raw,
            filter_policy=json.dumps(filter_) if filter_ else None,
            filter_policy_scope=("MessageBody" if by_body else "MessageAttributes") if filter_ else None,
            redrive_policy=Output.json_dumps({"deadLetterTargetArn": made.dead_letters.arn}),
            opts=ResourceOptions(parent=self, depends_on=list(made.policies)),
        )


def filter_policy(conditions: Mapping[str, FilterCondition]) -> dict[str, list[object]]:
    """Write conditions as SNS reads them.

    https://docs.aws.amazon.com/sns/latest/dg/attribute-and-payload-filtering-syntax.html
    """
    return {name: _condition(condition) for name, condition in conditions.items()}


def _condition(condition: FilterCondition) -> list[object]:
    values: list[object] = [*condition.equals, *({"prefix": each} for each in condition.prefix)]
    if condition.anything_but:
        values.append({"anything-but": list(condition.anything_but)})
    least = [] if condition.at_least is None else [">=", condition.at_least]
    below = [] if condition.below is None else ["<", condition.below]
    if least or below:
        values.append({"numeric": [*least, *below]})
    if condition.exists is not None:
        values.append({"exists": condition.exists})
    return values


def _over_tls(action: str, arn: Output[str]) -> Statement:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _document(statements: Sequence[Statement]) -> Output[str]:
    return Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})
