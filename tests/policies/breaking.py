"""Breaks one property of a good resource or object."""

import copy
from collections.abc import Iterator
from typing import Any, cast

from tests.policies.broken import DELETED


def broken(good: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of `good` with `value` at the path; DELETED takes away what is there."""
    properties = copy.deepcopy(good)
    target: Any = properties
    *steps, last = path.split(".")
    for step in steps:
        target = target[int(step)] if step.isdigit() else target[step]
    if value is DELETED:
        del target[last]
    else:
        target[int(last) if isinstance(target, list) else last] = value
    return properties


def paths(properties: dict[Any, Any], before: str = "") -> Iterator[str]:
    """Yield the path of every value, and of each list and mapping as a whole; keys that hold dots are left out."""
    for key, value in properties.items():
        if "." in str(key):
            continue
        yield f"{before}{key}"
        if isinstance(value, dict):
            yield from paths(cast("dict[Any, Any]", value), f"{before}{key}.")
        if isinstance(value, list):
            yield from paths(dict(enumerate(cast("list[Any]", value))), f"{before}{key}.")
