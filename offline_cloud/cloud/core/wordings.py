"""Small rules that AWS's documentation states in prose, written as tables: each constructor gives one check."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.resource import Check
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Value, at, items, known

_INVALID: Final = "InvalidParameterValue"
_COMBINATION: Final = "InvalidParameterCombination"
_ABSENT: Final[tuple[Value, ...]] = (None, "", [], {})


def values(inputs: Properties, path: str) -> Iterator[tuple[str, Value]]:
    """Give the known values at a path whose ``[]`` stands for every item, each with its exact path."""
    head, mark, rest = path.partition("[]")
    if not mark:
        value = at(inputs, path)
        if known(value):
            yield path, value
        return
    for index in range(len(items(inputs, head))):
        yield from values(inputs, f"{head}[{index}]{rest}")


def _said(value: Value) -> str:
    """Write a value as a program states it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _each(path: str, fits: Callable[[Value], bool], fix: str, code: str = _INVALID) -> Check:
    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        for where, value in values(inputs, path):
            if not fits(value):
                yield reject(where, code, f"Value '{value}' is not valid", f"use {fix}")

    return check


def matches(path: str, pattern: str, words: str, code: str = _INVALID) -> Check:
    """A text matches a pattern from end to end; ``words`` say the pattern to a reader."""
    compiled = re.compile(pattern)

    def fits(value: Value) -> bool:
        return not isinstance(value, str) or not value or compiled.fullmatch(value) is not None

    return _each(path, fits, words, code)


def named(longest: int, least: int = 1, path: str = "name") -> Check:
    """A name of the form that most services share."""
    words = f"{least} to {longest} letters, digits, hyphens and underscores"
    return matches(path, rf"[a-zA-Z0-9_-]{{{least},{longest}}}", words)


def within(path: str, least: float, most: float, *also: float) -> Check:
    """A number lies between two, or is one of some others."""

    def fits(value: Value) -> bool:
        return isinstance(value, bool) or not isinstance(value, int | float) or least <= value <= most or value in also

    return _each(path, fits, " or ".join((f"{least} to {most}", *map(str, also))))


def at_most(path: str, most: int) -> Check:
    """A list has no more than so many items."""

    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        if len(items(inputs, path)) > most:
            yield reject(path, "LimitExceeded", f"{len(items(inputs, path))} are given", f"give {most} at most")

    return check


def one_of(path: str, *allowed: str | float) -> Check:
    """A value is one of a list."""
    return _each(path, lambda value: value in allowed, f"one of {', '.join(map(str, allowed))}")


def ordered(*paths: str, strictly: bool = False) -> Check:
    """Numbers do not fall from path to path: the least, the wanted, the most; ``strictly``: they rise, or are zero."""

    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        given = [(path, value) for path in paths if isinstance(value := at(inputs, path), int | float)]
        for (low, least), (high, most) in pairwise(given):
            if least > most > 0 or (least > most and not strictly) or (strictly and least == most):
                stated = f"{low} {least:.10g} is above {high} {most:.10g}"  # whole numbers reach us as 4.0
                yield reject(low, _COMBINATION, stated, f"lower {low} or raise {high}")

    return check


def exactly_one(*paths: str) -> Check:
    """Just one of some properties is given."""

    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        given = [path for path in paths if at(inputs, path) not in _ABSENT]
        # Below an object that is not known yet, every path is unknown, stated or not.
        inside_unknown = all("." in path and at(inputs, path) is UNKNOWN for path in given)
        if len(given) != 1 and not (given and inside_unknown):
            said = f"{len(given)} of {', '.join(paths)} are given"
            yield reject(given[1] if given else paths[0], _COMBINATION, said, "give exactly one of them")

    return check


def when(path: str, *wanted: str | float | None) -> "Condition":
    """Begin a rule that holds where a path has one of some values; with no values, where it is given at all."""
    return Condition(path, wanted)


class Condition:
    """The first half of a conditional rule."""

    def __init__(self, path: str, wanted: Sequence[str | float | None]) -> None:
        self._path = path
        self._wanted = wanted
        self._name = f"{path} {' or '.join(_said(each) for each in wanted if each is not None)}" if wanted else path
        if None in wanted:
            self._name = f"a resource without {path}" if wanted == (None,) else f"{self._name} (or nothing)"

    def _holds(self, inputs: Properties) -> bool:
        value = at(inputs, self._path)
        if value is UNKNOWN:
            return not self._wanted
        return value in self._wanted if self._wanted else value not in _ABSENT

    def _then(self, rule: Callable[[Properties], Iterator[Diagnostic]]) -> Check:
        def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
            if self._holds(inputs):
                yield from rule(inputs)

        return check

    def then(self, *checks: Check) -> Check:
        """Other checks hold."""

        def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:
            for rule in checks if self._holds(inputs) else ():
                yield from rule(inputs, region)

        return check

    def needs(self, *paths: str) -> Check:
        """One of some others has to be given."""

        def rule(inputs: Properties) -> Iterator[Diagnostic]:
            if all(at(inputs, path) in (None, "") for path in paths):
                listed = " or ".join(paths)
                yield reject(paths[0], _COMBINATION, f"{self._name} needs {listed}", f"give {listed}")

        return self._then(rule)

    def excludes(self, *paths: str) -> Check:
        """None of some others may be given; what is empty, zero or false counts as absent."""

        def rule(inputs: Properties) -> Iterator[Diagnostic]:
            for path in paths:
                if at(inputs, path) not in (*_ABSENT, 0, False):
                    yield reject(path, _COMBINATION, f"{self._name} takes no {path}", f"leave {path} out")

        return self._then(rule)

    def takes(self, path: str, *allowed: str | float) -> Check:
        """Another property, where it is given and known, has one of some values."""

        def rule(inputs: Properties) -> Iterator[Diagnostic]:
            value = at(inputs, path)
            if known(value) and value not in allowed:
                said = " or ".join(map(_said, allowed))
                yield reject(path, _COMBINATION, f"{self._name} takes {path} {said}, not {_said(value)}", f"use {said}")

        return self._then(rule)

    def asks(self, path: str, pattern: str, words: str) -> Check:
        """Another property, where it is given and known, matches a pattern from end to end."""
        return self.then(matches(path, pattern, words, _COMBINATION))


def unique(path: str) -> Check:
    """No value occurs twice at a path with ``[]``."""

    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        seen: list[Value] = []
        for where, value in values(inputs, path):
            if value in seen:
                yield reject(where, _INVALID, f"{value} occurs twice", "give each its own")
            seen.append(value)

    return check
