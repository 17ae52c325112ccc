"""Values of the workload chart: what runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.rules import RuleGroup
from components.chart_values.types import FilePath, Name, PortName, PortNumber, Positive, TargetGroupArn, Text
from components.chart_values.workload.containers import Variables
from components.chart_values.workload.exporters import Exporter
from components.chart_values.workload.jobs import Dump, Job, Migration, Restore, Toolbox
from components.chart_values.workload.policies import Labels, Policy
from components.chart_values.workload.pooler import Pooler
from components.chart_values.workload.proofs import LoadTest, RestoreTest, RoundTrip, Smoke
from components.chart_values.workload.service import Service


class TargetGroup(ChartValues):
    """A port of a Service, and the load balancer's target group that its pods join."""

    service: Name
    port: PortNumber
    port_name: PortName
    arn: Out[TargetGroupArn]


class Mesh(ChartValues):
    """Where the product's pods run, when they speak mutual TLS with each other."""

    namespace: Name


class PodMetrics(ChartValues):
    """Where pods of the vendor's own chart are scraped."""

    labels: Labels
    port: PortNumber
    path: FilePath
    interval_seconds: Positive


@dataclass(frozen=True)
class _SomethingRuns:
    """There are services, here or in the vendor's own chart."""

    def check(self, stated: Mapping[str, object]) -> None:
        if not stated["services"] and "vendorRelease" not in stated:
            raise ValueError("services are needed where no chart of the vendor's own has them")

    def schema(self) -> dict[str, object]:
        return {"anyOf": [{"properties": {"services": {"minProperties": 1}}}, {"required": ["vendorRelease"]}]}


class WorkloadValues(ConditionalValues):
    conditions = (_SomethingRuns(),)

    product: Name
    services: dict[Name, Service]
    stopped: bool | None = None
    """No pod of a service runs, no autoscaler brings one back, and no job starts."""
    network_policies: dict[Name, Policy] | None = None
    target_groups: tuple[TargetGroup, ...] | None = None
    """Load balancer target groups and the Service port whose pods join each."""
    rule_groups: tuple[RuleGroup, ...] | None = None
    dashboards: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+\.json$")], Text] | None = None
    environment: Variables | None = None
    mesh: Mesh | None = None
    vendor_release: Name | None = None
    """Release of the vendor's own chart, which runs the services that are not here."""
    pod_metrics: dict[Name, PodMetrics] | None = None
    """Where pods of the vendor's own chart are scraped, by service."""
    pooler: Pooler | None = None
    exporters: dict[Name, Exporter] | None = None
    """What Prometheus asks about what cannot be asked itself, by name."""
    jobs: dict[Name, Job] | None = None
    smoke: Smoke | None = None
    load_test: LoadTest | None = None
    round_trip: RoundTrip | None = None
    restore_test: RestoreTest | None = None
    migration: Migration | None = None
    dump: Dump | None = None
    restore: Restore | None = None
    toolbox: Toolbox | None = None
