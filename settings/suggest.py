"""The nearest allowed name to what a person wrote."""

from collections.abc import Iterable
from difflib import get_close_matches

_SHORTEST = 3
"""Letters of a beginning that stands for a whole name, such as prod for production."""

_RESEMBLANCE = 0.65
"""Below this, difflib's likeness of two names is chance: colour and cluster have 0.62."""


def nearest(given: object, options: Iterable[str]) -> str | None:
    """Return the option that resembles `given` most, or None when none does."""
    names = {option.lower().replace("_", "-"): option for option in options}
    wanted = str(given).lower().replace("_", "-")
    longer = [name for name in names if len(wanted) >= _SHORTEST and name.startswith(wanted)]
    matches = longer or get_close_matches(wanted, names, n=1, cutoff=_RESEMBLANCE)
    return names[matches[0]] if matches else None


def choose(given: object, options: Iterable[str], otherwise: str) -> str:
    """Say which option was probably meant, or else what `otherwise` says."""
    match = nearest(given, options)
    return f"did you mean {match!r}?" if match else otherwise


def listed(options: Iterable[str], nothing: str = "none exists") -> str:
    """Write options for a person: a | b | c."""
    return " | ".join(sorted(set(options))) or nothing
