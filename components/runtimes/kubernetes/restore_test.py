"""Values of the restore test: the newest dump, a database made for it, and the product's own code on top."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from pulumi import Input

from components.chart_values.verify import Proofs, UrlCheck
from components.chart_values.workload.containers import SecretEnvironment
from components.chart_values.workload.proofs import RestoredApplication, RestoredMigration, RestoreTest
from components.invariants import certain
from components.product.containers import ProductContainer, migration_container, service_container
from components.product.database import JOBS, restore_test
from components.product.images import PYTHON, reference
from components.product.wiring import Wiring, joined
from components.runtimes.kubernetes.flows import restore_policy
from components.runtimes.kubernetes.secrets import environment_secret_name
from settings import PlatformSettings
from settings.arithmetic.roles import made_from, role_names
from settings.facts import ports
from settings.types import mebibytes, millicores
from settings.workload.container import pieces
from settings.workload.secrets import Secret, TextSecret, WiredSecret
from settings.workload.service import WiredOutput

RESTORE_TEST = "restore-test"
_ADDRESS: Mapping[WiredOutput, str] = {
    "database.host": "127.0.0.1",
    "database.reader_host": "127.0.0.1",
    "database.port": str(ports.POSTGRESQL),
    # The restored service is alone, and is asked at this address.
    "pod.ip": "127.0.0.1",
    "pod.name": RESTORE_TEST,
}
_READY_SECONDS = 600


def restore_test_values(settings: PlatformSettings, wiring: Wiring) -> RestoreTest | None:
    """The chart's `restoreTest`; None without one."""
    wanted, stated = restore_test(settings, wiring), settings.workload.backups.restore_test
    if wanted is None or stated is None:
        return None
    return RestoreTest(
        schedule=wanted.schedule,
        service_account=f"{settings.workload.name}-{RESTORE_TEST}",
        fetch_image=wanted.fetch_image,
        postgres_image=wanted.image,
        bucket=wanted.bucket,
        region=wanted.region,
        oldest_hours=wanted.oldest_hours,
        database=wanted.database,
        owner=wanted.owner,
        jobs=JOBS,
        scratch_gib=wanted.scratch_gib,
        deadline_seconds=wanted.deadline_seconds,
        policy=restore_policy(wiring, RESTORE_TEST),
        migration=_migration(settings, wiring),
        application=_application(settings, wiring, stated.service) if stated.service is not None else None,
        others=" ".join(wanted.others) or None,
        further=" ".join(wanted.further) or None,
        checks=wanted.checks or None,
    )


def _migration(settings: PlatformSettings, wiring: Wiring) -> RestoredMigration | None:
    """The image and command that migrate in production; a dump of an older schema comes to this release's."""
    container = migration_container(settings, _apart(wiring))
    if container is None:
        return None
    return RestoredMigration(
        image=container.image,
        command=container.command,
        user=container.user,
        environment={**container.variables, **_scratch_variables(settings, wiring, container)},
        secret_environment=_own_secrets(settings, container.secrets),
    )


def _application(settings: PlatformSettings, wiring: Wiring, name: str) -> RestoredApplication:
    """The service with all that it has in production but its database; what it cannot reach, it does without."""
    service = settings.workload.services[name]
    probed = "a restored service has a readiness probe over HTTP"
    http = certain(certain(service.probes.readiness, probed).http, probed)
    address = f"http://127.0.0.1:{service.ports[http.port].number}{http.path}"
    container = service_container(settings, _apart(wiring), name)
    return RestoredApplication(
        service=name,
        verify_image=reference(settings, PYTHON),
        document=Proofs(checks=(UrlCheck(kind="http", url=address, patience=_READY_SECONDS),)),
        environment={**container.variables, **_scratch_variables(settings, wiring, container)},
        secret_environment=_own_secrets(settings, container.secrets),
    )


def _apart(wiring: Wiring) -> Wiring:
    """Put the throw-away database in the place of the product's."""
    return replace(wiring, outputs={**wiring.outputs, **_ADDRESS})


def _scratch_variables(
    settings: PlatformSettings, wiring: Wiring, container: ProductContainer
) -> dict[str, Input[str]]:
    """The secrets that hold the way to the database, which is the throw-away one's."""
    needs = certain(settings.workload.database, "only a product with a database restores it")
    role = role_names(settings.workload, "database", needs)[container.acting.get("database", "database")]
    found: dict[str, Input[str]] = {}
    for name in container.secrets:
        value = _scratch_value(settings, wiring, settings.workload.secrets[name], role)
        if value is not None and made_from(settings.workload, name, "database"):
            found[name] = value
    return found


def _own_secrets(settings: PlatformSettings, names: Sequence[str]) -> SecretEnvironment | None:
    """Every other secret, which is the product's own; None without one."""
    keys = tuple(name for name in sorted(names) if not made_from(settings.workload, name, "database"))
    return SecretEnvironment(name=environment_secret_name(settings), whole=False, keys=keys) if keys else None


def _scratch_value(settings: PlatformSettings, wiring: Wiring, secret: Secret, role: str) -> Input[str] | None:
    """Compose a secret for the throw-away database; None for one that holds another credential, too."""
    if isinstance(secret, WiredSecret):
        return _scratch_output(settings, wiring, secret.output, role)
    parts: list[Input[str]] = []
    for piece in pieces(secret.text) if isinstance(secret, TextSecret) else ():
        part = piece if isinstance(piece, str) else _scratch_output(settings, wiring, piece.name, role)
        if part is None:
            return None
        parts.append(part)
    return joined(*parts)


def _scratch_output(settings: PlatformSettings, wiring: Wiring, output: str, role: str) -> Input[str] | None:
    """Where the throw-away database is; it asks nobody for a password, and nobody else reaches it."""
    known = {**wiring.outputs, **_ADDRESS}.get(cast("WiredOutput", output))
    if known is not None:
        return known
    if not output.startswith("database."):
        return None
    needs = certain(settings.workload.database, "only a product with a database restores it")
    if output == "database.password":
        return "unused"
    return f"postgres://{role}:unused@127.0.0.1:{ports.POSTGRESQL}/{needs.name}?sslmode=disable"


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
