"""Thousands of objects that nobody wrote: each good case with one value changed, to put to both judges.

There is no verdict on them but a real API server's, so they show what neither the documentation nor its readers saw.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from offline_cloud.cloud.model import Value
from tests.offline_cloud.kubernetes.cases import Case

_INDEX: Final = re.compile(r"\[\d+\]")
_KEPT: Final = ("apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace")


Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A good object with one thing changed."""

    name: str
    kind: str
    body: dict[str, Any]


def mutants(cases: Iterable[Case]) -> Iterator[Mutant]:
    """Change each value of each good case in several ways; each way once for each kind and path."""
    seen: set[tuple[str, str, str]] = set()
    for case in cases:
        if case.refused:
            continue
        for path, how, body in _changes(case.body):
            where = _INDEX.sub("[]", path)
            if (case.kind, where, how) in seen or not _is_judged(where):
                continue
            seen.add((case.kind, where, how))
            yield Mutant(f"{case.kind}: {path} {how}", case.kind, body)


def _is_judged(path: str) -> bool:
    return path not in _KEPT


def _changes(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, steps, value in _places(body, "", ()):
        for how, new in _ways(value):
            changed = copy.deepcopy(body)
            holder: Any = changed
            for step in steps[:-1]:
                holder = holder[step]
            if new is _GONE:
                del holder[steps[-1]]
            else:
                holder[steps[-1]] = new
            yield path, how, changed


class _Gone:
    pass


_GONE: Final = _Gone()


def _places(value: Value, path: str, steps: Steps) -> Iterator[tuple[str, Steps, Value]]:
    if steps:
        yield path, steps, value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _places(below, f"{path}.{key}" if path else key, (*steps, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _places(below, f"{path}[{index}]", (*steps, index))


def _ways(value: Value) -> Iterator[tuple[str, Any]]:
    yield "left out", _GONE
    if isinstance(value, str):
        yield "empty", ""
        yield "of bad letters", "Not Valid!"
        yield "as a number", 7
        yield "in other letters", value.swapcase()
        yield "with a space behind", f"{value} "
        yield "twice over", f"{value}{value}"
    elif isinstance(value, bool):
        yield "as text", "yes"
    elif isinstance(value, int):
        yield "below 0", -1
        yield "0", 0
        yield "a million", 1_000_000
        yield "ten times", 10 * value
        yield "as text", "some"
    elif isinstance(value, list):
        yield "empty", []
        yield "of another text", ["other"]
        yield "with its first twice", [value[0], *value] if value else ["x"]
    elif isinstance(value, dict):
        yield "empty", {}
        yield "with an unknown field", {**value, "unknownField": "x"}
        yield "with a misspelt field", {f"{key}s" if key == next(iter(value)) else key: value[key] for key in value}
