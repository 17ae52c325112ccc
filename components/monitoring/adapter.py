"""The custom metrics API: what the autoscaler asks when a product scales on figures of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.monitoring.charts import ADAPTER, NAMESPACE, PRIORITY, Installation, install, spread_over_zones
from settings import PlatformSettings
from settings.workload.service import ScalingMetric

Values = dict[str, object]

_PROMETHEUS = f"http://prometheus-prometheus.{NAMESPACE}.svc"
_RATE_WINDOW = "2m"
"""Four scrapes of 30 seconds: two of them may fail and the rate is still known."""


@dataclass(frozen=True, kw_only=True)
class CustomMetric:
    """A figure of the pods in `namespace`: the rate of `counter`, or the gauge `name` itself when that is None."""

    namespace: str
    name: str
    counter: str | None


@dataclass(frozen=True, kw_only=True)
class MetricsAdapterArgs:
    """`metrics` is not empty; `replicas` of the adapter run, in different zones."""

    metrics: Sequence[CustomMetric]
    provider: kubernetes.Provider
    replicas: int
    depends_on: Sequence[Resource]


class MetricsAdapter(ComponentResource):
    """Prometheus Adapter behind custom.metrics.k8s.io (GX-118)."""

    release: Release

    def __init__(self, name: str, args: MetricsAdapterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:MetricsAdapter", name, None, opts)
        self.release = install(
            f"{name}-release",
            Installation(
                chart=ADAPTER,
                release="prometheus-adapter",
                values=adapter_values(args.metrics, args.replicas),
                timeout_seconds=300,
                depends_on=args.depends_on,
            ),
            self,
            args.provider,
        )
        self.register_outputs({"release": self.release.name})


def custom_metrics(settings: PlatformSettings) -> tuple[CustomMetric, ...]:
    """Return the figures that this stack's autoscalers ask for, each once; none where nothing scales."""
    namespace = settings.namespace
    found: dict[str, CustomMetric] = {}
    for name, service in settings.workload.services.items():
        replicas = settings.replicas(name)
        if service.scaling is not None and replicas.maximum > replicas.minimum:
            found |= {metric.name: _custom(namespace, metric) for metric in service.scaling.metrics}
    return tuple(found.values())


def _custom(namespace: str, metric: ScalingMetric) -> CustomMetric:
    return CustomMetric(namespace=namespace, name=metric.name, counter=metric.counted)


def adapter_values(metrics: Sequence[CustomMetric], replicas: int) -> Values:
    """Give the chart's values: these figures, and none of the hundreds that the chart would offer by itself."""
    return {
        "prometheus": {"url": _PROMETHEUS, "port": 9090},
        "replicas": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "maxUnavailable": 1},
        "rules": {"default": False, "custom": [_rule(metric) for metric in metrics]},
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "priorityClassName": PRIORITY,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "prometheus-adapter"}),
    }


def _rule(metric: CustomMetric) -> Values:
    """One discovery rule; the adapter fills in series, matchers and grouping for the pods that it is asked about."""
    series = metric.counter or metric.name
    figure = "<<.Series>>{<<.LabelMatchers>>}"
    figure = f"rate({figure}[{_RATE_WINDOW}])" if metric.counter else figure
    return {
        "seriesQuery": f'{series}{{namespace="{metric.namespace}",pod!=""}}',
        "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
        "name": {"matches": f"^{series}$", "as": metric.name},
        "metricsQuery": f"sum({figure}) by (<<.GroupBy>>)",
    }
