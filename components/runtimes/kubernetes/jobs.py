"""Values of a product's own Jobs."""

from components.chart_values.workload.jobs import Job
from components.product.containers import job_container
from components.product.wiring import Wiring
from components.runtimes.kubernetes.containers import container_fields
from settings import PlatformSettings


def job_values(settings: PlatformSettings, wiring: Wiring) -> dict[str, Job] | None:
    """The chart's `jobs`; None without one."""
    return {name: _job(settings, wiring, name) for name in settings.workload.jobs} or None


def _job(settings: PlatformSettings, wiring: Wiring, name: str) -> Job:
    job = settings.workload.jobs[name]
    container = job_container(settings, wiring, name)
    return Job(
        **container_fields(settings, wiring, container),
        user=container.user,
        writable_paths=container.writable_paths,
        deadline_seconds=job.deadline_seconds,
        retries=job.retries,
        schedule=job.schedule,
    )
