"""Values of the foundation chart: what must stand before anything of the product runs."""

from components.chart_values.foundation import (
    Bootstrap,
    Collector,
    Consoles,
    DatabaseClients,
    FoundationValues,
    Quota,
)
from components.cluster.access import OPERATORS
from components.product.database import address, bootstrap, role_versions
from components.product.wiring import Wiring
from components.runtimes.kubernetes.restore_test import restore_test_demand
from components.runtimes.kubernetes.secrets import bootstrap_secret, external_secrets
from components.runtimes.kubernetes.verification import verification_demand
from settings import PlatformSettings
from settings.arithmetic.exporters import RESOURCES as EXPORTER
from settings.arithmetic.exporters import exporter_names
from settings.arithmetic.pods import pod_demand
from settings.arithmetic.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods
from settings.facts import ports
from settings.types import mebibytes, millicores

# Room beside the services for Jobs: bootstrap, migration, dump and toolbox.
_JOB_PODS = 6
_JOB_MILLICORES = 2000
_JOB_MEBIBYTES = 4096
_EXPORTER_PODS = 2
"""An exporter, and the one that takes its place while it rolls."""


def foundation_values(settings: PlatformSettings, wiring: Wiring) -> FoundationValues:
    """Namespace, quotas, identities, secrets, the denying network baseline, and the database's bootstrap."""
    workload, telemetry = settings.workload, wiring.telemetry
    return FoundationValues(
        product=workload.name,
        namespace=settings.namespace,
        quota=_quota(settings),
        operators=(OPERATORS,) if any(entry.policy == "operator" for entry in settings.stack.access) else (),
        consoles=Consoles(namespace=telemetry.namespace),
        service_accounts=("migration",) if workload.migration is not None else (),
        external_secrets=external_secrets(settings, wiring),
        database_clients=_database_clients(wiring) if workload.database is not None else DatabaseClients(),
        collector=Collector(host=telemetry.collector, port=ports.OTLP) if _uses_telemetry(settings) else Collector(),
        bootstrap=_bootstrap(settings, wiring),
        mesh=settings.meshed or None,
        signed_images=True if workload.image_policy is not None else None,
    )


def _database_clients(wiring: Wiring) -> DatabaseClients:
    return DatabaseClients(cidrs=tuple(wiring.data_cidrs), port=ports.POSTGRESQL)


def _uses_telemetry(settings: PlatformSettings) -> bool:
    return any("telemetry" in service.uses for service in settings.workload.services.values())


def _quota(settings: PlatformSettings) -> Quota:
    """The peak of every service and of the pooler, one more pod of each while it rolls, and room for Jobs."""
    pods, cpu, memory = _JOB_PODS, _JOB_MILLICORES, _JOB_MEBIBYTES
    for name, service in settings.workload.services.items():
        most = settings.replicas(name).maximum + 1
        pods += most
        pod = pod_demand(service)
        cpu += most * pod.millicores
        memory += most * pod.mebibytes
    pooler = pooler_of(settings)
    if pooler is not None:
        most = pooler_pods(settings, pooler) + 1
        pods += most
        for resources in (RESOURCES, EXPORTER_RESOURCES):
            cpu += most * millicores(resources.requests.cpu)
            memory += most * mebibytes(resources.requests.memory)
    for _ in exporter_names(settings):
        pods += _EXPORTER_PODS
        cpu += _EXPORTER_PODS * millicores(EXPORTER.requests.cpu)
        memory += _EXPORTER_PODS * mebibytes(EXPORTER.requests.memory)
    for job in settings.workload.jobs.values():
        pods += 1
        cpu += millicores(job.resources.requests.cpu)
        memory += mebibytes(job.resources.requests.memory)
    for demand in (verification_demand(settings), restore_test_demand(settings)):
        pods, cpu, memory = pods + demand[0], cpu + demand[1], memory + demand[2]
    return Quota(pods=pods, cpu=f"{cpu}m", memory=f"{memory}Mi")


def _bootstrap(settings: PlatformSettings, wiring: Wiring) -> Bootstrap | None:
    wanted = bootstrap(settings)
    if wanted is None or settings.follows:
        return None
    where = address(settings, wiring)
    return Bootstrap(
        image=wanted.image,
        host=where.host,
        port=where.port,
        variables=wanted.variables,
        role_version=role_versions(settings, wiring),
        secret=bootstrap_secret(wiring, wanted),
    )
