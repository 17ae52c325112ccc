"""Plain data as YAML and JSON give it, and paths into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

Raw: TypeAlias = "bool | int | float | str | list[Raw] | dict[str, Raw] | None"
Path: TypeAlias = tuple[str | int, ...]


class Absent:
    """What stands at a path that the data does not have."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()


@dataclass(frozen=True)
class Written:
    """A number, true or false, and how its file writes it: `1.10` is 1.1 to YAML, `007` is 7."""

    value: bool | int | float
    text: str

    def __repr__(self) -> str:
        return self.text


def as_written(given: Raw | Absent, text: str | None) -> Raw | Written | Absent:
    """Return a scalar with its text, where the file that has the text states this value and not another."""
    if text is None or not isinstance(given, bool | int | float):
        return given
    return Written(given, text) if given in _readings(text) else given


def _readings(text: str) -> Iterator[bool | int | float]:
    """What YAML makes of a plain scalar; a leading 0 is octal to the engine (YAML 1.1), and nothing to YAML 1.2."""
    if text.lower() in {"true", "false"}:
        yield text.lower() == "true"
    for read in (int, partial(int, base=0), partial(int, base=8), float):
        with suppress(ValueError):
            yield read(text)


def value_at(data: Raw, path: Path) -> Raw | Absent:
    """Return what stands at `path`, or ABSENT."""
    here: Raw = data
    for part in path:
        found = _step(here, part)
        if isinstance(found, Absent):
            return ABSENT
        here = found
    return here


def _step(data: Raw, part: str | int) -> Raw | Absent:
    if isinstance(data, dict) and isinstance(part, str):
        return data.get(part, ABSENT)
    if isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
        return data[part]
    return ABSENT


def has(data: Raw, path: Path) -> bool:
    return not isinstance(value_at(data, path), Absent)


def put(data: Raw, path: Path, value: Raw) -> Raw:
    """Write `value` at `path` into `data` itself, and return it; unchanged where the path's parent is missing."""
    if not path:
        return deepcopy(value)
    parent, last = value_at(data, path[:-1]), path[-1]
    if isinstance(parent, dict) and isinstance(last, str):
        parent[last] = deepcopy(value)
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        parent[last] = deepcopy(value)
    return data


def remove(data: Raw, path: Path) -> Raw:
    """Take what stands at `path` out of `data` itself, and return it."""
    parent, last = value_at(data, path[:-1]), path[-1]
    if isinstance(parent, dict) and isinstance(last, str):
        parent.pop(last, None)
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        del parent[last]
    return data


def with_value(data: Raw, path: Path, value: Raw) -> Raw:
    """Return a copy of `data` with `value` at `path`; unchanged where the path's parent is missing."""
    return put(deepcopy(data), path, value)


def without(data: Raw, path: Path) -> Raw:
    """Return a copy of `data` in which nothing stands at `path`."""
    return remove(deepcopy(data), path)


def merged(base: dict[str, Raw], over: dict[str, Raw]) -> dict[str, Raw]:
    """Lay `over` on `base`: sections key by key, everything else as a whole."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def related(one: Path, other: Path) -> bool:
    """Whether one of two paths leads through the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


_PLAIN = re.compile(r"[A-Za-z0-9_:<-]+")


def dotted(path: Path) -> str:
    """Write a path as a person reads it: services.api.ports, ingress.routes[0].host."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not _PLAIN.fullmatch(part):
            text += f'["{part}"]'
        else:
            text += f".{part}" if text else part
    return text
