"""Amounts as other tools write them: durations, sizes, CPUs and schedules, in the workload file's units."""

import math
import re
from typing import Final

from settings.quantities import MOST_CORES, MOST_TEBIBYTES

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(h|ms|us|ns|m|s)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "ns": 1e-9}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
_BINARY: Final = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_KUBERNETES: Final = {
    "": 1.0,
    "m": 0.001,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
    "Pi": 2.0**50,
}
_MIB: Final = 2**20


def seconds(duration: str) -> int | None:
    """Convert a Go duration such as 1m30s to whole seconds, rounded up; None for what is none."""
    parts = _DURATION.findall(duration.strip())
    if not parts or "".join(number + unit for number, unit in parts) != duration.strip():
        return None
    return math.ceil(sum(float(number) * _SECONDS[unit] for number, unit in parts))


def compose_memory(size: str) -> str | None:
    """Convert Docker's sizes (512m, 1.5gb; binary units) to Mi; None for what is none."""
    match = _SIZE.fullmatch(size.strip())
    unit = re.sub("i?b$", "", match[2].lower()) if match else ""
    if match is None or unit not in _BINARY:
        return None
    return _mebibytes(float(match[1]) * _BINARY[unit])


def kubernetes_memory(quantity: str) -> str | None:
    """Convert a Kubernetes quantity of bytes to Mi; None for what is none."""
    match = _SIZE.fullmatch(quantity.strip())
    if match is None or match[2] not in _KUBERNETES:
        return None
    return _mebibytes(float(match[1]) * _KUBERNETES[match[2]])


def _mebibytes(size: float) -> str | None:
    if size > MOST_TEBIBYTES * 2**40:
        return None
    whole = max(1, math.ceil(size / _MIB))
    return f"{whole // 1024}Gi" if whole % 1024 == 0 else f"{whole}Mi"


def cores(cpu: str) -> str | None:
    """Convert 0.5, 500m or 2 to the workload file's CPU; None for what is none."""
    try:
        milli = math.ceil(float(cpu[:-1]) if cpu.endswith("m") else float(cpu) * 1000)
    except (ValueError, OverflowError):
        return None
    if not 0 < milli <= MOST_CORES * 1000:
        return None
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"


_NICKNAMES: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_NAMES: Final = {
    **{name: str(number) for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))},
    **{
        name: str(number)
        for number, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
        )
    },
}
_FIELDS: Final = 5


def cron(schedule: str) -> str | None:
    """Write a schedule in five fields of numbers: nicknames, seconds, names and `@every` are translated where they can.

    None for what has no such form.
    """
    stated = schedule.strip().lower()
    if stated in _NICKNAMES:
        return _NICKNAMES[stated]
    if stated.startswith("@every"):
        return _every(seconds(stated.removeprefix("@every").strip()))
    parts = re.sub(r"[a-z]{3}", lambda name: _NAMES.get(name[0], name[0]), stated).replace("?", "*").split()
    if len(parts) == _FIELDS + 1:
        parts = parts[1:]
    if len(parts) != _FIELDS:
        return None
    parts[4] = re.sub(r"\b7\b", "0", parts[4])
    return " ".join(parts)


def _every(period: int | None) -> str | None:
    if period is None or period % 60:
        return None
    minutes = period // 60
    if minutes and minutes < _HOUR and _HOUR % minutes == 0:
        return f"*/{minutes} * * * *"
    hours = minutes // _HOUR
    if minutes % _HOUR == 0 and hours and _DAY % hours == 0:
        return f"0 */{hours} * * *" if hours < _DAY else "0 0 * * *"
    return None


_HOUR: Final = 60
_DAY: Final = 24
