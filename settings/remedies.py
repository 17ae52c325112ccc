"""What to do about a value that its type does not take; a remedy repeats a value as its file has it."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from annotated_types import Ge, Le, MinLen
from pydantic import Tag, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from settings.raw import Absent, Raw, Written
from settings.shape import Place, Shape, sample
from settings.suggest import choose
from settings.vocabulary import Means

_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def remedy(kind: str, place: Place, shape: Shape, given: Raw | Written | Absent) -> str:
    """Say what a person can write instead of `given`, which pydantic refused as `kind`."""
    if kind == "missing":
        return _add(place, shape)
    if shape.literals:
        return _choose_literal(shape, given)
    advice = _requote(shape, given) or _rewrite(shape, place.path[-1] if place.is_key else given) or _move(shape, given)
    return advice or _imitate(shape)


def fits(shape: Shape, value: object) -> bool:
    """Whether a value is one of the type's."""
    constraints = [item for item in shape.metadata if not isinstance(item, FieldInfo | Tag | Means)]
    kind: Any = shape.kind
    for constraint in constraints:
        kind = Annotated[kind, constraint]
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    try:
        adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return False
    return True


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


def _choose_literal(shape: Shape, given: Raw | Written | Absent) -> str:
    numbers = [item for item in shape.literals if isinstance(item, int) and not isinstance(item, bool)]
    value = given.value if isinstance(given, Written) else given
    if isinstance(value, str) and _NUMBER.fullmatch(value) and int(value) in numbers:
        return f"remove the quotes: {int(value)}"
    if numbers and isinstance(value, int | float):
        return f"the nearest is {min(numbers, key=lambda number: abs(number - value))}"
    first = shape.literals[0]
    otherwise = f"write {first if isinstance(first, str) else json.dumps(first)}"
    return choose(given, [str(item) for item in shape.literals], otherwise)


def _requote(shape: Shape, given: object) -> str | None:
    """Text where a number belongs, or the other way round: quotes are what is wrong."""
    if shape.kind is str and isinstance(given, Written | bool | int | float):
        text = str(given).lower() if isinstance(given, bool) else str(given)
        return f'put it in quotes: "{text}"' if fits(shape, text) else None
    if not isinstance(given, str):
        return None
    if (shape.kind is int or shape.kind is float) and _NUMBER.fullmatch(given):
        return f"remove the quotes: {int(given)}" if fits(shape, int(given)) else _move(shape, int(given))
    if shape.kind is bool and given.lower() in _WORDS:
        return f"write {_WORDS[given.lower()]} without quotes"
    if shape.origin is tuple:
        return _bracket(shape, given)
    return None


def _bracket(shape: Shape, given: str) -> str | None:
    if fits(shape, [given]):
        return f"put it in brackets: [{_plain(given)}]"
    least = shape.find(MinLen)
    if least is not None and fits(shape, [given] * least.min_length):
        return f"put it in brackets with the others: [{_plain(given)}, …]"
    return None


def _plain(text: str) -> str:
    """Write text as YAML, in quotes unless it is text without them."""
    bare = re.fullmatch(r"[A-Za-z@][A-Za-z0-9@./_-]*", text) and text.lower() not in {*_WORDS, "null", "y", "n"}
    return text if bare and text[0] != "@" else _as_yaml(text)


def _rewrite(shape: Shape, given: object) -> str | None:
    """A name with capitals, blanks or underscores where none may stand, or with hyphens where SQL takes underscores."""
    if not isinstance(given, str) or not any(getattr(item, "pattern", None) for item in shape.metadata):
        return None
    means = shape.find(Means)
    if means is not None and " " in str(means.example):
        return None  # where blanks may stand, another text in their place would mean something else
    tidy = re.sub(r"[\s_]+", "-", given.strip())
    tidy = re.sub(r"^https?://|/+$", "", tidy)
    tries = (tidy, tidy.lower(), tidy.lower().replace("-", "_"))
    near = (each for each in tries if each != given and fits(shape, each))
    return next((f"did you mean {each!r}?" for each in near), None)


def _move(shape: Shape, given: object) -> str | None:
    """Name the nearer bound of a number that is beyond it."""
    value = given.value if isinstance(given, Written) else given
    low, high = shape.find(Ge), shape.find(Le)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if low and isinstance(low.ge, int) and value < low.ge:
        return f"raise it to {low.ge} or more"
    if high and isinstance(high.le, int) and value > high.le:
        return f"lower it to {high.le} or less"
    return None


def _as_yaml(value: Raw) -> str:
    return json.dumps(value, ensure_ascii=False)
