"""Another environment for a stack that stands: its sizes first, then its protections, and nothing is replaced."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from settings import PlatformSettings
from settings.cells import ENVIRONMENT_NAMES
from settings.environments import ENVIRONMENTS
from settings.runtimes import Feature
from tools.operations.case import INSTANCE, Case
from tools.operations.files import Edits, Setting
from tools.operations.lower_replicas import REPLICA
from tools.operations.steps import Plan, Step
from tools.operations.stores import HOLDING

CHANGES: Final = ("environment", "in between, each size that its row has otherwise")
_UP: Final = ("dev", "staging", "production")
"""From what costs the least to what is kept the best; `budget` runs on another runtime."""
_LAST: Final = frozenset({"deletion_protection", "vault_lock", "object_lock_days", "apply_changes", "developer_access"})
"""What comes with the environment itself: it refuses deletion, keeps what was kept, waits, or shuts out."""
_APART: Final[Setting] = ("monitoring", "metrics_storage_gib")
"""Volumes that stand grow by an operation of their own, so their size stays what it is."""
_LAST_SECTIONS: Final = frozenset({"protection", "retention"})


def plan(case: Case) -> Plan:
    """Plan the environment that progress goes to."""
    change = ChangeOfEnvironment(case)
    return Plan(change.steps(), change.ready, change.was)


class ChangeOfEnvironment:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        had = self._environment()
        higher = _UP[_UP.index(had) + 1 :] if had in _UP else ()
        if self._to not in higher:
            allowed = " or ".join(higher) or "none: another runtime, or a lower environment, is another stack"
            yield f"TO: given {self._to!r}, allowed from {had}: {allowed}"
        else:
            yield from self._case.files.judged(Edits(stack={("environment",): self._to}))

    def was(self) -> str:
        return self._environment()

    def steps(self) -> tuple[Step, ...]:
        case, to = self._case, self._to
        if to not in _UP:
            return ()
        name = case.files.settings().prefix
        return (
            case.change(
                "sizes", f"what {to} has more of: nodes, copies, ways out, days that logs and backups are kept",
                Edits(stack=self._sizes()), keeps=True, tells=self._told, until="protections",
                undo="put the sizes back and run `up`; storage that has grown stays",
            ),
            case.change(
                "protections", f"state {to}: what holds data is protected, and leaves what {to} keeps of it",
                Edits(stack={("environment",): to, **self._redundant()}), shown=self._unprotected,
                asks=name,
                costs=f"{name} becomes {to}: what holds data goes only by a permit, and recovery points only by age",
                undo="docs/how-to/destroy-production.md says how protection is released, a word for each",
            ),
        )  # fmt: skip

    def _environment(self) -> str:
        return self._case.files.settings().stack.environment

    def _target(self, further: Mapping[Setting, object] | None = None) -> PlatformSettings:
        return self._case.files.would_be(Edits(stack={("environment",): self._to, **(further or {})}))

    def _sizes(self) -> dict[Setting, object]:
        """Give each size as the environment will have it, whether or not the stack states it already."""
        target = self._target()
        found = {path: _value(target, path) for path in _differing(self._case.progress.was, self._to, target)}
        stated: dict[Setting, object] = {path: value for path, value in found.items() if value is not None}
        if _APART in stated:
            stated[_APART] = _value(self._case.files.settings(), _APART)
        if self._kept_by_rds() and target.stack.database and target.stack.database.read_replicas:
            # RDS makes no replica of an instance whose password it keeps (docs/adr/0010).
            stated["database", "master_password"] = "platform"
        return stated

    def _redundant(self) -> dict[Setting, object]:
        """Take out the sizes that the environment's own row gives, and leave those that the stack has for itself."""
        target = self._target()
        paths = _differing(self._case.progress.was, self._to, target)
        bare = self._target(dict.fromkeys(paths))
        return {path: None for path in paths if path != _APART and _value(bare, path) == _value(target, path)}

    def _kept_by_rds(self) -> bool:
        primary = self._case.resources(INSTANCE).get("database-primary")
        return primary is not None and primary.inputs.get("manageMasterUserPassword") is True

    def _told(self) -> Iterator[str]:
        settings = self._case.files.settings()
        had, wanted = _value(settings, _APART), ENVIRONMENTS[self._to]["monitoring"]
        if isinstance(wanted, dict) and had != wanted[_APART[-1]]:
            yield f"{'.'.join(_APART)} stays {had}: grow-volumes with TO={wanted[_APART[-1]]} comes afterwards"
        database = settings.stack.database
        if database is not None and database.apply_changes == "window":
            yield f"another class of the database is taken in its window, {database.maintenance_window}"

    def _unprotected(self) -> Iterable[str]:
        if not self._case.files.settings().stack.protection.stateful:
            return
        for each in self._case.cloud.state():
            copy = each.name.startswith(REPLICA)
            if each.type in HOLDING.values() and not copy and not each.protect and not each.going:
                yield f"{each.name} holds data and is not protected"


def _differing(before: str, after: str, target: PlatformSettings) -> list[Setting]:
    """Name the sizes that two environments have otherwise, of what the stack's runtime and product use."""
    if before not in ENVIRONMENT_NAMES:
        return []
    unused = "ecs" if Feature.KUBERNETES_API in target.stack.offers else "cluster"
    rows = (_leaves(ENVIRONMENTS[name], ()) for name in (before, after))
    had, wanted = (dict(row) for row in rows)
    return [
        path
        for path, value in wanted.items()
        if had.get(path) != value
        and path[-1] not in _LAST
        and path[0] not in (*_LAST_SECTIONS, unused)
        and getattr(target.stack, path[0], None) is not None
    ]


def _leaves(value: object, path: Setting) -> Iterator[tuple[Setting, object]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, each in cast("Mapping[str, object]", value).items():
        yield from _leaves(each, (*path, key))


def _value(settings: PlatformSettings, path: Setting) -> object:
    value: Any = settings.stack.model_dump(mode="json")
    for word in path:
        value = value[word]
    return value
