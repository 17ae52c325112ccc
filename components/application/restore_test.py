"""Values of the restore test: the newest dump, a database made for it, and the product's own code on top."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.application.containers import environment
from components.application.flows import restore_policy
from components.application.images import AWS_CLI, PYTHON, postgres_client, product_reference, reference
from components.application.secrets import available, environment_secret_name
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.data import RestoreTest
from settings.workload.secrets import WiredSecret
from settings.workload.service import Image, WiredOutput

RESTORE_TEST = "restore-test"
_HOURS = 4
_ADDRESS: Mapping[WiredOutput, str] = {
    "database.host": "127.0.0.1",
    "database.reader_host": "127.0.0.1",
    "database.port": "5432",
}
_READY_SECONDS = 600


def restore_test_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """The chart's `restoreTest`; nothing without one."""
    test, needs, database = settings.workload.backups.restore_test, settings.workload.database, settings.stack.database
    if test is None or needs is None or database is None or wiring.dump_bucket is None:
        return {}
    values: Values = {
        "schedule": test.schedule,
        "serviceAccount": f"{settings.workload.name}-{RESTORE_TEST}",
        "fetchImage": reference(settings, AWS_CLI),
        "postgresImage": reference(settings, postgres_client(needs.version)),
        "bucket": wiring.dump_bucket,
        "region": settings.stack.region,
        "oldestHours": test.oldest_hours,
        "database": needs.name,
        "role": needs.role,
        # The database as it is, and the dump of it, which is smaller.
        "scratchGib": 2 * database.storage_gib,
        "deadlineSeconds": _HOURS * 3600,
        "policy": restore_policy(wiring, RESTORE_TEST),
    }
    return {"restoreTest": values | _migration(settings, wiring) | _application(settings, wiring, test)}


def _migration(settings: PlatformSettings, wiring: Wiring) -> Values:
    """The image and command that migrate in production; a dump of an older schema comes to this release's."""
    migration = settings.workload.migration
    if migration is None:
        return {}
    service = settings.workload.services[migration.service]
    image = service.image
    if migration.image_repository is not None:
        image = Image(repository=migration.image_repository, tag=image.tag)
    values: Values = {
        "image": product_reference(settings, wiring, image),
        "command": list(migration.command),
        "user": service.security.user,
        **_secrets(settings, wiring, migration.secrets, {}),
    }
    return {"migration": values}


def _application(settings: PlatformSettings, wiring: Wiring, test: RestoreTest) -> Values:
    """The service with all that it has in production but its database; what it cannot reach, it does without."""
    if test.service is None:
        return {}
    service = settings.workload.services[test.service]
    readiness = service.probes.readiness
    if readiness is None or readiness.http is None:
        raise ValueError(f"{test.service} cannot say when it is ready: it has no readiness probe over HTTP")
    port = service.ports[readiness.http.port].number
    check: Values = {
        "kind": "http",
        "url": f"http://127.0.0.1:{port}{readiness.http.path}",
        "patience": _READY_SECONDS,
    }
    stated = {**settings.workload.environment, **service.environment}
    variables = environment(stated, replace(wiring, outputs={**wiring.outputs, **_ADDRESS}))
    values: Values = {
        "service": test.service,
        "verifyImage": reference(settings, PYTHON),
        "document": {"checks": [check]},
        **_secrets(settings, wiring, service.secrets, variables),
    }
    return {"application": values}


def _secrets(
    settings: PlatformSettings, wiring: Wiring, names: Sequence[str], variables: Mapping[str, object]
) -> Values:
    """Variables and keys: the way to the database is the throw-away one's, every other secret is the product's own."""
    scratch: dict[str, object] = dict(variables)
    keys: list[str] = []
    for name in sorted(names):
        secret = settings.workload.secrets[name]
        if isinstance(secret, WiredSecret) and secret.output.startswith("database."):
            scratch[name] = _scratch_value(settings, secret.output)
        elif available(settings, wiring, name):
            keys.append(name)
    values: Values = {"environment": scratch}
    if keys:
        values["secretEnvironment"] = {"name": environment_secret_name(settings), "whole": False, "keys": keys}
    return values


def _scratch_value(settings: PlatformSettings, output: str) -> str:
    """Where the throw-away database is; it asks nobody for a password, and nobody else reaches it."""
    needs = settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database restores it")
    if output == "database.password":
        return "unused"
    return f"postgres://{needs.role}:unused@127.0.0.1:5432/{needs.name}?sslmode=disable"


def restore_test_demand(settings: PlatformSettings) -> tuple[int, int, int]:
    """Pods, millicores and MiB that the test asks for at its peak: the server, the service, and who asks it."""
    test = settings.workload.backups.restore_test
    if test is None:
        return 0, 0, 0
    cpu, memory = 500, 512
    if test.service is not None:
        requests = settings.workload.services[test.service].resources.requests
        cpu, memory = cpu + millicores(requests.cpu), memory + mebibytes(requests.memory)
    return 1, cpu, memory
