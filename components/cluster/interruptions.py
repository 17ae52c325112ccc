"""What tells Karpenter that a node is about to go: four EventBridge rules into one queue."""

from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import cloudwatch, sqs

from components.naming import bounded
from settings.facts import name_lengths

# https://karpenter.sh/docs/concepts/disruption/#interruption
_EVENTS = {
    "health": ("aws.health", "AWS Health Event"),
    "spot": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "state": ("aws.ec2", "EC2 Instance State-change Notification"),
}
_RETENTION_SECONDS = 300
"""A warning older than five minutes is about a node that is gone; AWS gives two minutes of notice for spot."""


@dataclass(frozen=True, kw_only=True)
class InterruptionsArgs:
    """`prefix` is the queue's name."""

    prefix: str


class Interruptions(ComponentResource):
    queue_name: Output[str]
    queue_arn: Output[str]

    def __init__(self, name: str, args: InterruptionsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Interruptions", name, None, opts)
        child = ResourceOptions(parent=self)
        queue = sqs.Queue(
            f"{name}-queue",
            name=bounded(args.prefix, name_lengths.QUEUE),
            message_retention_seconds=_RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=child,
        )
        rules = {
            event: cloudwatch.EventRule(
                f"{name}-{event}",
                name=bounded(f"{args.prefix}-{event}", name_lengths.RULE),
                description=f"{kind}, for Karpenter",
                event_pattern=Output.json_dumps({"source": [source], "detail-type": [kind]}),
                opts=child,
            )
            for event, (source, kind) in _EVENTS.items()
        }
        policy = sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=Output.json_dumps(_policy(queue.arn, [rule.arn for rule in rules.values()])),
            opts=child,
        )
        for event, rule in rules.items():
            cloudwatch.EventTarget(
                f"{name}-{event}-target",
                rule=rule.name,
                arn=queue.arn,
                opts=ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.queue_name = queue.name
        self.queue_arn = queue.arn
        self.register_outputs({"queueName": self.queue_name, "queueArn": self.queue_arn})


def _policy(queue_arn: Output[str], rule_arns: list[Output[str]]) -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "EventsFromTheseRules",
                "Effect": "Allow",
                "Principal": {"Service": ["events.amazonaws.com", "sqs.amazonaws.com"]},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule_arns}},
            },
            {
                "Sid": "TlsAlone",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": queue_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
