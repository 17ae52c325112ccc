"""Values of the workload chart: what runs."""

from collections.abc import Collection

from components.chart_values.workload.jobs import Dump, Migration, Restore, Toolbox
from components.chart_values.workload.values import Mesh, TargetGroup, WorkloadValues
from components.product.containers import environment, migration_container
from components.product.dashboards import dashboards
from components.product.database import JOBS, address, bootstrap, dump, owner_credential, restore
from components.product.rules import rule_groups
from components.product.toolbox import product_toolbox
from components.product.wiring import Wiring
from components.runtimes.kubernetes.containers import secret_environment
from components.runtimes.kubernetes.exporters import exporter_values
from components.runtimes.kubernetes.flows import (
    dump_policy,
    migration_policy,
    restore_beside_policy,
    service_policies,
    toolbox_policy,
)
from components.runtimes.kubernetes.jobs import job_values
from components.runtimes.kubernetes.namespaces import SYSTEM_NAMESPACE
from components.runtimes.kubernetes.pooler import pooler_values
from components.runtimes.kubernetes.restore_test import restore_test_values
from components.runtimes.kubernetes.secrets import database_secret_name
from components.runtimes.kubernetes.services import service_values
from components.runtimes.kubernetes.vendor import kubernetes_service, pod_metrics, release_names
from components.runtimes.kubernetes.verification import load_test, round_trip, smoke
from settings import PlatformSettings
from settings.arithmetic.tcp import published

_DUMP_APP = "database-dump"
_RESTORE_APP = "database-restore"


def workload_values(settings: PlatformSettings, wiring: Wiring) -> WorkloadValues:
    """Services with everything around them, the migration, the dump, alerts and dashboards."""
    workload, chart = settings.workload, settings.workload.helm_chart
    own = [name for name in workload.services if chart is None or name not in chart.services]
    return WorkloadValues(
        product=workload.name,
        stopped=settings.stack.application.stopped,
        services={name: service_values(settings, wiring, name) for name in own},
        network_policies=service_policies(settings, wiring),
        target_groups=target_groups(settings, wiring, own),
        rule_groups=rule_groups(settings),
        dashboards=dashboards(workload),
        mesh=Mesh(namespace=settings.namespace) if settings.meshed else None,
        vendor_release=release_names(settings)[1],
        pod_metrics=pod_metrics(settings, chart) if chart is not None else None,
        pooler=pooler_values(settings, wiring),
        exporters=exporter_values(settings, wiring),
        jobs=job_values(settings, wiring),
        smoke=smoke(settings, wiring),
        load_test=load_test(settings, wiring),
        round_trip=round_trip(settings, wiring),
        restore_test=restore_test_values(settings, wiring),
        environment=environment(workload.environment, wiring) or None,
        migration=_migration(settings, wiring),
        dump=_dump(settings, wiring),
        restore=_restore(settings, wiring),
        toolbox=_toolbox(settings, wiring),
    )


def entrance_values(settings: PlatformSettings, wiring: Wiring) -> WorkloadValues | None:
    """What joins the pods of the vendor's chart to the load balancer, once they are there; None without any."""
    chart = settings.workload.helm_chart
    bindings = target_groups(settings, wiring, list(chart.services)) if chart else ()
    if not bindings:
        return None
    return WorkloadValues(
        product=settings.workload.name,
        services={},
        vendor_release=release_names(settings)[1],
        target_groups=bindings,
    )


def target_groups(settings: PlatformSettings, wiring: Wiring, services: Collection[str]) -> tuple[TargetGroup, ...]:
    """The target group of each published port of these services, and the Kubernetes Service whose pods join it."""
    routed = {(service, port) for service, port in published(settings.workload) if service in services}
    return tuple(
        TargetGroup(
            service=kubernetes_service(settings, service),
            port=settings.workload.services[service].pod_ports[port].exposed,
            port_name=port,
            arn=wiring.target_groups[service, port],
        )
        for service, port in sorted(routed)
    )


def _migration(settings: PlatformSettings, wiring: Wiring) -> Migration | None:
    migration, container = settings.workload.migration, migration_container(settings, wiring)
    if migration is None or container is None:
        return None
    return Migration(
        image=container.image,
        command=container.command,
        deadline_seconds=migration.deadline_seconds,
        secret_environment=secret_environment(settings, wiring, container.secrets, container.acting),
        user=container.user,
        environment=container.environment or None,
        policy=migration_policy(wiring),
    )


def _dump(settings: PlatformSettings, wiring: Wiring) -> Dump | None:
    wanted = dump(settings, wiring)
    if wanted is None:
        return None
    where = address(settings, wiring)
    return Dump(
        schedule=wanted.schedule,
        format=wanted.format,
        jobs=JOBS,
        service_account=f"{settings.workload.name}-dump",
        image=wanted.image,
        upload_image=wanted.upload_image,
        bucket=wanted.bucket,
        region=wanted.region,
        database=where.database,
        host=where.host,
        port=where.port,
        secret=database_secret_name(settings, owner_credential(settings)),
        scratch_gib=wanted.scratch_gib,
        deadline_seconds=wanted.deadline_seconds,
        policy=dump_policy(_DUMP_APP),
        further=" ".join(wanted.further) or None,
        archived=wanted.archived or None,
    )


def _restore(settings: PlatformSettings, wiring: Wiring) -> Restore | None:
    wanted, made = restore(settings, wiring), bootstrap(settings)
    if wanted is None or made is None:
        return None
    where = address(settings, wiring)
    return Restore(
        namespace=SYSTEM_NAMESPACE,
        bootstrap=f"{settings.workload.name}-database-bootstrap",
        service_account=f"{settings.workload.name}-restore",
        image=wanted.image,
        fetch_image=wanted.fetch_image,
        bucket=wanted.bucket,
        region=wanted.region,
        database=where.database,
        host=where.host,
        port=where.port,
        variables=made.variables,
        storage_gib=wanted.storage_gib,
        scratch_gib=wanted.scratch_gib,
        jobs=JOBS,
        deadline_seconds=wanted.deadline_seconds,
        policy=restore_beside_policy(wiring, _RESTORE_APP),
        checks=wanted.checks or None,
    )


def _toolbox(settings: PlatformSettings, wiring: Wiring) -> Toolbox | None:
    if not settings.stack.application.toolbox:
        return None
    tools = product_toolbox(settings, wiring)
    return Toolbox(
        redis_image=tools.redis_image,
        postgres_image=tools.postgres_image,
        secret_environment=secret_environment(settings, wiring, tools.secrets),
        policy=toolbox_policy(settings, wiring, tools.reach),
    )
