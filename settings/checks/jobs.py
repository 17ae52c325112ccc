"""Rules about a product's Jobs."""

from collections.abc import Iterator

from settings.checks.common import component_present, service_and_port, unknown_service
from settings.checks.peers import of_one_pod
from settings.checks.running import pooled, sizes
from settings.checks.variables import check as variables
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.container import outputs_in
from settings.workload.data import MIGRATION, Migration
from settings.workload.jobs import Job

TAKEN = (MIGRATION, "database-dump", "toolbox", "pgbouncer")
"""What the platform calls its own pods in the product's namespace."""


def check(workload: Workload) -> Iterator[Diagnostic]:
    for section, names in (("services", workload.services), ("jobs", workload.jobs)):
        for name in names:
            if name in TAKEN:
                yield Diagnostic(
                    (section, name), name, "a name that the platform does not use itself", "choose another"
                )
    for name, job in workload.jobs.items():
        path: Path = ("jobs", name)
        if name in workload.services:
            yield Diagnostic(path, name, "a name that no service has", "rename one of the two", (("services", name),))
        if job.service not in workload.services:
            yield unknown_service(workload, (*path, "service"), job.service)
        yield from sizes(path, job.resources)
        yield from variables(workload, path, job.environment, job.secrets)
        yield from _connections(workload, path, job)
    if workload.migration is not None:
        yield from _migration(workload, workload.migration)


def _migration(workload: Workload, migration: Migration) -> Iterator[Diagnostic]:
    yield from variables(workload, ("migration",), migration.environment, migration.secrets)
    for name, value in migration.environment.items():
        fix = "leave it out: the migration is one pod, which nobody calls"
        yield from of_one_pod(("migration", "environment", name), outputs_in(value), "the migration", fix)


def _connections(workload: Workload, path: Path, job: Job) -> Iterator[Diagnostic]:
    for index, use in enumerate(job.uses):
        yield from component_present(workload, (*path, "uses", index), use)
    yield from pooled(workload, path, job.uses, job.secrets)
    for index, call in enumerate(job.calls):
        yield from service_and_port(workload, (*path, "calls", index), call.service, call.port)
