"""The pinned charts that monitoring installs, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ProviderResource, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

NAMESPACE = "monitoring"
"""Where Prometheus, Grafana, Alertmanager and the trace collector run."""

MESH_LABELS = {"istio.io/dataplane-mode": "ambient"}
"""Enrol a pod of a namespace that is not enrolled itself."""


@dataclass(frozen=True, kw_only=True)
class PinnedChart:
    name: str
    repository: str
    version: str


PROMETHEUS = PinnedChart(
    name="kube-prometheus-stack",
    repository="https://prometheus-community.github.io/helm-charts",
    version="88.5.3",
)
COLLECTOR = PinnedChart(
    name="opentelemetry-collector",
    repository="https://open-telemetry.github.io/opentelemetry-helm-charts",
    version="0.170.0",
)
ADAPTER = PinnedChart(
    name="prometheus-adapter",
    repository="https://prometheus-community.github.io/helm-charts",
    version="5.3.0",
)
CHARTS = (PROMETHEUS, COLLECTOR, ADAPTER)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """How a chart is installed: `release` is the name inside the cluster, `values` hold no secret."""

    chart: PinnedChart
    release: str
    values: Mapping[str, object]
    timeout_seconds: int
    depends_on: Sequence[Resource]


def install(name: str, installation: Installation, parent: Resource, provider: ProviderResource) -> Release:
    """Install a pinned chart into the monitoring namespace; a failed change is rolled back as a whole."""
    return Release(
        name,
        name=installation.release,
        chart=installation.chart.name,
        version=installation.chart.version,
        repository_opts=RepositoryOptsArgs(repo=installation.chart.repository),
        namespace=NAMESPACE,
        create_namespace=True,
        atomic=True,
        timeout=installation.timeout_seconds,
        max_history=10,
        values=dict(installation.values),
        opts=ResourceOptions(parent=parent, provider=provider, depends_on=list(installation.depends_on)),
    )
