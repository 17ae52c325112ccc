"""What changed between two sets of inputs, property by property, and what that means for the resource."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.provider.values import Path, dotted

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Change:
    path: Path
    kind: Kind
    replaces: bool = False

    @property
    def written(self) -> str:
        return dotted(self.path)


def changes(old: Properties, new: Properties) -> list[Change]:
    """List every changed leaf. A value that is not known yet counts as a change; a null counts as absent."""
    return list(_object(old, new, ()))


def _object(old: Properties, new: Properties, path: Path) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        if not key.startswith("__"):
            yield from _value(old.get(key), new.get(key), (*path, key))


def _value(old: Value, new: Value, path: Path) -> Iterator[Change]:
    if old is None and new is None:
        return
    if old is None or new is None:
        yield Change(path, "add" if old is None else "delete")
    elif new is UNKNOWN or old is UNKNOWN:
        yield Change(path, "update")
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _object(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list(old, new, path)
    elif old != new:
        yield Change(path, "update")


def _list(old: list[Value], new: list[Value], path: Path) -> Iterator[Change]:
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        yield from _value(before, after, (*path, index))


def with_verdicts(found: list[Change], forces: Callable[[str], bool | None]) -> list[Change]:
    """Mark the changes that replace the resource. ``forces`` is asked about a path and then about what holds it."""
    return [Change(change.path, change.kind, _forces(change.path, forces)) for change in found]


def _forces(path: Path, forces: Callable[[str], bool | None]) -> bool:
    words = [part for part in path if isinstance(part, str)]
    for length in range(len(words), 0, -1):
        verdict = forces(".".join(words[:length]))
        if verdict is not None:
            return verdict
    return False
