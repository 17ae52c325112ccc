"""Rules about what services, Jobs and the migration say of the product's buckets, queues and topics."""

from collections.abc import Iterator

from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.aws_caller import AwsCaller


def check(workload: Workload) -> Iterator[Diagnostic]:
    for path, caller in _callers(workload):
        for name in caller.buckets:
            if name not in workload.buckets:
                fix = choose(name, workload.buckets, f"add it: `buckets: {{{name}: {{}}}}`")
                allowed = f"a bucket: {listed(workload.buckets)}"
                yield Diagnostic((*path, "buckets", name), name, allowed, fix, (("buckets",),))
        for name in caller.queues:
            if name not in workload.queues:
                yield unknown_queue(workload, (*path, "queues", name), name)
        for index, name in enumerate(caller.topics):
            if name not in workload.topics:
                fix = choose(name, workload.topics, f"add it: `topics: {{{name}: {{queues: …}}}}`")
                allowed = f"a topic: {listed(workload.topics)}"
                yield Diagnostic((*path, "topics", index), name, allowed, fix, (("topics",),))
    yield from _restored(workload)


def unknown_queue(workload: Workload, at: Path, name: str) -> Diagnostic:
    fix = choose(name, workload.queues, f"add it: `queues: {{{name}: {{}}}}`")
    return Diagnostic(at, name, f"a queue: {listed(workload.queues)}", fix, (("queues",),))


def _callers(workload: Workload) -> Iterator[tuple[Path, AwsCaller]]:
    yield from ((("services", name), service) for name, service in workload.services.items())
    yield from ((("jobs", name), job) for name, job in workload.jobs.items())
    if workload.migration is not None:
        yield ("migration",), workload.migration


def _restored(workload: Workload) -> Iterator[Diagnostic]:
    """Report a migration that would do to production's data what is meant for restored data."""
    migration = workload.migration
    if workload.backups.restore_test is None or migration is None:
        return
    stated = {"buckets": migration.buckets, "queues": migration.queues, "topics": migration.topics}
    for section, named in stated.items():
        if named:
            allowed = "none with `backups.restore_test:`, which runs the migration and reaches no other data"
            fix = f"move this work to a job with `{section}:`, or remove the restore test"
            yield Diagnostic(("migration", section), listed(named), allowed, fix, (("backups", "restore_test"),))
