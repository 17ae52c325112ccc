"""The proofs of a running product as tasks: smoke after a rollout and on demand, and the restore test by the clock.

A task asks over the public name, like a pod. What counts each target's requests takes a cluster's Prometheus, and what
follows the restore, migration and service, takes a pod: both are left out, with a note.
"""

import json
from collections.abc import Sequence

from pulumi import Input

from components.identity.pod_role import Statement
from components.product import database
from components.product.images import PYTHON, reference
from components.product.verification import runs_after_rollout, smoke_checks, smoke_seconds
from components.runtimes.ecs.containers import Container, Log, Mount
from components.runtimes.ecs.jobs import Job
from components.runtimes.ecs.product_jobs import deadline
from components.runtimes.ecs.scripts import FOLDER, SCRATCH, SCRIPTS, bucket_variables, script_container
from components.runtimes.ecs.task_inputs import TaskInputs
from settings import PlatformSettings
from settings.arithmetic.fargate import Need, disk_gib
from settings.arithmetic.schedules import cron_expression
from settings.arithmetic.tasks import CLIENT_NEED, WATCHDOG_NEED, fitting
from settings.facts import ports

SMOKE, RESTORE_TEST = "smoke", "restore-test"
_RESTORING = Need(millicores=1000, mebibytes=2048)


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
    document = json.dumps({"checks": [each.to_helm() for each in checks]})
    files = {"verify.py": SCRIPTS["verify.py"], "checks.json": document}
    variables = {f"FILE_{index}": text for index, text in enumerate(files.values())}
    written = [f'printf "%s" "$FILE_{index}" >{FOLDER}/{name}' for index, name in enumerate(files)]
    run = f"exec python -B {FOLDER}/verify.py {FOLDER}/checks.json"
    container = Container(
        name=SMOKE,
        image=reference(settings, PYTHON),
        log=log,
        entry_point=["sh"],
        command=["-euc", "; ".join([*written, run])],
        environment=variables,
        mounts=[Mount(volume=SCRATCH, path=FOLDER)],
        # The scratch disk belongs to root, who has no capabilities here.
        user="0",
    )
    return Job(
        name=SMOKE,
        size=fitting(settings, CLIENT_NEED, CLIENT_NEED, [WATCHDOG_NEED]),
        containers=[container, deadline(inputs, smoke_seconds(settings), log)],
        volumes=[SCRATCH],
        after_rollout_of=settings.workload.ingress.routes[0].service if runs_after_rollout(settings) else None,
        uses=(),
    )


def restore_test(inputs: TaskInputs, log: Log, statements: Sequence[Statement]) -> Job | None:
    """Fetch the newest dump to the task's own disk and restore it into a server made for it, on the same disk."""
    settings = inputs.settings
    wanted = database.restore_test(settings, inputs.wiring)
    if wanted is None or not statements:
        return None
    further: dict[str, Input[str]] = {"FURTHER": " ".join(wanted.further)} if wanted.further else {}
    fetching = script_container(
        "fetch",
        wanted.fetch_image,
        log,
        ["fetch.sh"],
        environment={
            **bucket_variables(wanted.bucket, wanted.region),
            "PGDATABASE": wanted.database,
            **further,
            "OLDEST_HOURS": str(wanted.oldest_hours),
            "FOLDER": FOLDER,
        },
        essential=False,
    )
    restoring = script_container(
        "restore",
        wanted.image,
        log,
        ["restore-alone.sh", "scratch-server.sh", "check-dump.sh", "restore.sh", "restore-dump.sh", "rows.sql"],
        environment={
            "FOLDER": FOLDER,
            "ROLE": wanted.owner,
            **({"OTHERS": " ".join(wanted.others)} if wanted.others else {}),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(ports.POSTGRESQL),
            "PGUSER": "scratch",
            "PGDATABASE": wanted.database,
            "JOBS": str(database.JOBS),
            "CHECKS": wanted.checks,
            **further,
        },
        after={"fetch": "SUCCESS"},
    )
    need = CLIENT_NEED if settings.stack.ecs.host else _RESTORING
    return Job(
        name=RESTORE_TEST,
        size=fitting(settings, need, CLIENT_NEED, [WATCHDOG_NEED]),
        containers=[fetching, restoring, deadline(inputs, wanted.deadline_seconds, log)],
        volumes=[SCRATCH],
        statements=statements,
        schedule=cron_expression(wanted.schedule),
        # Fargate's largest disk is the most there is.
        disk_gib=disk_gib(wanted.scratch_gib),
        uses=(),
    )
