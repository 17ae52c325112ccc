"""What stands twice in a list that has no use for it."""

from collections.abc import Iterator, Mapping
from typing import cast

from settings.base import Settings
from settings.checks.common import repeated
from settings.diagnostics import Diagnostic
from settings.raw import Path

_WORDS = frozenset({"command", "arguments"})
"""Lists in which the same word may come again."""


def check(model: Settings, path: Path = ()) -> Iterator[Diagnostic]:
    """Report every text or number that a list of the model, or of what is in it, holds twice."""
    for name, info in type(model).model_fields.items():
        yield from _within(getattr(model, name), (*path, info.alias or name))


def _within(value: object, path: Path) -> Iterator[Diagnostic]:
    if isinstance(value, Settings):
        yield from check(value, path)
    elif isinstance(value, Mapping):
        for key, inner in cast("Mapping[object, object]", value).items():
            yield from _within(inner, (*path, str(key)))
    elif isinstance(value, tuple):
        items = list(enumerate(cast("tuple[object, ...]", value)))
        if path[-1] not in _WORDS:
            yield from repeated((((*path, index), str(item)) for index, item in items if _plain(item)), "entry")
        for index, item in items:
            if isinstance(item, Settings):
                yield from check(item, (*path, index))


def _plain(item: object) -> bool:
    return isinstance(item, str | int)
