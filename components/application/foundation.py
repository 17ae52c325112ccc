"""Values of the foundation chart: what must stand before anything of the product runs."""

from components.application.flows import OTLP_PORT
from components.application.images import postgres_client, reference
from components.application.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods
from components.application.restore_test import restore_test_demand
from components.application.secrets import bootstrap_secret, external_secrets
from components.application.verification import verification_demand
from components.application.wiring import Values, Wiring
from components.cluster.access import OPERATORS
from components.plans.pods import pod_demand
from settings import PlatformSettings
from settings.types import mebibytes, millicores

# Room beside the services for Jobs: bootstrap, migration, dump and toolbox.
_JOB_PODS = 6
_JOB_MILLICORES = 2000
_JOB_MEBIBYTES = 4096
_MIGRATION_SECONDS = 600


def foundation_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """Namespace, quotas, identities, secrets, the denying network baseline, and the database's bootstrap."""
    workload = settings.workload
    values: Values = {
        "product": workload.name,
        "namespace": settings.namespace,
        "quota": _quota(settings),
        "operators": [OPERATORS] if any(entry.policy == "operator" for entry in settings.stack.access) else [],
        "consoles": {"namespace": wiring.telemetry.namespace},
        "serviceAccounts": ["migration"] if workload.migration is not None else [],
        "externalSecrets": external_secrets(settings, wiring),
        "databaseClients": {"cidrs": list(wiring.data_cidrs), "port": 5432} if workload.database is not None else {},
        "collector": {"host": wiring.telemetry.collector, "port": OTLP_PORT} if _uses_telemetry(settings) else {},
    }
    if workload.image_policy is not None:
        values["signedImages"] = True
    if settings.meshed:
        values["mesh"] = True
    if workload.database is not None and not settings.follows:
        values["bootstrap"] = _bootstrap(settings, wiring)
    return values


def _uses_telemetry(settings: PlatformSettings) -> bool:
    return any("telemetry" in service.uses for service in settings.workload.services.values())


def _quota(settings: PlatformSettings) -> Values:
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
    for job in settings.workload.jobs.values():
        pods += 1
        cpu += millicores(job.resources.requests.cpu)
        memory += mebibytes(job.resources.requests.memory)
    for demand in (verification_demand(settings), restore_test_demand(settings)):
        pods, cpu, memory = pods + demand[0], cpu + demand[1], memory + demand[2]
    return {"pods": pods, "cpu": f"{cpu}m", "memory": f"{memory}Mi"}


def _bootstrap(settings: PlatformSettings, wiring: Wiring) -> Values:
    needs = settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database has one to set up")
    migration = settings.workload.migration
    return {
        "image": reference(settings, postgres_client(needs.version)),
        "host": wiring.outputs["database.host"],
        "port": wiring.outputs["database.port"],
        "database": needs.name,
        "roleVersion": wiring.database_role_version,
        "secret": bootstrap_secret(wiring),
        # No statement may outlive the longest Job that runs under the role; pg_dump lifts the limit for itself.
        "statementTimeoutSeconds": migration.deadline_seconds if migration is not None else _MIGRATION_SECONDS,
        "lockTimeoutSeconds": 10,
        "idleInTransactionTimeoutSeconds": 300,
    }
