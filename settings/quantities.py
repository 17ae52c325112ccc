"""Kubernetes quantities and cron schedules: read, and refused with the reason when they cannot be read."""

import re
from collections.abc import Iterator
from decimal import Decimal

from settings.vocabulary import refusal

CPU_ALLOWED = "cores as '2' or '0.5', or thousandths of a core as '250m'"
MOST_CORES = 1920
MOST_TEBIBYTES = 64
"""The largest machine, u7in-32tb.224xlarge and its like, has 1,920 cores at most and 32 TiB; the largest volume 64 TiB
(https://aws.amazon.com/ec2/instance-types/high-memory/, https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html)."""
MEMORY_ALLOWED = "a whole number with a binary unit: Ki, Mi, Gi or Ti"
CRON_ALLOWED = "five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-6; each *, 5, 1-5, 1,3 or */5"

_CPU = re.compile(r"(?:(?P<cores>[0-9]{1,6}(?:\.[0-9]{1,3})?)|(?P<millicores>[0-9]{1,9})m)", re.ASCII)
_MEMORY = re.compile(r"(?P<amount>[0-9]{1,15})(?P<unit>Ki|Mi|Gi|Ti)", re.ASCII)
_MEMORY_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_CRON_PART = re.compile(r"(?:\*|(?P<first>[0-9]{1,2})(?:-(?P<last>[0-9]{1,2}))?)(?:/(?P<step>[0-9]{1,2}))?", re.ASCII)
# robfig/cron, which Kubernetes and CloudNativePG read schedules with, knows Sunday as 0 and not as 7.
_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def millicores(cpu: str) -> int:
    """Convert a Kubernetes CPU quantity ("2", "0.5", "250m") to thousandths of a core.

    Raises ValueError on anything else.
    """
    match = _CPU.fullmatch(cpu)
    if match is None:
        raise ValueError(f"{cpu!r} is not a CPU quantity; write {CPU_ALLOWED}")
    if match["millicores"]:
        return int(match["millicores"])
    return int(Decimal(match["cores"]) * 1000)


def mebibytes(memory: str) -> int:
    """Convert a Kubernetes memory quantity with a binary unit ("512Mi", "2Gi") to MiB, rounded down.

    Raises ValueError on anything else.
    """
    match = _MEMORY.fullmatch(memory)
    if match is None:
        raise ValueError(f"{memory!r} is not a memory quantity; write {MEMORY_ALLOWED}")
    return int(match["amount"]) * _MEMORY_UNITS[match["unit"]] // 2**20


def cpu_quantity(value: str) -> str:
    """Return `value` if it is a CPU quantity above 0, as a field validator does."""
    if _CPU.fullmatch(value) is None:
        raise refusal(CPU_ALLOWED, "write it like '500m' or '2'")
    if millicores(value) == 0:
        raise refusal(f"above 0: {CPU_ALLOWED}", "ask for at least '1m'")
    if millicores(value) > MOST_CORES * 1000:
        raise refusal(f"at most {MOST_CORES}: {CPU_ALLOWED}", f"lower it to '{MOST_CORES}' or less")
    return value


def memory_quantity(value: str) -> str:
    """Return `value` if it is a memory quantity of at least 1 MiB, as a field validator does."""
    match = _MEMORY.fullmatch(value)
    if match is None:
        raise refusal(MEMORY_ALLOWED, f"write it like {_with_binary_unit(value)!r}")
    if mebibytes(value) == 0:
        raise refusal(f"at least 1Mi: {MEMORY_ALLOWED}", "ask for at least '1Mi'")
    if mebibytes(value) > MOST_TEBIBYTES * 2**20:
        raise refusal(f"at most {MOST_TEBIBYTES}Ti: {MEMORY_ALLOWED}", f"lower it to '{MOST_TEBIBYTES}Ti' or less")
    return value


def _with_binary_unit(value: str) -> str:
    """Guess what a person meant by a decimal or lower-case unit: 4G, 4GB, 4gi → 4Gi."""
    match = re.fullmatch(r"\s*([0-9]{1,9})\s*([KMGT])i?b?\s*", value, re.IGNORECASE | re.ASCII)
    return f"{match[1]}{match[2].upper()}i" if match else "512Mi"


_CRON_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


def cron_schedule(value: str) -> str:
    """Return `value` if it is a five-field cron schedule that fires at least once a year or in a leap year."""
    fields = value.split()
    if value in _CRON_NICKNAMES:
        raise refusal(CRON_ALLOWED, f"write it as {_CRON_NICKNAMES[value]!r}")
    if len(fields) != len(_CRON_RANGES):
        raise refusal(CRON_ALLOWED, f"write five fields ({len(fields)} given), as in '0 2 * * *'")
    for field, (low, high) in zip(fields, _CRON_RANGES, strict=True):
        for part in field.split(","):
            _check_cron_part(part, low, high)
    _check_cron_fires(*fields[2:])
    return value


def _check_cron_part(part: str, low: int, high: int) -> None:
    match = _CRON_PART.fullmatch(part)
    if match is None:
        raise refusal(CRON_ALLOWED, f"{part!r} is none of these; for 02:00 every day write '0 2 * * *'")
    first, last, step = (int(number) if number else None for number in match.group("first", "last", "step"))
    if any(number is not None and not low <= number <= high for number in (first, last)):
        raise refusal(CRON_ALLOWED, f"{part!r} is outside {low}-{high}")
    if first is not None and last is not None and first > last:
        raise refusal(CRON_ALLOWED, f"write the range as {last}-{first}")
    if step == 0:
        raise refusal(CRON_ALLOWED, f"the step in {part!r} must be 1 or more")


def _check_cron_fires(day: str, month: str, weekday: str) -> None:
    """Refuse days that no chosen month has, such as 31 in February (a stated weekday fires on its own)."""
    if weekday != "*":
        return
    longest = max(_DAYS_IN_MONTH[number - 1] for number in _cron_values(month, 1, 12))
    if min(_cron_values(day, 1, 31)) > longest:
        raise refusal(CRON_ALLOWED, f"it never fires: no month of {month!r} has a day {day}")


def _cron_values(field: str, low: int, high: int) -> Iterator[int]:
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else int(first)
        stop = high if first == "*" or (step and not last) else int(last or first)
        yield from range(start, stop + 1, int(step or 1))
