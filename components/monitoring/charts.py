"""The pinned charts that monitoring installs, and how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pulumi import ProviderResource, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

from components.cluster.definitions import Definitions
from components.refusals import Inputs, refusing

NAMESPACE = "monitoring"
"""Where Prometheus, Grafana, Alertmanager and the trace collector run."""

MESH_LABELS = {"istio.io/dataplane-mode": "ambient"}
"""Enrol a pod of a namespace that is not enrolled itself."""


PRIORITY = "platform"
"""Class of charts/cluster, above the product's: the product never evicts what watches it."""


@dataclass(frozen=True, kw_only=True)
class PinnedChart:
    """`definitions` says how those of its custom resources get newer: see components/cluster/definitions.py."""

    name: str
    repository: str
    version: str
    definitions: Definitions = "none"


# Of the same operator, v0.93.1. Helm never upgrades what lies in crds/, as the stack's own do.
DEFINITIONS = PinnedChart(
    name="prometheus-operator-crds",
    repository="https://prometheus-community.github.io/helm-charts",
    version="31.0.1",
    definitions="with the chart",
)
PROMETHEUS = PinnedChart(
    name="kube-prometheus-stack",
    repository="https://prometheus-community.github.io/helm-charts",
    version="88.5.3",
    definitions="chart of their own",
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
EXPORTER = PinnedChart(
    name="prometheus-yet-another-cloudwatch-exporter",
    repository="https://prometheus-community.github.io/helm-charts",
    version="0.47.0",
)
CHARTS = (DEFINITIONS, PROMETHEUS, COLLECTOR, ADAPTER, EXPORTER)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """How a chart is installed: `release` is the name inside the cluster, `values` hold no secret."""

    chart: PinnedChart
    release: str
    values: Mapping[str, object]
    timeout_seconds: int
    depends_on: Sequence[Resource]
    refuses: Callable[[Inputs, Inputs], str | None] | None = None
    """Answers a change that is refused, from old and new inputs."""


def spread_over_zones(labels: Mapping[str, str]) -> list[dict[str, object]]:
    """Give the constraint that keeps copies in different zones where there is room."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(labels)},
        }
    ]


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
        skip_crds=installation.chart.definitions == "chart of their own" or None,
        atomic=True,
        timeout=installation.timeout_seconds,
        max_history=10,
        values=dict(installation.values),
        opts=ResourceOptions.merge(
            ResourceOptions(parent=parent, provider=provider, depends_on=list(installation.depends_on)),
            refusing(name, installation.refuses) if installation.refuses else None,
        ),
    )
