"""Validating plain data against a model so that one mistake does not hide the others.

Pydantic reports every field at once, but rules that span fields need a whole model. So wrong values are replaced by
valid ones in a copy, the rules run over that copy, and what they say about a replaced value is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings.base import Settings
from settings.diagnostics import HIDDEN, Diagnostic
from settings.raw import ABSENT, Absent, Path, Raw, Written, as_written, put, related, remove, value_at
from settings.remedies import remedy
from settings.shape import Place, Shape, defaulted, describe, fields_of, locate, members_of, sample
from settings.suggest import choose, listed, nearest

Model = TypeVar("Model", bound=Settings)

_TOLD = 200
"""Mistakes of one file's types that are reported at a time; nobody reads more, and each has a likeness to be found."""

_ROUNDS = 6
"""Replacing a section may uncover mistakes in it one level at a time; the models are five levels deep."""


@dataclass(frozen=True)
class Validated(Generic[Model]):
    """A model to run rules over, and what was wrong with the data; `model` is None when nothing could be saved."""

    model: Model | None
    diagnostics: tuple[Diagnostic, ...]
    wrong: tuple[Path, ...] = ()
    """The places whose value in the model is not the user's. An unknown key is none: nothing depends on it."""

    def keep(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Drop diagnostics about values that are already reported."""
        return sound(diagnostics, self.wrong)


def sound(diagnostics: Iterable[Diagnostic], wrong: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Drop diagnostics that are about a wrong place, or depend on one: they may not hold once that is put right."""
    return tuple(
        diagnostic
        for diagnostic in diagnostics
        if not any(
            related(diagnostic.path, path) or any(_undermines(path, concern) for concern in diagnostic.concerns)
            for path in wrong
        )
    )


def _undermines(wrong: Path, concern: Path) -> bool:
    """Whether a wrong value holds the place that a diagnostic depends on, or is an entry of it."""
    return wrong == concern[: len(wrong)] or wrong[:-1] == concern


def validate(model: type[Model], data: Raw, texts: Mapping[Path, str] | None = None) -> Validated[Model]:
    """Validate `data`; never raises for what a user can write.

    `texts` tells how the file writes what YAML reads as a number, true or false, so that a remedy repeats that.
    """
    valid, errors = _attempt(model, data)
    if valid is not None:
        return Validated(valid, ())
    reported = [_diagnostic(model, data, error, texts or {}) for error in errors[:_TOLD]]
    diagnostics = _without_misspelt(reported)
    healed = deepcopy(data)
    unknown = {locate(model, error["loc"]).path for error in errors if error["type"] == "extra_forbidden"}
    wrong = [diagnostic.path for diagnostic in diagnostics]
    for misspelt in reported:
        if misspelt.meant is not None and not isinstance(value_at(healed, misspelt.path), Absent):
            _rename(healed, misspelt.path, misspelt.meant)
    for _ in range(_ROUNDS):
        valid, errors = _attempt(model, healed)
        if valid is not None:
            break
        wrong += [locate(model, error["loc"]).path for error in errors]
        for error in errors:
            healed = _heal(model, healed, error)
    return Validated(valid, tuple(diagnostics), tuple(path for path in wrong if path not in unknown))


def _without_misspelt(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Leave out a missing key whose misspelt form is reported: one slip is one mistake."""
    meant = {(*diagnostic.path[:-1], diagnostic.meant) for diagnostic in diagnostics if diagnostic.meant is not None}
    return [diagnostic for diagnostic in diagnostics if diagnostic.given is not ABSENT or diagnostic.path not in meant]


def _rename(data: Raw, path: Path, meant: str) -> None:
    """Let what stands under a misspelt key be judged as what it was meant for."""
    section = value_at(data, path[:-1])
    if isinstance(section, dict):
        section.setdefault(meant, section.pop(str(path[-1])))


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
    """Make valid, in place where it can, what an error is about."""
    place = locate(model, error["loc"])
    if error["type"] == "extra_forbidden" or place.is_key or place.shape is None:
        return remove(data, place.path) if place.path else {}
    last = place.path[-1] if place.path else None
    if place.owner is not None and isinstance(last, str) and defaulted(place.owner, last):
        return remove(data, place.path)
    return put(data, place.path, sample(place.shape))


def _diagnostic(model: type[Settings], data: Raw, error: ErrorDetails, texts: Mapping[Path, str]) -> Diagnostic:
    place = locate(model, error["loc"])
    kind = error["type"]
    given = as_written(value_at(data, place.path), texts.get(place.path))
    if kind == "extra_forbidden":
        return _unknown_key(model, place)
    if kind.startswith("union_tag"):
        return _unknown_member(place, given)
    if kind == "refused":
        context = error.get("ctx", {})
        return Diagnostic(place.path, _presentable(place, given), str(context["allowed"]), str(context["fix"]))
    shape = place.shape or Shape(str)
    return Diagnostic(place.path, _presentable(place, given), describe(shape), remedy(kind, place, shape, given))


def _presentable(place: Place, given: Raw | Written | Absent) -> object:
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


def _unknown_key(model: type[Settings], place: Place) -> Diagnostic:
    *above, key = place.path
    owner = locate(model, tuple(above)).shape if place.owner is None else Shape(place.owner)
    keys = [_written(name) for name in fields_of(owner.model)] if owner and owner.model else []
    match = nearest(key, keys)
    fix = f"did you mean {match!r}?" if match else f"remove {str(key)!r}"
    return Diagnostic(place.path, key, f"one of {listed(keys)}", fix, meant=match)


def _written(key: str) -> str:
    """The names of secrets are kept under another key than the one a stack file holds them under."""
    return "secrets" if key == "provided_secrets" else key


def _unknown_member(place: Place, given: Raw | Written | Absent) -> Diagnostic:
    members = list(members_of(place.shape)) if place.shape else []
    kind = given.get("kind", ABSENT) if isinstance(given, dict) else ABSENT
    path = (*place.path, "kind") if isinstance(given, dict) else place.path
    shown = kind if isinstance(given, dict) else HIDDEN
    return Diagnostic(path, shown, f"kind: {listed(members)}", choose(kind, members, f"add `kind: {members[0]}`"))
