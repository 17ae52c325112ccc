"""Documents of values with one mistake each, made from what the program hands to a chart."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

Step = str | int
_DATA = re.compile(r"[^a-zA-Z]")


@dataclass(frozen=True)
class Mutation:
    """A mistake: where it is, which one, and the document with it."""

    path: tuple[Step, ...]
    kind: str
    document: dict[str, Any]


def mutations(document: dict[str, Any]) -> Iterator[Mutation]:
    """Every kind of mistake at every place, once for places that differ only in an index or in a name of a product."""
    seen: set[tuple[str, str]] = set()
    for path, value in _places(document):
        for kind, change in (*_at(path), *_instead(value)):
            mark = (_form(path), kind)
            if mark not in seen:
                seen.add(mark)
                yield Mutation(path, kind, _changed(document, path, change))


def _places(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], object]]:
    yield path, value
    if isinstance(value, dict):
        for key, below in cast("dict[str, object]", value).items():
            yield from _places(below, (*path, key))
    if isinstance(value, list):
        for index, below in enumerate(cast("list[object]", value)):
            yield from _places(below, (*path, index))


def _form(path: tuple[Step, ...]) -> str:
    """A path without indices and without keys that no chart can know, such as a service's name or a file's."""
    return "/".join("*" if isinstance(step, int) or _DATA.search(step) else step for step in path)


_GONE, _MISSPELT, _BESIDE = object(), object(), object()


def _at(path: tuple[Step, ...]) -> list[tuple[str, object]]:
    return [("removed", _GONE), ("misspelt", _MISSPELT)] if path and isinstance(path[-1], str) else []


def _instead(value: object) -> list[tuple[str, object]]:
    """Values of another type or without anything in them."""
    match value:
        case bool():
            return [("text for a truth", "yes"), ("number for a truth", 1)]
        case str():
            return [("number for text", 5), ("list for text", [value]), ("empty text", ""), ("blanks", " a b ")]
        case int():
            others = [("text for a number", str(value)), ("fraction", 0.5)]
            return [*others, ("negative", -1), ("zero", 0), ("huge", 10**9)]
        case list():
            return [("section for a list", {}), ("empty list", []), ("text for a list", "a")]
        case dict():
            return [("list for a section", []), ("empty section", {}), ("unknown key", _BESIDE)]
        case _:
            return []


def _changed(document: dict[str, Any], path: tuple[Step, ...], change: object) -> dict[str, Any]:
    if not path:
        return {**document, "unknownKey": 1} if change is _BESIDE else cast("dict[str, Any]", copy.deepcopy(change))
    changed = copy.deepcopy(document)
    here: Any = changed
    for step in path[:-1]:
        here = here[step]
    last = path[-1]
    if change is _GONE:
        del here[last]
    elif change is _MISSPELT:
        here[f"{last}x"] = here.pop(last)
    elif change is _BESIDE:
        here[last]["unknownKey"] = 1
    else:
        here[last] = change
    return changed
