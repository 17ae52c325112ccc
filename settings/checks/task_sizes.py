"""Rules about tasks on ECS: their sizes, their commands, their schedules, and the one machine that may carry them."""

from collections.abc import Collection, Iterator
from typing import Protocol

from settings.arithmetic.commands import entry_point_and_command
from settings.arithmetic.schedules import cron_expression
from settings.arithmetic.tasks import needed_on_host, product_job_names, product_job_size, service_size
from settings.checks.sizes import sizes_of_services
from settings.diagnostics import Diagnostic
from settings.facts.hosts import HOST_TYPES
from settings.platform import PlatformSettings
from settings.raw import Path
from settings.runtimes import Feature, offering

_RUNTIME: Path = ("runtime",)


class _Run(Protocol):
    """What a service, a sidecar and a job say alike of how they are started."""

    @property
    def command(self) -> tuple[str, ...]: ...
    @property
    def arguments(self) -> tuple[str, ...]: ...


def check_services(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a service that is larger than Fargate's largest task."""
    for name, service in settings.workload.services.items():
        path: Path = ("services", name)
        try:
            service_size(settings, name)
        except ValueError as error:
            limits = service.resources.limits.model_dump()
            fix = f"lower the limits, or write runtime: {offering(Feature.ANY_SIZE)}"
            concerns = ((*path, "sidecars"), (*path, "uses"), _RUNTIME, ("environments",))
            yield Diagnostic((*path, "resources", "limits"), limits, str(error), fix, concerns)


def check_jobs(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a job that is larger than Fargate's largest task."""
    for name in product_job_names(settings):
        job = settings.workload.jobs[name]
        try:
            product_job_size(settings, name)
        except ValueError as error:
            path: Path = ("jobs", name, "resources", "limits")
            fix = f"lower the limits, or write runtime: {offering(Feature.ANY_SIZE)}"
            yield Diagnostic(path, job.resources.limits.model_dump(), str(error), fix, (("jobs", name), _RUNTIME))


def check_commands(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report arguments that name a variable without a command: Kubernetes puts the value in, on ECS a shell has to."""
    common = settings.workload.environment
    for name, service in settings.workload.services.items():
        path: Path = ("services", name)
        yield from _variables(path, service, {*common, *service.environment, *service.secrets})
        for beside, sidecar in service.sidecars.items():
            yield from _variables((*path, "sidecars", beside), sidecar, {*sidecar.environment, *sidecar.secrets})
    for name, job in settings.workload.jobs.items():
        yield from _variables(("jobs", name), job, {*job.environment, *job.secrets})


def _variables(path: Path, run: _Run, names: Collection[str]) -> Iterator[Diagnostic]:
    try:
        entry_point_and_command(run.command, run.arguments, names)
    except ValueError as error:
        runtimes = offering(Feature.VARIABLES_IN_ARGUMENTS)
        fix = f"write the image's entry point under `command:`, or runtime: {runtimes}"
        yield Diagnostic((*path, "arguments"), list(run.arguments), f"no variable: {error}", fix, (_RUNTIME,))


def check_schedules(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a line of cron that EventBridge Scheduler cannot express."""
    backups, jobs = settings.workload.backups, settings.workload.jobs
    stated: dict[Path, str | None] = {
        ("backups", "dump", "schedule"): backups.dump and backups.dump.schedule,
        ("backups", "restore_test", "schedule"): backups.restore_test and backups.restore_test.schedule,
        **{("jobs", name, "schedule"): job.schedule for name, job in jobs.items()},
    }
    for path, schedule in stated.items():
        if schedule is None:
            continue
        try:
            cron_expression(schedule)
        except ValueError as error:
            fix = f"change it, or write runtime: {offering(Feature.ANY_SCHEDULE)}"
            yield Diagnostic(path, schedule, str(error), fix, (_RUNTIME,))


def check_host(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a machine that does not hold every task, and a job beside them.

    Room for two versions of a service it need not have.
    """
    host = settings.stack.ecs.host
    if host is None:
        return
    there, wanted = HOST_TYPES[host.instance_type], needed_on_host(settings)
    if wanted.cpu <= there.units and wanted.memory <= there.task_mebibytes:
        return
    allowed = (
        f"a type with {wanted.cpu} CPU units and {wanted.memory} MiB for all services at their most and one job;"
        f" this one has {there.units} and {there.task_mebibytes}"
    )
    fix = "name a larger one, lower the limits, or leave ecs.host out"
    jobs = ((("jobs", name, "resources")) for name in settings.workload.jobs)
    concerns = (*sizes_of_services(settings), *jobs, _RUNTIME)
    yield Diagnostic(("ecs", "host", "instance_type"), host.instance_type, allowed, fix, concerns)
