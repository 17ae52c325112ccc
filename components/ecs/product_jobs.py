"""A product's own jobs: by the clock, or once after every rollout."""

from components.application.images import SHELL, product_reference, reference
from components.ecs.commands import entry_point_and_command
from components.ecs.containers import Container, Log, Mount
from components.ecs.folders import Folders, prepare
from components.ecs.jobs import Job
from components.ecs.service_containers import fitting
from components.ecs.task_inputs import TaskInputs
from components.plans.fargate import Need, TaskSize
from components.plans.schedules import cron_expression
from settings import PlatformSettings
from settings.checks.tasks import names_another
from settings.types import mebibytes, millicores
from settings.workload.jobs import Job as JobNeeds
from settings.workload.service import Amount

_DEADLINE = "deadline"
_WATCHDOG_MEBIBYTES = 16
WATCHDOG = Need(millicores=0, mebibytes=_WATCHDOG_MEBIBYTES)
"""What the container needs that ends a task in time."""


def product_job_names(settings: PlatformSettings) -> tuple[str, ...]:
    """Name the jobs that a task can do; one that reaches a service by its name is left out, with a note."""
    return tuple(name for name, job in settings.workload.jobs.items() if not names_another(job))


def product_job(inputs: TaskInputs, name: str, log: Log) -> Job:
    """Return a job as a task. Raises ValueError for a schedule that EventBridge Scheduler cannot express."""
    settings = inputs.settings
    job = settings.workload.jobs[name]
    user = settings.workload.services[job.service].security.user
    made = Folders(writable={path: f"scratch-{index}" for index, path in enumerate(job.writable_paths)})
    before = [prepare(inputs, user, log, made)] if made.volumes else []
    main = _main(inputs, name, user, log, made, after=[each.name for each in before])
    return Job(
        name=name,
        size=product_job_size(settings, name),
        containers=[*before, main, deadline(inputs, job.deadline_seconds, log)],
        volumes=made.volumes,
        schedule=cron_expression(job.schedule) if job.schedule is not None else None,
        after_rollout_of=job.service if job.schedule is None else None,
        uses=job.uses,
        egress=job.egress,
    )


def product_job_size(settings: PlatformSettings, name: str) -> TaskSize:
    """Return the task that holds a job. Raises ValueError for one that is larger than Fargate's largest."""
    resources = settings.workload.jobs[name].resources
    return fitting(settings, _need(resources.limits), _need(resources.requests), [WATCHDOG])


def deadline(inputs: TaskInputs, seconds: int, log: Log) -> Container:
    """End the task when its time is over: ECS stops all containers of a task when one that is essential ends.

    It leaves with 0 when it is told to stop, so that only a job that failed, or took too long, leaves a task with a
    container that failed.
    """
    script = f"trap 'exit 0' TERM; sleep {seconds} & wait $!; echo 'The job took longer than {seconds} s.' >&2; exit 1"
    return Container(
        name=_DEADLINE,
        image=reference(inputs.settings, SHELL),
        log=log,
        command=["sh", "-c", script],
        memory=_WATCHDOG_MEBIBYTES,
        user="65534",
    )


def _main(inputs: TaskInputs, name: str, user: int, log: Log, made: Folders, after: list[str]) -> Container:
    settings = inputs.settings
    job: JobNeeds = settings.workload.jobs[name]
    environment, secrets = inputs.environment(job.environment), inputs.references(job.secrets)
    entry_point, command = entry_point_and_command(job.command, job.arguments, {*environment, *secrets})
    return Container(
        name=name,
        image=product_reference(settings, inputs.wiring, job.image or settings.workload.services[job.service].image),
        log=log,
        entry_point=entry_point,
        command=command,
        environment=environment,
        secrets=secrets,
        mounts=[Mount(volume=volume, path=path) for path, volume in made.writable.items()],
        user=str(user),
        after=dict.fromkeys(after, "SUCCESS"),
    )


def _need(amount: Amount) -> Need:
    return Need(millicores=millicores(amount.cpu), mebibytes=mebibytes(amount.memory))
