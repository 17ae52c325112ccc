"""Judges inputs by what was derived of their type: values, patterns, lengths, ranges, and what excludes what."""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, cast

from offline_cloud.cloud.derived import Spec, entry, module, table
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Value

_SHOWN: Final = 12
_SECRET: Final = re.compile(r"password|secret|token|private|credential|authKey", re.IGNORECASE)
_ENUM: Final = "failed to satisfy constraint: Member must satisfy enum value set"
_PATTERN: Final = "failed to satisfy constraint: Member must satisfy regular expression pattern"


def check(type: str, inputs: Properties, region: str) -> Iterator[Diagnostic]:
    """Say what no source would take, each with its path; what is not known yet is not judged."""
    derived = entry(type)
    root = derived.get("in")
    if root is not None:
        yield from _Judge(table(module(type)).specs, region).object(inputs, root, "")
    for first, second in cast("Sequence[tuple[str, str]]", derived.get("not", ())):
        if _stated(inputs.get(first)) and _stated(inputs.get(second)):
            yield Diagnostic(
                second, f"InvalidParameterCombination: {first} and {second} exclude each other", f"leave {second} out"
            )


def _stated(value: Value) -> bool:
    """Tell whether a value counts as given: the provider takes what is empty or zero for absent."""
    return value is not UNKNOWN and value not in (None, "", 0, False, [], {})


class _Judge:
    def __init__(self, specs: Sequence[Spec], region: str) -> None:
        self._specs = specs
        self._region = region

    def object(self, value: Properties, place: int, path: str) -> Iterator[Diagnostic]:
        for name, inner in cast("dict[str, int]", self._specs[place].get("o", {})).items():
            if name in value:
                yield from self._value(value[name], inner, f"{path}.{name}" if path else name)

    def _value(self, value: Value, place: int, path: str) -> Iterator[Diagnostic]:
        spec = self._specs[place]
        match value:
            case bool():
                return
            case str():
                yield from _text(value, spec, path)
                yield from self._offered(value, spec, path)
            case int() | float():
                yield from _number(value, spec, path)
            case list():
                yield from _count(len(value), spec, path)
                for index, item in enumerate(value):
                    if "i" in spec:
                        yield from self._value(item, spec["i"], f"{path}[{index}]")
            case dict():
                yield from self.object(value, place, path)
                for key, item in value.items() if "m" in spec else ():
                    yield from self._value(item, spec["m"], f"{path}.{key}")
            case _:
                return

    def _offered(self, value: str, spec: Spec, path: str) -> Iterator[Diagnostic]:
        bits = cast("dict[str, str]", spec.get("g", {})).get(self._region)
        if bits is not None and value in spec["e"] and not int(bits, 16) >> spec["e"].index(value) & 1:
            yield _diagnostic(path, f"{value} is not offered in {self._region}", "choose another, or another region")


def _text(value: str, spec: Spec, path: str) -> Iterator[Diagnostic]:
    if not value and "z" not in spec:
        return
    shown = "the value" if _SECRET.search(path) else f"Value '{value}'"
    allowed = cast("Sequence[str]", spec.get("e", ()))
    if allowed and value not in allowed:
        listed = f"{', '.join(allowed[:_SHOWN])}{', …' if len(allowed) > _SHOWN else ''}"
        yield _diagnostic(path, f"{shown} {_ENUM}: [{listed}]", _nearest(value, allowed))
    if "j" in spec and not _is_json(value):
        yield _diagnostic(path, "the value is no JSON", "write it with json.dumps")
    pattern = spec.get("p")
    if pattern is not None and not _matches(pattern, "w" in spec, value):
        yield _diagnostic(path, f"{shown} {_PATTERN}: {pattern}", "use what the pattern allows")
    least, most = cast("tuple[int | None, int | None]", spec.get("l", (None, None)))
    if not _within(len(value), least, most):
        yield _diagnostic(path, f"{shown} has {len(value)} characters", f"use {_bounds(least, most)} characters")


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _number(value: float, spec: Spec, path: str) -> Iterator[Diagnostic]:
    if not value and "z" not in spec:
        return
    allowed = cast("Sequence[str]", spec.get("e", ()))
    if allowed and f"{value:g}" not in allowed:
        yield _diagnostic(path, f"Value {value} {_ENUM}: [{', '.join(allowed)}]", "use one of these")
    least, most = cast("tuple[float | None, float | None]", spec.get("r", (None, None)))
    if not _within(value, least, most):
        yield _diagnostic(path, f"Value {value} is out of range", f"use {_bounds(least, most)}")


def _count(length: int, spec: Spec, path: str) -> Iterator[Diagnostic]:
    least, most = cast("tuple[int | None, int | None]", spec.get("n", (None, None)))
    if length and not _within(length, least, most):
        yield _diagnostic(path, f"{length} items are given", f"give {_bounds(least, most)}")


def _within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _bounds(least: Any, most: Any) -> str:
    if most is None:
        return f"{least} or more"
    return f"{most} at most" if least is None else f"{least} to {most}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _matches(pattern: str, whole: bool, value: str) -> bool:
    compiled = _compiled(pattern)
    return bool(compiled.fullmatch(value) if whole else compiled.search(value))


def _nearest(value: str, allowed: Sequence[str]) -> str:
    lowered = {option.lower(): option for option in allowed}
    close = difflib.get_close_matches(value.lower(), lowered, n=1, cutoff=0.5)
    return f"did you mean '{lowered[close[0]]}'?" if close else "use one of these"


def _diagnostic(path: str, reason: str, fix: str) -> Diagnostic:
    return Diagnostic(path, f"InvalidParameterValue: {reason}", fix)
