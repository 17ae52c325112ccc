"""A product's own jobs: by the clock, or once after every rollout."""

from dataclasses import replace

from components.product.containers import job_container
from components.product.images import SHELL, reference
from components.runtimes.ecs.containers import Container, Log, Mount
from components.runtimes.ecs.folders import Folders, prepare
from components.runtimes.ecs.jobs import Job
from components.runtimes.ecs.product_containers import product_container
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.schedules import cron_expression
from settings.arithmetic.tasks import WATCHDOG_MEBIBYTES, product_job_size

_DEADLINE = "deadline"


def product_job(inputs: TaskInputs, name: str, log: Log) -> Job:
    """Return a job as a task. Raises ValueError for a schedule that EventBridge Scheduler cannot express."""
    settings = inputs.settings
    job = settings.workload.jobs[name]
    user = settings.workload.services[job.service].security.user
    made = Folders(writable={path: f"scratch-{index}" for index, path in enumerate(job.writable_paths)})
    before = [prepare(inputs, user, log, made)] if made.volumes else []
    main = replace(
        product_container(inputs, name, log, job_container(settings, inputs.wiring, name)),
        mounts=[Mount(volume=volume, path=path) for path, volume in made.writable.items()],
        after={each.name: "SUCCESS" for each in before},
    )
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


def deadline(inputs: TaskInputs, seconds: int, log: Log) -> Container:
    """End the task when its time is over: ECS stops all containers of a task when one that is essential ends.

    It exits with 0 when it is asked to stop, so that only a job that failed, or took too long, leaves a task with a
    container that failed.
    """
    script = f"trap 'exit 0' TERM; sleep {seconds} & wait $!; echo 'The job took longer than {seconds} s.' >&2; exit 1"
    return Container(
        name=_DEADLINE,
        image=reference(inputs.settings, SHELL),
        log=log,
        command=["sh", "-c", script],
        memory=WATCHDOG_MEBIBYTES,
        user="65534",
    )
