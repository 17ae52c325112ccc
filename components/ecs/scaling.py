"""How many tasks a service has: what the workload's autoscaling targets are in ECS's own metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import appautoscaling

from components.plans.fargate import TaskSize, use_of_task
from settings.types import mebibytes, millicores
from settings.workload.service import Scaling, Service

_SECONDS_PER_MINUTE = 60
_OUT_SECONDS, _IN_SECONDS = 60, 300
_DEFAULT_CPU = 70


@dataclass(frozen=True, kw_only=True)
class TrackedMetric:
    """A metric that Application Auto Scaling knows by name, and the value it holds it at."""

    key: str
    metric: str
    target: float


@dataclass(frozen=True, kw_only=True)
class TaskScalingArgs:
    """`minimum` and `maximum` are tasks; a change of them brings the service inside them at once, even to none.

    `resource_label` names load balancer and target group, for requests a target; None without a route.
    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """

    cluster_name: Input[str]
    service_name: Input[str]
    minimum: int
    maximum: int
    tracked: Sequence[TrackedMetric]
    resource_label: Input[str] | None
    after: Sequence[Resource]


class TaskScaling(ComponentResource):
    """Between the least and the most tasks; the metric that asks for most tasks wins."""

    def __init__(self, name: str, args: TaskScalingArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TaskScaling", name, None, opts)
        target = appautoscaling.Target(
            f"{name}-target",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=args.minimum,
            max_capacity=args.maximum,
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        for tracked in args.tracked:
            requests = tracked.metric == _REQUESTS
            appautoscaling.Policy(
                f"{name}-{tracked.key}",
                name=tracked.key,
                policy_type="TargetTrackingScaling",
                service_namespace=target.service_namespace,
                scalable_dimension=target.scalable_dimension,
                resource_id=target.resource_id,
                target_tracking_scaling_policy_configuration=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                    target_value=tracked.target,
                    scale_out_cooldown=_OUT_SECONDS,
                    scale_in_cooldown=_IN_SECONDS,
                    predefined_metric_specification=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                        predefined_metric_type=tracked.metric,
                        resource_label=args.resource_label if requests else None,
                    ),
                ),
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})


_REQUESTS = "ALBRequestCountPerTarget"
_REQUEST_RATE = "http_requests_per_second"


def tracked_metrics(service: Service, size: TaskSize, *, routed: bool) -> tuple[TrackedMetric, ...]:
    """Translate targets: from percent of a request to percent of the task, from requests a second to a minute.

    ECS has no custom metrics API. `http_requests_per_second` is what the load balancer counts for each target; any
    other figure, and that one behind no load balancer, cannot be followed on this runtime.
    """
    scaling = service.scaling or Scaling(cpu=_DEFAULT_CPU)
    requests = service.resources.requests
    tracked: list[TrackedMetric] = []
    if scaling.cpu is not None:
        wanted = use_of_task(scaling.cpu, millicores(requests.cpu), size.cpu * 1000 // 1024)
        tracked.append(TrackedMetric(key="cpu", metric="ECSServiceAverageCPUUtilization", target=wanted))
    if scaling.memory is not None:
        wanted = use_of_task(scaling.memory, mebibytes(requests.memory), size.memory)
        tracked.append(TrackedMetric(key="memory", metric="ECSServiceAverageMemoryUtilization", target=wanted))
    for metric in scaling.metrics:
        if metric.name == _REQUEST_RATE and routed:
            per_minute = metric.average * _SECONDS_PER_MINUTE
            tracked.append(TrackedMetric(key="requests", metric=_REQUESTS, target=per_minute))
    return tuple(tracked)


def followed(name: str, *, routed: bool) -> bool:
    """Tell whether a custom metric can be followed on ECS."""
    return name == _REQUEST_RATE and routed
