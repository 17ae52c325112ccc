"""The proofs of a running product as tasks: smoke after a rollout and on demand, and the restore test by the clock.

A task asks over the public name, like a pod. What counts each target's requests takes a cluster's Prometheus, and what
follows the restore, migration and service, takes a pod: both are left out, with a note.
"""

import json
from collections.abc import Sequence

from components.application.images import AWS_CLI, PYTHON, postgres_client, reference
from components.application.verification import runs_after_rollout, smoke_checks, smoke_seconds
from components.ecs.containers import Container, Log, Mount
from components.ecs.jobs import SMALL, Job
from components.ecs.product_jobs import WATCHDOG, deadline
from components.ecs.scripts import SCRIPTS, unpacked
from components.ecs.service_containers import fitting
from components.ecs.task_inputs import TaskInputs
from components.identity.pod_role import Statement
from components.plans.fargate import Need, disk_gib
from components.plans.schedules import cron_expression
from settings import PlatformSettings

SMOKE, RESTORE_TEST = "smoke", "restore-test"
_SCRATCH = "scratch"
_FOLDER = f"/{_SCRATCH}"
_RESTORING = Need(millicores=1000, mebibytes=2048)
_RESTORE_SECONDS = 4 * 3600


def proof_names(settings: PlatformSettings) -> tuple[str, ...]:
    """Name the proofs that a task can do."""
    backups = settings.workload.backups
    tried = settings.stack.database is not None and backups.dump is not None and backups.restore_test is not None
    names = {SMOKE: bool(smoke_checks(settings, counted=False)), RESTORE_TEST: tried}
    return tuple(name for name, wanted in names.items() if wanted)


def smoke(inputs: TaskInputs, log: Log) -> Job | None:
    """Try the checks whenever the service behind the first route was rolled out, forwards or back, and by hand."""
    settings = inputs.settings
    checks = smoke_checks(settings, counted=False)
    if not checks:
        return None
    files = {"verify.py": SCRIPTS["verify.py"], "checks.json": json.dumps({"checks": checks})}
    variables = {f"FILE_{index}": text for index, text in enumerate(files.values())}
    written = [f'printf "%s" "$FILE_{index}" >{_FOLDER}/{name}' for index, name in enumerate(files)]
    run = f"exec python -B {_FOLDER}/verify.py {_FOLDER}/checks.json"
    container = Container(
        name=SMOKE,
        image=reference(settings, PYTHON),
        log=log,
        entry_point=["sh"],
        command=["-euc", "; ".join([*written, run])],
        environment=variables,
        mounts=[Mount(volume=_SCRATCH, path=_FOLDER)],
        # The scratch disk belongs to root, who has no capabilities here.
        user="0",
    )
    return Job(
        name=SMOKE,
        size=fitting(settings, SMALL, SMALL, [WATCHDOG]),
        containers=[container, deadline(inputs, smoke_seconds(settings), log)],
        volumes=[_SCRATCH],
        after_rollout_of=settings.workload.ingress.routes[0].service if runs_after_rollout(settings) else None,
        uses=(),
    )


def restore_test(inputs: TaskInputs, log: Log, statements: Sequence[Statement]) -> Job | None:
    """Fetch the newest dump to the task's own disk and restore it into a server made for it, on the same disk."""
    settings = inputs.settings
    test, needs, database = settings.workload.backups.restore_test, settings.workload.database, settings.stack.database
    bucket = inputs.wiring.dump_bucket
    if test is None or needs is None or database is None or bucket is None or not statements:
        return None
    fetch, fetch_script = unpacked(_FOLDER, "fetch.sh")
    restore, restore_scripts = unpacked(_FOLDER, "restore-alone.sh", "scratch-server.sh", "restore.sh")
    scratch = Mount(volume=_SCRATCH, path=_FOLDER)
    fetching = Container(
        name="fetch",
        image=reference(settings, AWS_CLI),
        log=log,
        entry_point=fetch[:2],
        command=fetch[2:],
        environment={
            **fetch_script,
            "BUCKET": bucket,
            "AWS_REGION": settings.stack.region,
            "OLDEST_HOURS": str(test.oldest_hours),
            "FOLDER": _FOLDER,
            "HOME": _FOLDER,
        },
        mounts=[scratch],
        user="0",
        essential=False,
        capabilities=True,
    )
    restoring = Container(
        name="restore",
        image=reference(settings, postgres_client(needs.version)),
        log=log,
        entry_point=restore[:2],
        command=restore[2:],
        environment={
            **restore_scripts,
            "FOLDER": _FOLDER,
            "ROLE": needs.role,
            "PGHOST": "127.0.0.1",
            "PGPORT": "5432",
            "PGUSER": "scratch",
            "PGDATABASE": needs.name,
        },
        mounts=[scratch],
        user="0",
        after={"fetch": "SUCCESS"},
        capabilities=True,
    )
    need = SMALL if settings.stack.ecs.host else _RESTORING
    return Job(
        name=RESTORE_TEST,
        size=fitting(settings, need, SMALL, [WATCHDOG]),
        containers=[fetching, restoring, deadline(inputs, _RESTORE_SECONDS, log)],
        volumes=[_SCRATCH],
        statements=statements,
        schedule=cron_expression(test.schedule),
        # The dump and the database that it becomes; Fargate's largest disk is the most there is.
        disk_gib=disk_gib(2 * database.storage_gib),
        uses=(),
    )
