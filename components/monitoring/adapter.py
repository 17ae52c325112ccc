"""The metrics APIs: what the autoscaler asks when a product scales on metrics of its own, or on what waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.monitoring.charts import ADAPTER, NAMESPACE, PRIORITY, Installation, install, spread_over_zones
from settings import PlatformSettings
from settings.facts import ports
from settings.workload.service import ScalingMetric

Values = dict[str, object]

_PROMETHEUS = f"http://prometheus-prometheus.{NAMESPACE}.svc"
_RATE_WINDOW = "2m"
"""Four scrapes of 30 seconds: two of them may fail and the rate is still known."""


@dataclass(frozen=True, kw_only=True)
class CustomMetric:
    """A metric of the pods in `namespace`: the rate of `counter`, or the gauge `name` itself when that is None."""

    namespace: str
    name: str
    counter: str | None


@dataclass(frozen=True, kw_only=True)
class MetricsAdapterArgs:
    """One of `metrics` and `external` is not empty; `replicas` of the adapter run, in different zones.

    `external` are its rules for metrics that belong to no pod.
    """

    metrics: Sequence[CustomMetric]
    external: Sequence[Mapping[str, object]] = ()
    provider: kubernetes.Provider
    replicas: int
    depends_on: Sequence[Resource]


class MetricsAdapter(ComponentResource):
    """Prometheus Adapter behind custom.metrics.k8s.io (GX-118) and external.metrics.k8s.io."""

    release: Release

    def __init__(self, name: str, args: MetricsAdapterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:MetricsAdapter", name, None, opts)
        self.release = install(
            f"{name}-release",
            Installation(
                chart=ADAPTER,
                release="prometheus-adapter",
                values=adapter_values(args.metrics, args.replicas, args.external),
                timeout_seconds=300,
                depends_on=args.depends_on,
            ),
            self,
            args.provider,
        )
        self.register_outputs({"release": self.release.name})


def custom_metrics(settings: PlatformSettings) -> tuple[CustomMetric, ...]:
    """Return the metrics that this stack's autoscalers ask for, each once; none where nothing scales."""
    namespace = settings.namespace
    found: dict[str, CustomMetric] = {}
    for name, service in settings.workload.services.items():
        replicas = settings.replicas(name)
        if service.scaling is not None and replicas.maximum > replicas.minimum:
            found |= {metric.name: _custom(namespace, metric) for metric in service.scaling.metrics}
    return tuple(found.values())


def _custom(namespace: str, metric: ScalingMetric) -> CustomMetric:
    return CustomMetric(namespace=namespace, name=metric.name, counter=metric.counted)


def adapter_values(
    metrics: Sequence[CustomMetric], replicas: int, external: Sequence[Mapping[str, object]] = ()
) -> Values:
    """Give the chart's values: these metrics, and none of the hundreds that the chart would offer by itself."""
    return {
        "prometheus": {"url": _PROMETHEUS, "port": ports.PROMETHEUS},
        "replicas": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "maxUnavailable": 1},
        "rules": {
            "default": False,
            "custom": [_rule(metric) for metric in metrics],
            **({"external": list(external)} if external else {}),
        },
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "priorityClassName": PRIORITY,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "prometheus-adapter"}),
    }


def _rule(metric: CustomMetric) -> Values:
    """One discovery rule; the adapter fills in series, matchers and grouping for the pods that it is asked about."""
    series = metric.counter or metric.name
    selected = "<<.Series>>{<<.LabelMatchers>>}"
    selected = f"rate({selected}[{_RATE_WINDOW}])" if metric.counter else selected
    return {
        "seriesQuery": f'{series}{{namespace="{metric.namespace}",pod!=""}}',
        "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
        "name": {"matches": f"^{series}$", "as": metric.name},
        "metricsQuery": f"sum({selected}) by (<<.GroupBy>>)",
    }
