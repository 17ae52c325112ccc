"""The jobs around a product's services: the database's set-up, the migration, the dump."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi import Input

from components.application.images import AWS_CLI, postgres_client, product_reference, reference
from components.ecs.commands import entry_point_and_command
from components.ecs.containers import Container, Log, Mount
from components.ecs.references import json_key
from components.ecs.scripts import unpacked
from components.ecs.service_containers import fitting
from components.ecs.task_inputs import TaskInputs
from components.identity.pod_role import Statement
from components.plans.fargate import Need, TaskSize, disk_gib
from components.plans.schedules import cron_expression, stamp
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.service import Egress, Image, Use

BOOTSTRAP, MIGRATION, DUMP = "database-bootstrap", "migration", "database-dump"
SMALL = Need(millicores=250, mebibytes=256)
"""What a client of the database needs."""
_LARGE = Need(millicores=1000, mebibytes=2048)
_SCRATCH, _DUMPED = "scratch", "dump"
_MIGRATION_SECONDS = 600


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
    names = {
        BOOTSTRAP: workload.database is not None,
        MIGRATION: workload.migration is not None,
        DUMP: workload.database is not None and workload.backups.dump is not None,
    }
    return tuple(name for name, wanted in names.items() if wanted)


def bootstrap(inputs: TaskInputs, log: Log, master_secret_arn: Input[str] | None) -> Job | None:
    """Make the product's database and role, as the administrator: no service's task may read that credential."""
    needs, migration = inputs.settings.workload.database, inputs.settings.workload.migration
    if needs is None or master_secret_arn is None:
        return None
    command, scripts = unpacked("/scratch", "bootstrap.sh", "bootstrap.sql")
    role = inputs.database_credential
    statement_seconds = migration.deadline_seconds if migration else _MIGRATION_SECONDS
    container = Container(
        name=BOOTSTRAP,
        image=reference(inputs.settings, postgres_client(needs.version)),
        log=log,
        entry_point=command[:2],
        command=command[2:],
        environment={
            **inputs.database,
            **scripts,
            "PGDATABASE": "postgres",
            "APP_DATABASE": needs.name,
            "APP_STATEMENT_TIMEOUT": f"{statement_seconds}s",
            "APP_LOCK_TIMEOUT": "10s",
            "APP_IDLE_TIMEOUT": "300s",
        },
        secrets={
            "PGUSER": json_key(master_secret_arn, "username"),
            "PGPASSWORD": json_key(master_secret_arn, "password"),
            "APP_ROLE": role["PGUSER"],
            "APP_PASSWORD": role["PGPASSWORD"],
        },
        mounts=[Mount(volume=_SCRATCH, path="/scratch")],
        # The scratch disk belongs to root, and nothing of the product runs in this task.
        user="0",
        capabilities=True,
    )
    return Job(
        name=BOOTSTRAP,
        size=fitting(inputs.settings, SMALL, SMALL),
        containers=[container],
        volumes=[_SCRATCH],
    )


def migration(inputs: TaskInputs, log: Log) -> Job | None:
    """Describe the migration with its service's settings; an `up` runs it before a rollout, and a person may."""
    settings = inputs.settings
    needs = settings.workload.migration
    if needs is None:
        return None
    service = settings.workload.services[needs.service]
    image = service.image
    if needs.image_repository is not None:
        image = Image(repository=needs.image_repository, tag=image.tag)
    secrets = inputs.references(needs.secrets)
    entry_point, command = entry_point_and_command(needs.command, (), secrets)
    container = Container(
        name=MIGRATION,
        image=product_reference(settings, inputs.wiring, image),
        log=log,
        entry_point=entry_point,
        command=command,
        secrets=secrets,
        user=str(service.security.user),
    )
    requests = service.resources.requests
    need = Need(millicores=millicores(requests.cpu), mebibytes=mebibytes(requests.memory))
    return Job(name=MIGRATION, size=fitting(settings, need, need), containers=[container])


def dump(inputs: TaskInputs, log: Log, statements: Sequence[Statement]) -> Job | None:
    """Dump the database to the task's own disk, then store the file; the dump's container is gone by then."""
    settings = inputs.settings
    wanted, needs, database = settings.workload.backups.dump, settings.workload.database, settings.stack.database
    bucket = inputs.wiring.dump_bucket
    if wanted is None or needs is None or database is None or bucket is None:
        return None
    dumped = Mount(volume=_DUMPED, path="/dump")
    scratch = Mount(volume=_SCRATCH, path="/scratch")
    first, first_scripts = unpacked("/scratch", "dump.sh")
    then, then_scripts = unpacked("/scratch", "upload.sh")
    dumping = Container(
        name="dump",
        image=reference(settings, postgres_client(needs.version)),
        log=log,
        entry_point=first[:2],
        command=first[2:],
        environment={**inputs.database, **first_scripts, "STAMP": stamp(wanted.schedule)},
        secrets=inputs.database_credential,
        mounts=[dumped, scratch],
        user="0",
        essential=False,
        capabilities=True,
    )
    storing = Container(
        name="upload",
        image=reference(settings, AWS_CLI),
        log=log,
        entry_point=then[:2],
        command=then[2:],
        environment={
            **then_scripts,
            "BUCKET": bucket,
            "AWS_REGION": settings.stack.region,
            "HOME": "/scratch",
        },
        mounts=[Mount(volume=_DUMPED, path="/dump", read_only=True), scratch],
        user="0",
        after={"dump": "SUCCESS"},
        capabilities=True,
    )
    return Job(
        name=DUMP,
        size=fitting(settings, SMALL if settings.stack.ecs.host else _LARGE, SMALL),
        containers=[dumping, storing],
        volumes=[_DUMPED, _SCRATCH],
        statements=statements,
        schedule=cron_expression(wanted.schedule),
        # A compressed dump is smaller than its database; Fargate's largest disk is the most there is.
        disk_gib=disk_gib(database.storage_gib),
    )
