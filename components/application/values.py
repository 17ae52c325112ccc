"""Values of the workload chart: what runs."""

from collections.abc import Collection

from components.application.containers import environment, secret_environment
from components.application.dashboards import dashboards
from components.application.flows import dump_policy, service_policies, toolbox_policy
from components.application.images import AWS_CLI, REDIS_CLIENT, postgres_client, product_reference, reference
from components.application.jobs import job_values
from components.application.pooler import pooler_values
from components.application.restore_test import restore_test_values
from components.application.rules import rule_groups
from components.application.secrets import database_secret_name
from components.application.services import service_values
from components.application.vendor import kubernetes_service, labelled, pod_metrics, release_names
from components.application.verification import verification_values
from components.application.wiring import Values, Wiring
from components.plans.schedules import stamp
from settings import PlatformSettings
from settings.workload.service import Image

_DUMP_APP = "database-dump"
_TOOLBOX_APP = "toolbox"


def workload_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """Services with everything around them, the migration, the dump, alerts and dashboards."""
    workload = settings.workload
    vendors = workload.helm_chart.services if workload.helm_chart else {}
    values: Values = {
        "product": workload.name,
        "stopped": settings.stack.application.stopped,
        "services": {name: service_values(settings, wiring, name) for name in workload.services if name not in vendors},
        "networkPolicies": service_policies(settings, wiring),
        "targetGroups": target_groups(settings, wiring, [name for name in workload.services if name not in vendors]),
        "ruleGroups": rule_groups(settings),
        "dashboards": dashboards(workload),
    }
    if settings.meshed:
        values["mesh"] = {"namespace": settings.namespace}
    if workload.helm_chart is not None:
        values["vendorRelease"] = release_names(settings)[1]
        values["podMetrics"] = pod_metrics(settings, workload.helm_chart)
    values |= pooler_values(settings, wiring) | job_values(settings, wiring)
    values |= verification_values(settings, wiring) | restore_test_values(settings, wiring)
    if workload.environment:
        values["environment"] = environment(workload.environment, wiring)
    values |= _migration(settings, wiring) | _dump(settings, wiring) | _toolbox(settings, wiring)
    return labelled(settings, values)


def entrance_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """What joins the pods of the vendor's chart to the load balancer, once they are there; empty without any."""
    chart = settings.workload.helm_chart
    bindings = target_groups(settings, wiring, list(chart.services)) if chart else []
    if not bindings:
        return {}
    release = release_names(settings)[1]
    return {
        "product": settings.workload.name,
        "services": {},
        "vendorRelease": release,
        "targetGroups": bindings,
    }


def target_groups(settings: PlatformSettings, wiring: Wiring, services: Collection[str]) -> list[Values]:
    """The target group of each routed port of these services, and the Kubernetes Service whose pods join it."""
    routed = {(route.service, route.port) for route in settings.workload.ingress.routes if route.service in services}
    return [
        {
            "service": kubernetes_service(settings, service),
            "port": settings.workload.services[service].pod_ports[port].exposed,
            "portName": port,
            "arn": wiring.target_groups[service, port],
        }
        for service, port in sorted(routed)
    ]


def _migration(settings: PlatformSettings, wiring: Wiring) -> Values:
    migration = settings.workload.migration
    if migration is None:
        return {}
    service = settings.workload.services[migration.service]
    image = service.image
    if migration.image_repository is not None:
        image = Image(repository=migration.image_repository, tag=image.tag)
    return {
        "migration": {
            "image": product_reference(settings, wiring, image),
            "command": list(migration.command),
            "deadlineSeconds": migration.deadline_seconds,
            "secretEnvironment": secret_environment(settings, wiring, migration.secrets),
            "user": service.security.user,
        }
    }


def _dump(settings: PlatformSettings, wiring: Wiring) -> Values:
    dump, needs, database = settings.workload.backups.dump, settings.workload.database, settings.stack.database
    if dump is None or needs is None or database is None or wiring.dump_bucket is None:
        return {}
    values: Values = {
        "schedule": dump.schedule,
        "stamp": stamp(dump.schedule),
        "serviceAccount": f"{settings.workload.name}-dump",
        "image": reference(settings, postgres_client(needs.version)),
        "uploadImage": reference(settings, AWS_CLI),
        "bucket": wiring.dump_bucket,
        "region": settings.stack.region,
        "database": needs.name,
        "host": wiring.outputs["database.host"],
        "port": wiring.outputs["database.port"],
        "secret": database_secret_name(settings),
        # A compressed dump is smaller than its database, so the database's own size is always enough.
        "scratchGib": database.storage_gib,
        "policy": dump_policy(_DUMP_APP),
    }
    return {"dump": values}


def _toolbox(settings: PlatformSettings, wiring: Wiring) -> Values:
    if not settings.stack.application.toolbox:
        return {}
    needs = settings.workload.database
    values: Values = {
        "redisImage": reference(settings, REDIS_CLIENT),
        "secretEnvironment": secret_environment(settings, wiring, _store_secrets(settings)),
        "policy": toolbox_policy(settings, wiring, _TOOLBOX_APP),
    }
    if needs is not None:
        values["postgresImage"] = reference(settings, postgres_client(needs.version))
    return {"toolbox": values}


def _store_secrets(settings: PlatformSettings) -> tuple[str, ...]:
    """The environment secrets that hold the way to a store."""
    workload = settings.workload
    read = {name for service in workload.services.values() for name in service.pod_secrets}
    # A restore goes past the pooler, as the migration does.
    read |= set(workload.migration.secrets if workload.migration else ())
    return tuple(sorted(name for name in read if workload.secrets[name].kind == "wired"))
