"""Rules about queues and topics: which belong together, what services say of them, and what can scale by them."""

from collections.abc import Iterator
from math import prod
from typing import Final

from settings.checks.aws_callers import unknown
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.queues import FanOutTopic, FilterCondition, Queue, Subscription
from settings.workload.service import Service

_COMBINATIONS: Final = 150
"""https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""


def check(workload: Workload) -> Iterator[Diagnostic]:
    for name, queue in workload.queues.items():
        yield from _times(("queues", name), queue)
    for name, topic in workload.topics.items():
        yield from _topic(workload, ("topics", name), topic)
    for name, service in workload.services.items():
        yield from _scaling(("services", name), service)


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Report a service that scales by a queue where nobody counts the tasks."""
    insights = context.stack.ecs.insights
    if context.stack.offers.by_size(pods=False, tasks=insights == "disabled"):
        for name in (name for name, each in context.running.services.items() if _scales_by_queues(context, each)):
            concerns = of_product(("services", name, "scaling", "queues"), ("services", name, "replicas"))
            allowed = f"enabled or enhanced: {name} scales by `queues:`, for each task that Container Insights counts"
            fix = "write enabled, or scale by `cpu:`"
            yield Diagnostic(("ecs", "insights"), insights, allowed, fix, (("runtime",), *concerns))


def _scales_by_queues(context: StackContext, service: Service) -> bool:
    """Whether a queue decides here how many run: a stack of single pods scales nothing."""
    named = service.scaling is not None and bool(service.scaling.queues)
    grows = service.replicas.maximum > service.replicas.minimum
    return named and grows and context.stack.application.scale != "single"


def _times(path: Path, queue: Queue) -> Iterator[Diagnostic]:
    kept = queue.retention_seconds
    retention = ((*path, "retention_seconds"),)
    if queue.visibility_seconds >= kept:
        allowed = f"below retention_seconds, {kept}: a message is dropped then, even while one works on it"
        fix = f"lower it below {kept}, or raise retention_seconds"
        yield Diagnostic((*path, "visibility_seconds"), queue.visibility_seconds, allowed, fix, retention)
    if queue.alarm_age_seconds is not None and queue.alarm_age_seconds >= kept:
        allowed = f"below retention_seconds, {kept}: no message grows older"
        fix = f"lower it below {kept}, or raise retention_seconds"
        yield Diagnostic((*path, "alarm_age_seconds"), queue.alarm_age_seconds, allowed, fix, retention)


def _topic(workload: Workload, path: Path, topic: FanOutTopic) -> Iterator[Diagnostic]:
    for name, subscription in topic.queues.items():
        at = (*path, "queues", name)
        if name not in workload.queues:
            yield unknown(workload, "queues", at, name)
        else:
            yield from _kinds(path, at, topic, name, workload.queues[name])
        yield from _filter((*at, "filter"), subscription)


def _kinds(path: Path, at: Path, topic: FanOutTopic, name: str, queue: Queue) -> Iterator[Diagnostic]:
    """SNS puts nothing from a standard topic into a FIFO queue, and what it cannot deliver into a queue of one kind.

    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    """
    concerns: tuple[Path, ...] = ((*path, "fifo"), ("queues", name, "fifo"))
    if queue.fifo and not topic.fifo:
        allowed = "a queue without fifo: a standard topic does not deliver to a FIFO queue (SNS)"
        fix = f"write `fifo: true` for topic {path[-1]}, or remove it from queue {name}"
        yield Diagnostic(at, name, allowed, fix, concerns)
    if topic.fifo and not queue.fifo:
        allowed = "a queue with `fifo: true`: what a FIFO topic cannot deliver goes to a dead-letter queue of that kind"
        fix = f"write `fifo: true` for queue {name}, or remove it from topic {path[-1]}"
        yield Diagnostic(at, name, allowed, fix, concerns)


def _filter(path: Path, subscription: Subscription) -> Iterator[Diagnostic]:
    counts = {name: _values(condition) for name, condition in subscription.filter.items()}
    for name, count in counts.items():
        if count == 0:
            fix = "add `equals: [...]`, or remove the attribute"
            allowed = f"at least one of {listed(FilterCondition.model_fields)}"
            yield Diagnostic((*path, name), "no condition", allowed, fix)
    for name, condition in subscription.filter.items():
        if None not in (condition.at_least, condition.below) and _least(condition) >= (condition.below or 0):
            fix = "raise it, or lower `at_least:`"
            at = (*path, name, "below")
            yield Diagnostic(at, condition.below, f"more than at_least, {_least(condition)}", fix, ((*path, name),))
    combinations = prod(counts.values())
    if combinations > _COMBINATIONS:
        allowed = f"at most {_COMBINATIONS} combinations of values (SNS); these attributes make {combinations}"
        fix = "name fewer values, or `prefix:` in their place"
        yield Diagnostic(path, f"{sum(counts.values())} values", allowed, fix)


def _least(condition: FilterCondition) -> int:
    return condition.at_least or 0


def _values(condition: FilterCondition) -> int:
    texts = (condition.equals, condition.prefix, condition.anything_but)
    numeric = condition.at_least is not None or condition.below is not None
    return sum(len(each) for each in texts) + numeric + (condition.exists is not None)


def _scaling(path: Path, service: Service) -> Iterator[Diagnostic]:
    received = [name for name, access in service.queues.items() if access != "send"]
    for name in service.scaling.queues if service.scaling else ():
        if name not in received:
            at, allowed = (*path, "scaling", "queues", name), f"a queue that the service receives: {listed(received)}"
            fix = choose(name, received, f"add `{name}: receive` under `queues:` of the service, or remove it")
            yield Diagnostic(at, name, allowed, fix, ((*path, "queues"),))
