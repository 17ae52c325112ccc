"""How many tasks a service has: what the workload's autoscaling targets are in ECS's own metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import appautoscaling

from components.product.backlog import Backlog
from components.product.services import scaling
from settings.arithmetic.fargate import TaskSize, use_of_task
from settings.arithmetic.metrics import must_be_published
from settings.types import mebibytes, millicores
from settings.workload.service import Service

_SECONDS_PER_MINUTE = 60
_OUT_SECONDS, _IN_SECONDS = 60, 300


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
    backlogs: Sequence[Backlog]
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
            self._policy(
                name,
                target,
                tracked.key,
                appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                    target_value=tracked.target,
                    scale_out_cooldown=_OUT_SECONDS,
                    scale_in_cooldown=_IN_SECONDS,
                    predefined_metric_specification=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                        predefined_metric_type=tracked.metric,
                        resource_label=args.resource_label if requests else None,
                    ),
                ),
            )
        for backlog in args.backlogs:
            self._policy(
                name,
                target,
                backlog.key,
                appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                    target_value=backlog.for_each,
                    scale_out_cooldown=_OUT_SECONDS,
                    scale_in_cooldown=_IN_SECONDS,
                    customized_metric_specification=backlog_for_each(
                        backlog, {"ClusterName": args.cluster_name, "ServiceName": args.service_name}
                    ),
                ),
            )
        self.register_outputs({})

    def _policy(
        self,
        name: str,
        target: appautoscaling.Target,
        key: str,
        configuration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs,
    ) -> None:
        appautoscaling.Policy(
            f"{name}-{key}",
            name=key,
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=configuration,
            opts=ResourceOptions(parent=self),
        )


def backlog_for_each(
    backlog: Backlog, service: Mapping[str, Input[str]]
) -> appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs:
    """Divide what waits by the tasks that run; `service` are the dimensions of the latter.

    As in AWS's own example, which takes the running tasks from Container Insights:
    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
    """
    waiting = _metric("waiting", backlog.namespace, backlog.metric, backlog.dimensions, "Maximum")
    running = _metric("running", "ECS/ContainerInsights", "RunningTaskCount", service, "Average")
    share = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs(
        id="share", label=f"{backlog.key} for each task", expression="waiting / running", return_data=True
    )
    return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs(
        metrics=[waiting, running, share]
    )


def _metric(
    key: str, namespace: str, name: str, dimensions: Mapping[str, Input[str]], statistic: str
) -> appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs:
    must_be_published(namespace, name, dimensions)
    return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs(
        id=key,
        return_data=False,
        metric_stat=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs(
            metric=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs(
                namespace=namespace,
                metric_name=name,
                dimensions=[
                    appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs(
                        name=dimension, value=value
                    )
                    for dimension, value in dimensions.items()
                ],
            ),
            stat=statistic,
        ),
    )


_REQUESTS = "ALBRequestCountPerTarget"
_REQUEST_RATE = "http_requests_per_second"


def tracked_metrics(service: Service, size: TaskSize, *, routed: bool) -> tuple[TrackedMetric, ...]:
    """Translate targets: from percent of a request to percent of the task, from requests a second to a minute.

    ECS has no custom metrics API. `http_requests_per_second` is what the load balancer counts for each target; any
    other metric, and that one behind no load balancer, cannot be followed on this runtime.
    """
    targets = scaling(service)
    requests = service.resources.requests
    tracked: list[TrackedMetric] = []
    if targets.cpu is not None:
        wanted = use_of_task(targets.cpu, millicores(requests.cpu), size.cpu * 1000 // 1024)
        tracked.append(TrackedMetric(key="cpu", metric="ECSServiceAverageCPUUtilization", target=wanted))
    if targets.memory is not None:
        wanted = use_of_task(targets.memory, mebibytes(requests.memory), size.memory)
        tracked.append(TrackedMetric(key="memory", metric="ECSServiceAverageMemoryUtilization", target=wanted))
    for metric in targets.metrics:
        if metric.name == _REQUEST_RATE and routed:
            per_minute = metric.average * _SECONDS_PER_MINUTE
            tracked.append(TrackedMetric(key="requests", metric=_REQUESTS, target=per_minute))
    return tuple(tracked)


def followed(name: str, *, routed: bool) -> bool:
    """Tell whether a custom metric can be followed on ECS."""
    return name == _REQUEST_RATE and routed
