"""Kubernetes quantities and cron schedules."""

import re
from decimal import Decimal
from typing import Final

_QUANTITY: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(m|[kMGTPE]i?|Ki|[eE][+-]?\d+|u|n)?")
_SUFFIX: Final = {
    None: Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("0.001"),
    **{letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)},
}
_FIELDS: Final = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6))
_NAMES: Final = re.compile(r"(?i)\b(sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b")
_PART: Final = re.compile(r"(?:\*|\?|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?")
_MACRO: Final = re.compile(
    r"@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+"
)


def quantity(value: object) -> Decimal | None:
    """Read a quantity such as ``250m``, ``2Gi`` or ``2``, with spaces around it or not; ``None`` when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _QUANTITY.fullmatch(str(value).strip())
    if match is None:
        return None
    number, suffix = match.groups()
    if suffix is not None and suffix[0] in "eE" and suffix[1:].lstrip("+-").isdigit():
        return Decimal(number) * Decimal(10) ** int(suffix[1:])
    scale = _SUFFIX.get(suffix)
    return None if scale is None else Decimal(number) * scale


def schedule_fault(schedule: str) -> str:
    """Say what is wrong with a cron schedule; empty when nothing is."""
    if _MACRO.fullmatch(schedule):
        return ""
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields; a schedule has five: minute, hour, day of month, month, day of week"
    for text, (name, low, high) in zip(fields, _FIELDS, strict=True):
        # Names stand for numbers that are always in range; what is left to see is the field's form.
        for part in _NAMES.sub(str(low), text).split(","):
            match = _PART.fullmatch(part)
            if match is None:
                return f"{part!r} is not a {name}"
            if any(not low <= int(number) <= high for number in match.groups()[:2] if number):
                return f"{name} {part!r} is outside {low}-{high}"
            first, last = match.groups()[:2]
            if last and int(last) < int(first):
                return f"{name} {part!r} ends before it begins"
    return ""
