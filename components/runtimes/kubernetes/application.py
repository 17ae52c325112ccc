"""The product on the cluster: a foundation, then everything that runs on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

from components.chart_values.base import ChartValues
from components.chart_values.folder import chart_path
from components.product.verification import runs_after_rollout, smoke_seconds
from components.product.wiring import Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.namespaces import SYSTEM_NAMESPACE
from components.runtimes.kubernetes.values import entrance_values, workload_values
from components.runtimes.kubernetes.vendor import release_names, vendor_values
from settings import PlatformSettings

_FOUNDATION_SECONDS = 600
_ROLLOUT_BASE_SECONDS = 300
_ROLLOUT_SECONDS_PER_POD = 60  # pods are replaced one at a time: start, become ready, drain


@dataclass(frozen=True, kw_only=True)
class ApplicationArgs:
    """`depends_on` is what must stand before the first pod comes, and still when the last one goes.

    That is: the secrets, the load balancer controller, External Secrets, the node pools, and the definitions of
    ServiceMonitor and PrometheusRule.
    """

    settings: PlatformSettings
    provider: kubernetes.Provider
    wiring: Wiring
    depends_on: Sequence[Resource] = ()


class Application(ComponentResource):
    """Two Helm releases, or three with a vendor's chart, each atomic: a failed one is rolled back as a whole."""

    namespace: str
    foundation: Release
    workload: Release
    vendor: Release | None
    entrance: Release | None
    foundation_name: Output[str | None]
    workload_name: Output[str | None]

    def __init__(self, name: str, args: ApplicationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Application", name, None, opts)
        self.namespace = args.settings.namespace
        self.foundation = self._release(
            f"{name}-foundation",
            args,
            release=f"{args.settings.workload.name}-foundation",
            chart="foundation",
            namespace=SYSTEM_NAMESPACE,
            values=foundation_values(args.settings, args.wiring),
            timeout=_FOUNDATION_SECONDS,
            depends_on=args.depends_on,
        )
        self.workload = self._release(
            f"{name}-workload",
            args,
            release=release_names(args.settings)[0],
            chart="workload",
            namespace=self.namespace,
            values=workload_values(args.settings, args.wiring),
            timeout=rollout_seconds(args.settings),
            depends_on=[self.foundation, *args.depends_on],
        )
        self.vendor = self._vendor(f"{name}-vendor", args)
        self.entrance = self._entrance(f"{name}-entrance", args)
        self.foundation_name = self.foundation.name
        self.workload_name = self.workload.name
        self.register_outputs(
            {
                "namespace": self.namespace,
                "foundationName": self.foundation_name,
                "workloadName": self.workload_name,
            }
        )

    def _release(
        self,
        logical_name: str,
        args: ApplicationArgs,
        *,
        release: str,
        chart: str,
        namespace: str,
        values: ChartValues,
        timeout: int,
        depends_on: Sequence[Resource],
    ) -> Release:
        return Release(
            logical_name,
            name=release,
            chart=chart_path(chart),
            namespace=namespace,
            # The foundation itself makes the product's namespace, with its labels; the second release finds it there.
            create_namespace=chart == "foundation",
            values=values.to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            wait_for_jobs=True,
            timeout=timeout,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=depends_on),
        )

    def _vendor(self, logical_name: str, args: ApplicationArgs) -> Release | None:
        """The vendor's chart comes after the platform's own: its pods find their secrets and the ways in and out."""
        chart, name = args.settings.workload.helm_chart, release_names(args.settings)[1]
        if chart is None or name is None:
            return None
        registry = chart.repository.startswith("oci://")
        address = chart.repository.rstrip("/")
        return Release(
            logical_name,
            name=name,
            chart=f"{address}/{chart.chart}" if registry else chart.chart,
            version=chart.version,
            repository_opts=None if registry else RepositoryOptsArgs(repo=address),
            namespace=self.namespace,
            create_namespace=False,
            values=vendor_values(args.settings, args.wiring, chart),
            atomic=True,
            cleanup_on_fail=True,
            timeout=rollout_seconds(args.settings),
            max_history=10,
            opts=ResourceOptions(
                parent=self, provider=args.provider, depends_on=[self.workload, self.foundation, *args.depends_on]
            ),
        )

    def _entrance(self, logical_name: str, args: ApplicationArgs) -> Release | None:
        """A target group is bound to a Service that is there: those of the vendor's chart are bound last."""
        values = entrance_values(args.settings, args.wiring)
        if self.vendor is None or values is None:
            return None
        return self._release(
            logical_name,
            args,
            release=f"{args.settings.workload.name}-entrance",
            chart="workload",
            namespace=self.namespace,
            values=values,
            timeout=_FOUNDATION_SECONDS,
            depends_on=[self.vendor, self.workload, *args.depends_on],
        )


def rollout_seconds(settings: PlatformSettings) -> int:
    """How long a release may take: the migration, the largest service one pod at a time, its Jobs, the proofs."""
    migration = settings.workload.migration
    most = max(settings.replicas(name).maximum for name in settings.workload.services)
    jobs = sum(job.deadline_seconds for job in settings.workload.jobs.values() if job.schedule is None)
    before = migration.deadline_seconds if migration else 0
    proofs = smoke_seconds(settings) if runs_after_rollout(settings) else 0
    return before + _ROLLOUT_BASE_SECONDS + most * _ROLLOUT_SECONDS_PER_POD + jobs + proofs
