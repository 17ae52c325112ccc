"""Values of a product's own Jobs."""

from components.application.containers import environment, secret_environment
from components.application.images import product_reference
from components.application.wiring import Values, Wiring
from settings import PlatformSettings


def job_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """The chart's `jobs`; nothing without one."""
    jobs = {name: _job(settings, wiring, name) for name in settings.workload.jobs}
    return {"jobs": jobs} if jobs else {}


def _job(settings: PlatformSettings, wiring: Wiring, name: str) -> Values:
    job = settings.workload.jobs[name]
    service = settings.workload.services[job.service]
    values: Values = {
        "image": product_reference(settings, wiring, job.image or service.image),
        "command": list(job.command),
        "arguments": list(job.arguments),
        "resources": job.resources.model_dump(),
        "environment": environment(job.environment, wiring),
        "user": service.security.user,
        "writablePaths": list(job.writable_paths),
        "deadlineSeconds": job.deadline_seconds,
        "retries": job.retries,
    }
    if job.schedule is not None:
        values["schedule"] = job.schedule
    secrets = secret_environment(settings, wiring, job.secrets)
    if secrets["whole"] or secrets["keys"]:
        values["secretEnvironment"] = secrets
    return values
