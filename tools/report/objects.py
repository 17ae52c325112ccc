"""What changes inside Helm releases: each object as a difference of lines, and in words where a field has a name."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from offline_cloud.kubernetes.render import MARK
from offline_cloud.provider import diff
from tools.plan.preview import LATER, UNKNOWN
from tools.plan.releases import Objects
from tools.report.phrases import value
from tools.report.vocabulary import object_input_named

_MOVING: Final = ("helm.sh/chart", "app.kubernetes.io/version")
"""Labels that move with the chart's version and mean nothing."""
_CONTEXT: Final = 2


@dataclass(frozen=True)
class ObjectChange:
    """One object of a release. `lines` are those of a unified difference, without its head."""

    release: str
    key: str
    how: str
    """`added`, `removed` or `changed`."""
    lines: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines come and go."""
        return sum(line.startswith("+") for line in self.lines), sum(line.startswith("-") for line in self.lines)


def changes(before: Mapping[str, Objects], after: Mapping[str, Objects]) -> list[ObjectChange]:
    """Compare the objects of the releases that both sides render, and list those of a release that comes or goes."""
    return [
        change
        for release in sorted(before.keys() | after.keys())
        for change in _of_release(release, before.get(release, {}), after.get(release, {}))
    ]


def _of_release(release: str, before: Objects, after: Objects) -> Iterator[ObjectChange]:
    for key in sorted(before.keys() | after.keys()):
        was, wanted = _shown(before.get(key)), _shown(after.get(key))
        if was == wanted:
            continue
        how = "added" if was is None else "removed" if wanted is None else "changed"
        yield ObjectChange(release, key, how, tuple(_lines(was, wanted)), tuple(_words(key, was, wanted)))


def _shown(body: object) -> dict[str, Any] | None:
    """Give an object as people may see it: no secret's value, no label of the chart's version."""
    if not isinstance(body, dict):
        return None
    shown = cast("dict[str, Any]", _readable(cast("object", body)))
    if shown.get("kind") == "Secret":
        for part in ("data", "stringData"):
            if isinstance(shown.get(part), dict):
                shown[part] = dict.fromkeys(shown[part], "[secret]")
    return shown


def _readable(value: object) -> object:
    if isinstance(value, dict):
        return {key: _readable(below) for key, below in cast("dict[str, object]", value).items() if key not in _MOVING}
    if isinstance(value, list):
        return [_readable(below) for below in cast("list[object]", value)]
    return LATER if isinstance(value, str) and (MARK in value or value == UNKNOWN) else value


def _lines(was: dict[str, Any] | None, wanted: dict[str, Any] | None) -> Iterator[str]:
    before, after = (_text(each) for each in (was, wanted))
    for line in list(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT))[2:]:
        yield "…" if line.startswith("@@") else line


def _text(body: dict[str, Any] | None) -> list[str]:
    return [] if body is None else yaml.dump(body, Dumper=yaml.CSafeDumper, sort_keys=True, width=110).splitlines()


def _words(key: str, was: dict[str, Any] | None, wanted: dict[str, Any] | None) -> Iterator[str]:
    """Tell the changes of fields that have a name: `api-server: pods 3 → 5`."""
    if was is None or wanted is None:
        return
    name = key.rpartition(" ")[2].rpartition("/")[2]
    for change in diff.changes(was, wanted):
        entry = object_input_named(".".join(part for part in change.path if isinstance(part, str)))
        if entry is not None:
            old, new = (_at(body, change.path) for body in (was, wanted))
            yield f"{name}: {entry.name} {value(old)} → {value(new)}"


def _at(found: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None
    return found
