"""Holds what was derived against examples: a fact that an example contradicts is dropped, and said.

A list of many values gains the one that it lacks instead: documentation forgets the newest, and knows the others.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from offline_cloud.cloud.model import Properties, Value
from tools.aws_model.derive import Derived
from tools.aws_model.facts import Facts

_MANY: Final = 6


def proven(derived: Derived, value: Value, path: str, dropped: list[str]) -> Derived:
    """Give what is left of ``derived`` when ``value`` is good; appends what was dropped, with the value."""
    if isinstance(value, bool):
        return derived
    if isinstance(value, str | int | float):
        return _scalar(derived, value, path, dropped)
    if isinstance(value, list):
        return _list(derived, value, path, dropped)
    if isinstance(value, dict):
        return _object(derived, value, path, dropped)
    return derived


def proven_by_all(derived: Derived, examples: Iterable[Properties], dropped: list[str]) -> Derived:
    """Hold a type's root against all of its examples."""
    for example in examples:
        derived = proven(derived, example, "", dropped)
    return derived


def with_documents(root: Derived, documents: Iterable[str]) -> Derived:
    """Mark the inputs that are JSON documents."""
    marked = {name: replace(root.members[name], is_json=True) for name in documents}
    return replace(root, members={**root.members, **marked})


def _object(derived: Derived, value: Properties, path: str, dropped: list[str]) -> Derived:
    members = dict(derived.members)
    for name, each in value.items():
        if name in members:
            members[name] = proven(members[name], each, f"{path}.{name}" if path else name, dropped)
    item = derived.item
    for each in value.values() if derived.kind == "map" and item is not None else ():
        item = item and proven(item, each, f"{path}{{}}", dropped)
    return replace(derived, members=members, item=item)


def _list(derived: Derived, value: list[Value], path: str, dropped: list[str]) -> Derived:
    item, facts = derived.item, derived.facts
    for each in value if item is not None else ():
        item = item and proven(item, each, f"{path}[]", dropped)
    if value and not _within(len(value), facts):
        dropped.append(f"{path}: {len(value)} items, not {facts.least} to {facts.most}")
        facts = replace(facts, least=None, most=None)
    return replace(derived, facts=facts, item=item)


def _scalar(derived: Derived, value: str | float, path: str, dropped: list[str]) -> Derived:
    facts = derived.facts
    if value in ("", 0) and not derived.required:
        return derived
    size = len(value) if isinstance(value, str) else value
    if facts.values and (value if isinstance(value, str) else f"{value:g}") not in facts.values:
        dropped.append(f"{path}: {value!r} is none of {sorted(facts.values)[:6]}")
        facts = replace(facts, values=facts.values | {str(value)} if len(facts.values) >= _MANY else None)
    if facts.pattern and isinstance(value, str) and not facts.pattern.takes(value):
        dropped.append(f"{path}: {value!r} does not match {facts.pattern.text}")
        facts = replace(facts, pattern=None)
    if not _within(size, facts):
        dropped.append(f"{path}: {value!r} is not within {facts.least} to {facts.most}")
        facts = replace(facts, least=None, most=None)
    return replace(derived, facts=facts)


def _within(size: float, facts: Facts) -> bool:
    return (facts.least is None or size >= facts.least) and (facts.most is None or size <= facts.most)
