"""Rules about the names of databases and their roles, and about who connects as which role."""

from collections.abc import Iterator

from settings.arithmetic.roles import STORES, acting, made_from, needs_of, outputs_of, owner
from settings.checks.running import POOLED_URL
from settings.diagnostics import Diagnostic
from settings.facts.reserved import taken_database, taken_role
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.data import MIGRATION
from settings.workload.database import PostgresNeeds, Reader

_NAME, _ROLE, _OWNER, _READER = ("name",), ("role",), ("owner",), ("reader", "role")


def check(workload: Workload) -> Iterator[Diagnostic]:
    for store in STORES:
        needs = needs_of(workload, store)
        if needs is None:
            continue
        yield from _taken(workload, store, needs)
        if needs.reader is not None:
            if needs.reader.role in (needs.role, owner(workload, store, needs)):
                allowed = "a name that neither the role nor the owner has: they may change what is there"
                concerns: tuple[Path, ...] = ((store, "role"), (store, "owner"))
                yield Diagnostic((store, *_READER), needs.reader.role, allowed, "choose another", concerns)
            yield from _users(workload, store, needs.reader)
    migration = workload.migration
    if migration is not None and "database" in acting(workload, MIGRATION):
        for index, name in enumerate(migration.secrets):
            if POOLED_URL in outputs_of(workload, name):
                allowed = "a secret past the pooler, which knows the application's role alone"
                fix = "name one with `output: database.url`, or state database.owner as database.role"
                yield Diagnostic(("migration", "secrets", index), name, allowed, fix, (("secrets",), ("database",)))


def _taken(workload: Workload, store: str, needs: PostgresNeeds) -> Iterator[Diagnostic]:
    """Report names that PostgreSQL, what runs it, or the platform has taken."""
    own = workload.name.replace("-", "_")
    stated: dict[tuple[str, ...], tuple[str, str]] = {_NAME: (needs.name, own), _ROLE: (needs.role, own)}
    if needs.owner is not None:
        stated[_OWNER] = (needs.owner, f"{own}_owner")
    if needs.reader is not None:
        stated[_READER] = (needs.reader.role, f"{own}_reader")
    for key, (given, proposed) in stated.items():
        is_taken = taken_database if key == _NAME else taken_role
        if is_taken(given, store):
            allowed = "any other name: PostgreSQL, what runs it or the platform has this one"
            fix = "choose another" if is_taken(proposed, store) else f"choose another, such as {proposed}"
            yield Diagnostic((store, *key), given, allowed, fix, (("name",),))


def _users(workload: Workload, store: str, reader: Reader) -> Iterator[Diagnostic]:
    """Hold those who connect as the reader against what a role in place of the application's can reach."""
    chart = workload.helm_chart.services if workload.helm_chart else {}
    known = [*(name for name in workload.services if name not in chart), *workload.jobs]
    concerns: tuple[Path, ...] = (("services",), ("jobs",), ("secrets",))
    for index, user in enumerate(reader.users):
        place: Path = (store, "reader", "users", index)
        if user not in known:
            fix = choose(user, known, "name one of them, or remove it")
            yield Diagnostic(place, user, f"a service or job of this file: {listed(known)}", fix, concerns)
        elif any(_stays_the_applications(workload, store, user)):
            allowed = "one whose secrets of the database are variables, and lead past the pooler"
            fix = f"list them under `secrets` alone, made from other outputs than {POOLED_URL}"
            yield Diagnostic(place, user, allowed, fix, concerns)


def _stays_the_applications(workload: Workload, store: str, user: str) -> Iterator[bool]:
    """Look at every secret that would carry the application's role all the same."""
    service = workload.services.get(user)
    variables = service.pod_secrets if service else workload.jobs[user].secrets
    yield from (POOLED_URL in outputs_of(workload, name) for name in variables if store == "database")
    if service is not None:
        files = (file.secret for file in service.files.values() if file.secret is not None)
        yield from (made_from(workload, name, store) for name in (*service.reads_secrets, *files))
