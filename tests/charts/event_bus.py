"""The event bus of Service Layer, as its component and its chart make it on the stacks of this project."""

from functools import cache
from typing import Any

import pulumi_kubernetes as kubernetes

from components.capabilities.event_bus.event_bus import EventBus, EventBusArgs
from settings.workload.event_bus import EventBusNeeds, Topic
from tests.charts.rendering import Rendered, render
from tests.charts.service_layer import settings
from tests.components.recording import Recorder, build

RELEASE = "kubernetes:helm.sh/v3:Release"
TOPICS = {"orders": Topic(queues=4), "prices": Topic()}


def event_bus(stack: str = "prod", *, protect: bool | None = None, **changes: Any) -> Recorder[EventBus]:
    """The component as a stack registers it; `changes` are laid over what the product asks for."""
    stated = settings(stack)
    needs, figures = stated.workload.event_bus, stated.stack.event_bus
    assert needs is not None
    assert figures is not None
    wanted: EventBusNeeds = needs.model_copy(update=changes)

    def make() -> EventBus:
        args = EventBusArgs(
            product="service-layer",
            product_namespace=stated.namespace,
            settings=figures,
            needs=wanted,
            zones=len(stated.stack.zones),
            image=f"{wanted.image.repository}:{wanted.image.tag}",
            shell_image="public.ecr.aws/docker/library/busybox:1.37.0",
            topic_prefix=stated.topic_prefix,
            consumer_group=stated.consumer_group,
            secret_path=f"service-layer/{stack}",
            secrets_key_arn="arn:aws:kms:us-east-1:111122223333:key/secrets",
            replica_key_arns={"eu-west-1": "arn:aws:kms:eu-west-1:111122223333:key/secrets"},
            data_key_arn="arn:aws:kms:us-east-1:111122223333:key/data",
            backup_tag=("groundwork:backup", stated.prefix),
            release_namespace="groundwork-system",
            metrics_namespace="monitoring",
            provider=kubernetes.Provider("cluster", kubeconfig="{}"),
            protect=stated.stack.protection.stateful if protect is None else protect,
            keep_volumes=stated.production,
            after=[],
        )
        return EventBus("event-bus", args)

    return build(make)


@cache
def values(stack: str = "prod") -> dict[str, Any]:
    """What the chart is given in a stack."""
    return dict(event_bus(stack).one(RELEASE).inputs["values"])


@cache
def rendered(stack: str = "prod") -> Rendered:
    """The chart as a stack installs it."""
    return render("event-bus", values(stack))


@cache
def with_topics() -> Rendered:
    """The chart for a product that names its topics and refuses clients without TLS."""
    recorder = event_bus("prod", topics=TOPICS, automatic_topics=False, tls="required")
    return render("event-bus", dict(recorder.one(RELEASE).inputs["values"]))
