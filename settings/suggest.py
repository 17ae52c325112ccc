"""The nearest allowed name to what a person wrote."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: object, options: Iterable[str]) -> str | None:
    """Return the option that resembles `given` most, or None when none does."""
    names = {option.lower().replace("_", "-"): option for option in options}
    matches = get_close_matches(str(given).lower().replace("_", "-"), names, n=1, cutoff=0.55)
    return names[matches[0]] if matches else None


def choose(given: object, options: Iterable[str], otherwise: str) -> str:
    """Say which option was probably meant, or else what `otherwise` says."""
    match = nearest(given, options)
    return f"did you mean {match!r}?" if match else otherwise


def listed(options: Iterable[str], nothing: str = "none exists") -> str:
    """Write options for a person: a | b | c."""
    return " | ".join(sorted(options)) or nothing
