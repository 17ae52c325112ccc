"""Queues and topics of the product: who may do what with them, what is watched, and what scales by them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pulumi import Input

from components.capabilities.contract import Context, Given, PlacedPods, Plan
from components.capabilities.cost import Cost, Costs
from components.capabilities.queues.messaging import MadeQueue, Messaging, MessagingArgs
from components.capabilities.watched import Panel, PanelMetric, Watched
from components.identity.pod_role import Statement, allow
from components.product.backlog import EXPORTER_MEBIBYTES, EXPORTER_MILLICORES, Backlog
from components.product.reach import AwsService, Reach
from settings import PlatformSettings
from settings.arithmetic.alarms import MINUTE, Alarm
from settings.arithmetic.capacity import Demand, PodDemand
from settings.facts import ports
from settings.runtimes import Feature
from settings.workload.aws_caller import AwsCaller
from settings.workload.outputs import WiredOutput
from settings.workload.queues import Queue
from settings.workload.service import Service

_LOOKING = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes")
"""What client libraries ask before they send or receive."""
_SENDING = ("sqs:SendMessage", *_LOOKING)
_RECEIVING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", *_LOOKING)
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
_NAMESPACE: Final = "AWS/SQS"
_WAITING: Final = "ApproximateNumberOfMessagesVisible"
_AGE: Final = "ApproximateAgeOfOldestMessage"
_EXPORTER: Final = PlacedPods(
    demand=PodDemand(maximum=2, request=Demand(millicores=EXPORTER_MILLICORES, mebibytes=EXPORTER_MEBIBYTES))
)


class QueuesCapability:
    """SQS queues with dead-letter queues, SNS topics before them, and a role for whatever of the product names one."""

    name = "queues"

    def plan(self, settings: PlatformSettings) -> Plan | None:
        workload = settings.workload
        if not workload.queues:
            return None
        reach = [
            _reach("queues", "sqs", [name for name, each in workload.aws_callers.items() if each.queues]),
            _reach("topics", "sns", [name for name, each in workload.aws_callers.items() if each.topics]),
        ]
        return Plan(
            reach=[each for each in reach if each.users],
            pods=[_EXPORTER] if _counted_on_a_cluster(settings) else [],
            # SNS encrypts what it puts into a queue.
            key_users=["sns"] if workload.topics else [],
        )

    def build(self, context: Context) -> Given:
        foundation, workload = context.foundation, context.settings.workload
        key = foundation.encryption.data_key_arn
        made = Messaging(
            "messaging",
            MessagingArgs(
                prefix=context.settings.prefix,
                queues=workload.queues,
                topics=workload.topics,
                key_arn=key,
                protect=foundation.protect,
            ),
            foundation.child,
        )
        users = {name: each for name, each in workload.aws_callers.items() if each.queues or each.topics}
        region = context.settings.stack.region
        return Given(
            resources=[made],
            outputs=_outputs(made),
            exports=_exports(made),
            statements={name: _access(made, caller, key, region) for name, caller in users.items()},
            backlogs={name: _backlogs(made.queues, service) for name, service in workload.services.items()},
            watched=_watched(made.queues, workload.queues),
            panels=_panels(made.queues),
        )


def _counted_on_a_cluster(settings: PlatformSettings) -> bool:
    """Whether pods read for the autoscaler how many messages wait."""
    scaled = any(each.scaling and each.scaling.queues for each in settings.workload.services.values())
    return scaled and Feature.KUBERNETES_API in settings.stack.offers


def _reach(use: str, service: str, users: Sequence[str]) -> Reach:
    return Reach(use=use, place=AwsService(service, endpoint=service), ports=(ports.HTTPS,), users=frozenset(users))


def _outputs(made: Messaging) -> dict[WiredOutput, Input[str]]:
    """Give what a workload file may name, by section, entry and output."""
    queues: dict[str, Input[str]] = {
        f"queues.{name}.{output}": value
        for name, each in made.queues.items()
        for output, value in (
            ("url", each.queue.url),
            ("arn", each.queue.arn),
            ("name", each.queue.name),
            ("dead_letter_url", each.dead_letters.url),
        )
    }
    topics: dict[str, Input[str]] = {
        f"topics.{name}.{output}": value
        for name, each in made.topics.items()
        for output, value in (("arn", each.arn), ("name", each.name))
    }
    return cast("dict[WiredOutput, Input[str]]", queues | topics)


def _exports(made: Messaging) -> dict[str, Input[object]]:
    exports: dict[str, Input[object]] = {
        "queues": {name: each.queue.url for name, each in made.queues.items()},
        "dead_letter_queues": {name: each.dead_letters.url for name, each in made.queues.items()},
    }
    return exports | ({"topics": {name: each.arn for name, each in made.topics.items()}} if made.topics else {})


def _access(made: Messaging, caller: AwsCaller, key_arn: Input[str], region: str) -> list[Statement]:
    """Let code do with the named queues and topics what it states, and with their key what that takes.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    sent = [made.queues[name].queue.arn for name, access in caller.queues.items() if access != "receive"]
    received = [made.queues[name].queue.arn for name, access in caller.queues.items() if access != "send"]
    published = [made.topics[name].arn for name in caller.topics]
    allowed = (
        ("SendMessages", _SENDING, sent),
        ("ReceiveMessages", _RECEIVING, received),
        ("PublishMessages", ("sns:Publish",), published),
    )
    # Whoever sends has the key make a data key, and reads that back.
    key_use = ["kms:Decrypt", "kms:GenerateDataKey"] if sent or published else ["kms:Decrypt"]
    through = [f"{name}.{region}.amazonaws.com" for name in ("sqs", "sns")]
    return [
        *(allow(sid, actions, arns) for sid, actions, arns in allowed if arns),
        {**allow("UseMessageKey", key_use, [key_arn]), "Condition": {"StringEquals": {"kms:ViaService": through}}},
    ]


def _backlogs(queues: Mapping[str, MadeQueue], service: Service) -> list[Backlog]:
    """Give the queues that a service scales by."""
    return [
        Backlog(
            key=f"queue-{name}",
            namespace=_NAMESPACE,
            metric=_WAITING,
            dimensions=_dimensions(queues[name].queue.name),
            for_each=waiting,
        )
        for name, waiting in (service.scaling.queues.items() if service.scaling else ())
    ]


def _dimensions(name: Input[str]) -> dict[str, Input[str]]:
    """Say by its physical name which queue a metric is of."""
    return {"QueueName": name}


def _watched(queues: Mapping[str, MadeQueue], stated: Mapping[str, Queue]) -> list[Watched]:
    """Watch every queue and its dead-letter queue."""
    return [
        each
        for name, made in queues.items()
        for each in (
            Watched(label=f"queue-{name}", dimensions=_dimensions(made.queue.name), alarms=_of_queue(stated[name])),
            Watched(
                label=f"dead-letters-{name}", dimensions=_dimensions(made.dead_letters.name), alarms=_of_dead_letters()
            ),
        )
    ]


def _of_queue(queue: Queue) -> tuple[Alarm, ...]:
    """Give the alarms of a queue; one that nobody used for six hours reports nothing, and has nothing to tell."""
    return (
        Alarm(
            key="age",
            meaning=f"A message is older than {_oldest(queue)} s: nobody takes them, or too slowly",
            severity="critical",
            namespace=_NAMESPACE,
            metric=_AGE,
            statistic="Maximum",
            threshold=_oldest(queue),
            period_seconds=MINUTE,
            periods=5,
            missing="notBreaching",
        ),
        Alarm(
            key="depth",
            meaning=f"More than {queue.alarm_waiting} messages wait for 15 minutes: more come than are worked on",
            namespace=_NAMESPACE,
            metric=_WAITING,
            statistic="Minimum",
            threshold=queue.alarm_waiting,
            missing="notBreaching",
        ),
    )


def _of_dead_letters() -> tuple[Alarm, ...]:
    return (
        Alarm(
            key="depth",
            meaning="Messages were given up: find out why in the worker's log, then redrive or delete them",
            severity="critical",
            namespace=_NAMESPACE,
            metric=_WAITING,
            statistic="Maximum",
            threshold=0,
            periods=1,
            missing="notBreaching",
        ),
    )


def _oldest(queue: Queue) -> int:
    """Give the age to tell of: stated, or what leaves time for a second try, and half of the retention at most."""
    if queue.alarm_age_seconds is not None:
        return queue.alarm_age_seconds
    return min(max(15 * MINUTE, 2 * queue.visibility_seconds), queue.retention_seconds // 2)


def _panels(queues: Mapping[str, MadeQueue]) -> list[Panel]:
    """Show all queues side by side."""

    def panel(title: str, metric: str, names: list[Input[str]]) -> Panel:
        metrics = [PanelMetric(namespace=_NAMESPACE, name=metric, dimensions=_dimensions(name)) for name in names]
        return Panel(title=title, metrics=metrics, statistic="Maximum")

    names: list[Input[str]] = [made.queue.name for made in queues.values()]
    return [
        panel("Queues: messages that wait", _WAITING, names),
        panel("Queues: age of the oldest message (s)", _AGE, names),
        panel("Queues: dead letters", _WAITING, [made.dead_letters.name for made in queues.values()]),
    ]


def _requests(queues: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    """Say that requests cost, which nobody knows ahead; the platform's own queue has no key, and few requests."""
    own = sum("kmsMasterKeyId" in each for each in queues)
    if own:
        yield Cost(what="requests to queues and topics", quantity=own, dollars=None)


COSTS: Final[Mapping[str, Costs]] = {"aws:sqs/queue:Queue": _requests}
