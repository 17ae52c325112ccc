"""One verdict from several sources: a value is refused only where no source that speaks of it would take it.

The SDK's documentation is written by hand for the SDK's own spelling, botocore and CloudFormation are the services'
own models. Where the SDK lists values that a model does not have, the property stands for something else there, or
the provider spells the values in its own way; the SDK's list then counts.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Final

from tools.aws_model.facts import Facts, Pattern

_PROBES: Final = ("a", "Z 9", "\u2192", "ä~!@#$%^&*()[]{}<>|\\/?.,;:'\"`+=-_", "x" * 40)
_CLASSES: Final = {r"\p{L}": "a-zA-Z\u00aa-\uffff", r"\p{Z}": r"\s", r"\p{N}": "0-9", r"\p{P}": "!-/:-@\\[-`{-~"}


def merged(sdk: Facts, models: Sequence[Facts]) -> Facts:
    """Put what the SDK says together with what the models say, the models' most trusted one first."""
    stated = [facts for facts in models if facts]
    return Facts(
        values=_values(sdk.values, [facts.values for facts in stated if facts.values]),
        pattern=next((found for facts in stated if (found := usable(facts.pattern))), None),
        least=_loosest([facts.least for facts in stated], min, sdk.least),
        most=_loosest([facts.most for facts in stated], max, sdk.most),
    )


def _values(sdk: frozenset[str] | None, models: Sequence[frozenset[str]]) -> frozenset[str] | None:
    if not models:
        return sdk
    every = frozenset[str]().union(*models)
    apart = len(models) > 1 and not models[0].intersection(*models[1:])
    if sdk is None:
        return None if apart else every
    if sdk <= every and not apart:
        return every
    return sdk | every if sdk & every else sdk


def _loosest(
    bounds: Sequence[float | None], choose: Callable[[list[float]], float], otherwise: float | None
) -> float | None:
    """Give the loosest bound of the models, and the SDK's where they have none: its text may name another unit."""
    stated = [bound for bound in bounds if bound is not None]
    return choose(stated) if stated else otherwise


def _in_python(text: str) -> str:
    """Spell Unicode's classes as ranges, in brackets where they do not stand in some already."""
    parts = re.split(r"(\\p\{\w+\})", text)
    done, inside = "", False
    for part in parts:
        if part in _CLASSES:
            done += _CLASSES[part] if inside else f"[{_CLASSES[part]}]"
            continue
        for character in re.sub(r"\\.", "", part):
            inside = character == "[" or (inside and character != "]")
        done += part
    return done


def usable(pattern: Pattern | None) -> Pattern | None:
    """Write a pattern in Python's dialect; ``None`` for one that Python cannot read or that takes everything."""
    if pattern is None:
        return None
    text = _in_python(pattern.text)
    # Written for another language, between slashes or escaped twice.
    if text.startswith("/^") or r"\\d" in text or r"\\+" in text:
        return None
    # Smithy means the whole text; a pattern that is anchored says itself how much it means.
    whole = pattern.whole and not (text.startswith("^") or text.endswith("$"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = re.compile(text, re.ASCII)
    except (re.error, Warning, OverflowError):
        return None
    match = found.fullmatch if whole else found.search
    return None if all(match(probe) for probe in _PROBES) else Pattern(text, whole)
