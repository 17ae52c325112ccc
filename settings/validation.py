"""Validating plain data against a model so that one mistake does not hide the others.

Pydantic reports every field at once, but rules that span fields need a whole model. So wrong values are replaced by
valid ones in a copy, the rules run over that copy, and what they say about a replaced value is dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings.base import Settings
from settings.problems import HIDDEN, Finding
from settings.raw import ABSENT, Absent, Path, Raw, related, value_at, with_value, without
from settings.shape import Place, Shape, defaulted, describe, fields_of, locate, members_of, sample
from settings.suggest import choose, listed, nearest
from settings.vocabulary import Means

Model = TypeVar("Model", bound=Settings)

_ROUNDS = 6
"""Replacing a section may uncover mistakes in it one level at a time; the models are five levels deep."""


@dataclass(frozen=True)
class Validated(Generic[Model]):
    """A model to run rules over, and what was wrong with the data; `model` is None when nothing could be saved."""

    model: Model | None
    findings: tuple[Finding, ...]

    def keep(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Drop findings about values that are already reported."""
        wrong = [finding.path for finding in self.findings]
        return tuple(
            finding
            for finding in findings
            if not any(
                related(finding.path, path) or any(_undermines(path, concern) for concern in finding.concerns)
                for path in wrong
            )
        )


def _undermines(wrong: Path, concern: Path) -> bool:
    """Whether a wrong value holds the place that a finding leans on, or is an entry of it."""
    return wrong == concern[: len(wrong)] or wrong[:-1] == concern


def validate(model: type[Model], data: Raw) -> Validated[Model]:
    """Validate `data`; never raises for what a user can write."""
    valid, errors = _attempt(model, data)
    findings = [_finding(model, data, error) for error in errors]
    healed = data
    for _ in range(_ROUNDS):
        if valid is not None:
            break
        for error in errors:
            healed = _heal(model, healed, error)
        valid, errors = _attempt(model, healed)
    return Validated(valid, tuple(findings))


def _attempt(model: type[Model], data: Raw) -> tuple[Model | None, list[ErrorDetails]]:
    try:
        return model.model_validate_json(json.dumps(data)), []
    except ValidationError as error:
        return None, list(_without_echoes(error.errors(include_url=False)))


def _without_echoes(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out what follows from another error.

    A collection is "too short" when its wrong items are not counted, and the content of a wrongly named entry is judged
    once it has a name.
    """
    places = [error["loc"] for error in errors]
    misnamed = [place[:-1] for place in places if place and place[-1] == "[key]"]
    for error in errors:
        place = error["loc"]
        if error["type"] == "too_short" and any(other[: len(place)] == place != other for other in places):
            continue
        if any(place[: len(key)] == key and place[-1] != "[key]" for key in misnamed):
            continue
        yield error


def _heal(model: type[Settings], data: Raw, error: ErrorDetails) -> Raw:
    place = locate(model, error["loc"])
    if error["type"] == "extra_forbidden" or place.is_key or place.shape is None:
        return without(data, place.path) if place.path else {}
    last = place.path[-1] if place.path else None
    if place.owner is not None and isinstance(last, str) and defaulted(place.owner, last):
        return without(data, place.path)
    return with_value(data, place.path, sample(place.shape))


def _finding(model: type[Settings], data: Raw, error: ErrorDetails) -> Finding:
    place = locate(model, error["loc"])
    kind = error["type"]
    given = value_at(data, place.path)
    if kind == "extra_forbidden":
        return _unknown_key(model, place)
    if kind.startswith("union_tag"):
        return _unknown_member(place, given)
    if kind == "refused":
        context = error.get("ctx", {})
        return Finding(place.path, _presentable(place, given), str(context["allowed"]), str(context["mend"]))
    shape = place.shape or Shape(str)
    return Finding(place.path, _presentable(place, given), describe(shape), _mend(kind, place, shape, given))


def _presentable(place: Place, given: Raw | Absent) -> object:
    """Return what may be shown: the key itself, a section's size, no value of what may be a secret."""
    if place.is_key:
        return place.path[-1]
    if place.path[:1] == ("secrets",) and not isinstance(given, Absent):
        return HIDDEN
    if isinstance(given, dict):
        return f"a section with {listed(given, 'nothing in it')}"
    if isinstance(given, list):
        return f"a list of {len(given)}"
    return given


def _unknown_key(model: type[Settings], place: Place) -> Finding:
    *above, key = place.path
    owner = locate(model, tuple(above)).shape if place.owner is None else Shape(place.owner)
    keys = [_written(name) for name in fields_of(owner.model)] if owner and owner.model else []
    match = nearest(key, keys)
    mend = f"did you mean {match!r}?" if match else f"remove {str(key)!r}"
    return Finding(place.path, key, f"one of {listed(keys)}", mend)


def _written(key: str) -> str:
    """The names of secrets are kept under another key than the one a stack file holds them under."""
    return "secrets" if key == "provided_secrets" else key


def _unknown_member(place: Place, given: Raw | Absent) -> Finding:
    members = list(members_of(place.shape)) if place.shape else []
    kind = given.get("kind", ABSENT) if isinstance(given, dict) else ABSENT
    path = (*place.path, "kind") if isinstance(given, dict) else place.path
    shown = kind if isinstance(given, dict) else HIDDEN
    return Finding(path, shown, f"kind: {listed(members)}", choose(kind, members, f"add `kind: {members[0]}`"))


def _mend(kind: str, place: Place, shape: Shape, given: Raw | Absent) -> str:
    if kind == "missing":
        return _add(place, shape)
    if shape.literals:
        return _choose_literal(shape, given)
    advice = _requote(shape, given) or _rewrite(shape, place.path[-1] if place.is_key else given) or _move(kind, shape)
    return advice or _imitate(shape)


def _imitate(shape: Shape) -> str:
    means = shape.find(Means)
    if means or shape.model is None:
        return f"write it like {_as_yaml(sample(shape))}"
    return "write its keys below it, indented"


def _add(place: Place, shape: Shape) -> str:
    key = place.path[-1]
    if shape.model or shape.origin is dict:
        return f"add the section `{key}:`"
    return f"add `{key}: {_as_yaml(sample(shape))}`"


def _choose_literal(shape: Shape, given: Raw | Absent) -> str:
    numbers = [item for item in shape.literals if isinstance(item, int)]
    if numbers and isinstance(given, int | float):
        return f"the nearest is {min(numbers, key=lambda number: abs(number - given))}"
    return choose(given, [str(item) for item in shape.literals], f"write {shape.literals[0]}")


def _requote(shape: Shape, given: object) -> str | None:
    """Text where a number belongs, or the other way round: quotes are what is wrong."""
    if shape.kind is str and isinstance(given, bool | int | float):
        return f'put it in quotes: "{str(given).lower() if isinstance(given, bool) else given}"'
    if shape.kind is int and isinstance(given, str) and given.lstrip("-").isdecimal():
        return f"remove the quotes: {given}"
    if shape.kind is bool and isinstance(given, str) and given.lower() in _WORDS:
        return f"write {_WORDS[given.lower()]} without quotes"
    if shape.origin is tuple and isinstance(given, str):
        return f"put it in brackets: [{given}]"
    return None


_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def _rewrite(shape: Shape, given: object) -> str | None:
    """A name with capitals, blanks or underscores where none may stand, or with hyphens where SQL takes underscores."""
    pattern = next((str(found) for item in shape.metadata if (found := getattr(item, "pattern", None))), None)
    if pattern is None or not isinstance(given, str):
        return None
    tidy = re.sub(r"[\s_]+", "-", given.strip().lower())
    tidy = re.sub(r"^https?://|/+$", "", tidy)
    near = (each for each in (tidy, tidy.replace("-", "_")) if each != given and re.fullmatch(pattern, each))
    return next((f"did you mean {each!r}?" for each in near), None)


def _move(kind: str, shape: Shape) -> str | None:

    low, high = shape.find(Ge), shape.find(Le)
    if kind == "greater_than_equal" and low:
        return f"raise it to {low.ge} or more"
    if kind == "less_than_equal" and high:
        return f"lower it to {high.le} or less"
    return None


def _as_yaml(value: Raw) -> str:
    return json.dumps(value)
