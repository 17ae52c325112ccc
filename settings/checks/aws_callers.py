"""Rules about what services, Jobs and the migration say of what AWS keeps for the product: buckets, queues, topics."""

from collections.abc import Iterator, Mapping
from typing import cast, get_args

from settings.base import Settings
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.aws_caller import AwsCaller


def check(workload: Workload) -> Iterator[Diagnostic]:
    for path, caller in _callers(workload):
        for section, named in caller.called().items():
            for at, name in named:
                if name not in _entries(workload, section):
                    yield unknown(workload, section, (*path, section, at), name)
    yield from _restored(workload)


def unknown(workload: Workload, section: str, at: Path, name: str) -> Diagnostic:
    """Report a name that no entry of a section has."""
    entries, word = _entries(workload, section), section.removesuffix("s")
    fix = choose(name, entries, f"add it: `{section}: {{{name}: {_example(section)}}}`")
    return Diagnostic(at, name, f"a {word}: {listed(entries)}", fix, ((section,),))


def _entries(workload: Workload, section: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", getattr(workload, section))


def _example(section: str) -> str:
    """Write the least that an entry states."""
    model = cast("type[Settings]", get_args(Workload.model_fields[section].annotation)[1])
    required = (f"{name}: …" for name, field in model.model_fields.items() if field.is_required())
    return f"{{{', '.join(required)}}}"


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
    for section, named in migration.called().items():
        if named:
            allowed = "none with `backups.restore_test:`, which runs the migration and reaches no other data"
            fix = f"move this work to a job with `{section}:`, or remove the restore test"
            names = listed([name for _, name in named])
            yield Diagnostic(("migration", section), names, allowed, fix, (("backups", "restore_test"),))
