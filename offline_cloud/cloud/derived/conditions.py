"""Judges inputs by conditional rules: a small part of JSON Schema, in which what is unknown decides nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from offline_cloud.cloud.derived import Spec, entry
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Value

_ABSENT: Final[tuple[Value, ...]] = (None, "", 0, False, [], {})
_CODE: Final = "InvalidParameterCombination"
_LISTED: Final = 12


class _UnknownError(Exception):
    """A rule needs a value that is known at `up` alone."""


def check(type: str, inputs: Properties) -> Iterator[Diagnostic]:
    """Say which of its type's conditional rules the inputs break."""
    for rule in cast("Sequence[Spec]", entry(type).get("rules", ())):
        try:
            yield from list(_broken(inputs, rule, ""))
        except _UnknownError:
            continue


def _holds(value: Value, rule: Spec) -> bool:
    return not any(_broken(value, rule, ""))


def _broken(value: Value, rule: Spec, path: str) -> Iterator[Diagnostic]:
    if value is UNKNOWN:
        raise _UnknownError
    if "if" in rule:
        branch = "then" if _holds(value, rule["if"]) else "else"
        yield from _broken(value, rule.get(branch, {}), path)
    for inner in cast("Sequence[Spec]", rule.get("allOf", ())):
        yield from _broken(value, inner, path)
    if "anyOf" in rule and not any(_holds(value, inner) for inner in rule["anyOf"]):
        yield from _broken(value, rule["anyOf"][0], path)
    if "not" in rule and _holds(value, rule["not"]):
        yield Diagnostic(path, f"{_CODE}: {_said(value)} cannot be given here", "give another value")
    if isinstance(value, dict):
        yield from _of_object(value, rule, path)
    elif isinstance(value, list):
        yield from _of_list(value, rule, path)
    elif value is not None:
        yield from _of_scalar(value, rule, path)


def _of_object(value: Properties, rule: Spec, path: str) -> Iterator[Diagnostic]:
    for name in cast("Sequence[str]", rule.get("required", ())):
        if value.get(name) is None:
            yield Diagnostic(_below(path, name), f"{_CODE}: {name} has to be given here", f"give {name}")
    for name, inner in cast("Mapping[str, Spec]", rule.get("properties", {})).items():
        stated = value.get(name)
        if "never" in inner:
            if stated is UNKNOWN:
                raise _UnknownError
            if stated not in _ABSENT:
                yield Diagnostic(_below(path, name), f"{_CODE}: {name} cannot be given here", f"leave {name} out")
        elif stated is not None:
            yield from _broken(stated, inner, _below(path, name))


def _of_list(value: list[Value], rule: Spec, path: str) -> Iterator[Diagnostic]:
    for index, item in enumerate(value) if "items" in rule else ():
        yield from _broken(item, rule["items"], f"{path}[{index}]")
    if "contains" in rule and not any(_holds(item, rule["contains"]) for item in value):
        yield Diagnostic(path, f"{_CODE}: an item is missing", f"add one of {rule['contains'].get('enum')}")
    if len(value) < rule.get("minItems", 0) or len(value) > rule.get("maxItems", len(value)):
        yield Diagnostic(path, f"{_CODE}: {len(value)} items are given", "give another number of them")


def _of_scalar(value: Value, rule: Spec, path: str) -> Iterator[Diagnostic]:
    said = _said(value)
    allowed: list[Any] = rule.get("enum", [rule["const"]] if "const" in rule else [])
    words = [_said(each) for each in allowed]
    if words and said not in words and not _begins(said, words, path):
        yield Diagnostic(path, f"{_CODE}: {said} cannot be given here", f"give {_listed(words)}")
    if isinstance(value, str) and "pattern" in rule and not re.search(rule["pattern"], value):
        yield Diagnostic(path, f"{_CODE}: {said} does not match {rule['pattern']}", "give what the pattern allows")
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_number(value, rule, path)


def _begins(said: str, words: Sequence[str], path: str) -> bool:
    """Tell whether a version is the beginning of one, which stands for the newest that begins so.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, `EngineVersion`
    """
    return path.endswith("engineVersion") and any(word.startswith(f"{said}.") for word in words)


def _listed(words: Sequence[str]) -> str:
    more = f" or one of {len(words) - _LISTED} others" if len(words) > _LISTED else ""
    return " or ".join(words[-_LISTED:]) + more


def _of_number(value: float, rule: Spec, path: str) -> Iterator[Diagnostic]:
    low, high = rule.get("minimum", value), rule.get("maximum", value)
    if not low <= value <= high:
        yield Diagnostic(path, f"{_CODE}: {value} cannot be given here", f"give {low} to {high}")
    if value % rule.get("multipleOf", 1) and "multipleOf" in rule:
        yield Diagnostic(path, f"{_CODE}: {value} cannot be given here", f"give a multiple of {rule['multipleOf']}")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
