"""The jobs around a product's services: the database's set-up, the migration, the dump."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi import Input

from components.identity.pod_role import Statement
from components.product import database
from components.product.containers import migration_container
from components.product.references import SecretReference, json_key
from components.runtimes.ecs.containers import Container, Log, Mount
from components.runtimes.ecs.product_containers import product_container
from components.runtimes.ecs.scripts import FOLDER, SCRATCH, bucket_variables, script_container
from components.runtimes.ecs.task_inputs import TaskInputs
from settings import PlatformSettings
from settings.arithmetic.fargate import Need, TaskSize, disk_gib
from settings.arithmetic.schedules import cron_expression
from settings.arithmetic.tasks import CLIENT_NEED, fitting
from settings.types import mebibytes, millicores
from settings.workload.outputs import Use
from settings.workload.service import Egress

BOOTSTRAP, MIGRATION, DUMP, RESTORE = "database-bootstrap", "migration", "database-dump", "database-restore"
_LARGE = Need(millicores=1000, mebibytes=2048)
_DUMPED = "dump"
_STATEMENTS = ("bootstrap.sql", "databases.sql", "grants.sql")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A task that runs to its end.

    `schedule` is in EventBridge Scheduler's words; without one the job runs after every rollout of the service that it
    names, or is run by hand. `uses` and `egress` are where it may connect to.
    """

    name: str
    size: TaskSize
    containers: list[Container]
    volumes: list[str] = field(default_factory=list[str])
    statements: Sequence[Statement] = ()
    schedule: str | None = None
    after_rollout_of: str | None = None
    disk_gib: int | None = None
    uses: Sequence[Use] = ("database",)
    egress: Sequence[Egress] = ()


def job_names(settings: PlatformSettings) -> tuple[str, ...]:
    """Return the platform's own jobs for a product, which are also what their log groups are called after."""
    workload = settings.workload
    dumped = workload.database is not None and workload.backups.dump is not None
    names = {
        BOOTSTRAP: workload.database is not None,
        MIGRATION: workload.migration is not None,
        DUMP: dumped,
        RESTORE: dumped and not settings.follows,
    }
    return tuple(name for name, wanted in names.items() if wanted)


def bootstrap(inputs: TaskInputs, log: Log, master_secret_arn: Input[str] | None) -> Job | None:
    """Make the product's databases and roles, as the administrator: no service's task may read that credential."""
    wanted = database.bootstrap(inputs.settings)
    if wanted is None or master_secret_arn is None:
        return None
    passwords = {variable: inputs.credentials[key]["PGPASSWORD"] for variable, key in wanted.passwords.items()}
    logins = {variable: inputs.credentials[key]["PGUSER"] for variable, key in wanted.logins.items()}
    container = script_container(
        BOOTSTRAP,
        wanted.image,
        log,
        ["bootstrap.sh", *_STATEMENTS],
        environment={**inputs.database, "PGDATABASE": "postgres", **wanted.variables},
        secrets={**_as_administrator(master_secret_arn), **passwords, **logins},
    )
    return Job(
        name=BOOTSTRAP,
        size=fitting(inputs.settings, CLIENT_NEED, CLIENT_NEED),
        containers=[container],
        volumes=[SCRATCH],
    )


def _as_administrator(master_secret_arn: Input[str]) -> dict[str, SecretReference]:
    return {"PGUSER": json_key(master_secret_arn, "username"), "PGPASSWORD": json_key(master_secret_arn, "password")}


def migration(inputs: TaskInputs, log: Log) -> Job | None:
    """Describe the migration with its service's settings; an `up` runs it before a rollout, and a person may."""
    settings = inputs.settings
    needs, wanted = settings.workload.migration, migration_container(settings, inputs.wiring)
    if needs is None or wanted is None:
        return None
    container = product_container(inputs, MIGRATION, log, wanted)
    requests = settings.workload.services[needs.service].resources.requests
    need = Need(millicores=millicores(requests.cpu), mebibytes=mebibytes(requests.memory))
    return Job(name=MIGRATION, size=fitting(settings, need, need), containers=[container])


def dump(inputs: TaskInputs, log: Log, statements: Sequence[Statement]) -> Job | None:
    """Dump the database to the task's own disk, then store the file; the dump's container is gone by then."""
    settings = inputs.settings
    wanted = database.dump(settings, inputs.wiring)
    if wanted is None:
        return None
    dumping = script_container(
        "dump",
        wanted.image,
        log,
        [*(["dump-all.sh"] if wanted.further else []), "dump.sh", "rows.sql"],
        environment={
            **inputs.database,
            "FOLDER": "/dump",
            "FORMAT": wanted.format,
            "JOBS": str(database.JOBS),
            **({"FURTHER": " ".join(wanted.further)} if wanted.further else {}),
        },
        secrets=inputs.credentials.get(database.owner_credential(settings), {}),
        mounts=[Mount(volume=_DUMPED, path="/dump")],
        essential=False,
    )
    storing = script_container(
        "upload",
        wanted.upload_image,
        log,
        ["upload.sh"],
        environment={
            **bucket_variables(wanted.bucket, wanted.region),
            "FOLDER": "/dump",
            **({"ARCHIVED": "yes"} if wanted.archived else {}),
        },
        mounts=[Mount(volume=_DUMPED, path="/dump", read_only=True)],
        after={"dump": "SUCCESS"},
    )
    return Job(
        name=DUMP,
        size=fitting(settings, CLIENT_NEED if settings.stack.ecs.host else _LARGE, CLIENT_NEED),
        containers=[dumping, storing],
        volumes=[_DUMPED, SCRATCH],
        statements=statements,
        schedule=cron_expression(wanted.schedule),
        # Fargate's largest disk is the most there is.
        disk_gib=disk_gib(wanted.scratch_gib),
    )


def restore(
    inputs: TaskInputs, log: Log, statements: Sequence[Statement], master_secret_arn: Input[str] | None
) -> Job | None:
    """Restore a dump beside the database, as the administrator; a person starts it and names the dump."""
    settings = inputs.settings
    wanted, made = database.restore(settings, inputs.wiring), database.bootstrap(settings)
    if wanted is None or made is None or master_secret_arn is None:
        return None
    fetching = script_container(
        "fetch",
        wanted.fetch_image,
        log,
        ["fetch.sh"],
        environment={
            **bucket_variables(wanted.bucket, wanted.region),
            "PGDATABASE": database.address(settings, inputs.wiring).database,
            "DUMP": "newest",
            "FOLDER": FOLDER,
        },
        essential=False,
    )
    restoring = script_container(
        "restore",
        wanted.image,
        log,
        ["restore-beside.sh", "check-dump.sh", "restore-dump.sh", "rows.sql", *_STATEMENTS],
        environment={
            **inputs.database,
            "FOLDER": FOLDER,
            "BOOTSTRAP": FOLDER,
            "JOBS": str(database.JOBS),
            "STORAGE_GIB": str(wanted.storage_gib),
            "CHECKS": wanted.checks,
            **made.variables,
        },
        secrets=_as_administrator(master_secret_arn),
        after={"fetch": "SUCCESS"},
    )
    return Job(
        name=RESTORE,
        size=fitting(settings, CLIENT_NEED if settings.stack.ecs.host else _LARGE, CLIENT_NEED),
        containers=[fetching, restoring],
        volumes=[SCRATCH],
        statements=statements,
        disk_gib=disk_gib(wanted.scratch_gib),
    )
