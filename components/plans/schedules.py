"""Lines of cron: in EventBridge Scheduler's words, and how often they come true."""

_BY_DAY, _BY_TIME = "%Y%m%d", "%Y%m%d_%H%M%S"


def cron_expression(schedule: str) -> str:
    """Turn five fields of cron into Scheduler's six, of which one of the two days is a question mark.

    Days of the week are 0 to 6 from Sunday in cron, 1 to 7 in Scheduler. Raises ValueError for a line that names days
    of the month and of the week, which cron joins by "or" and Scheduler cannot.
    """
    minute, hour, day, month, weekday = schedule.split()
    if day != "*" and weekday != "*":
        raise ValueError(f"{schedule!r} names days of the month and of the week: Scheduler takes one of them")
    if weekday == "*":
        return f"cron({minute} {hour} {day} {month} ? *)"
    return f"cron({minute} {hour} ? {month} {_weekdays(weekday)} *)"


def stamp(schedule: str) -> str:
    """Give the format of date(1) that tells one file of a schedule from the next: by the day, or by the time too."""
    minute, hour, *_ = schedule.split()
    return _BY_DAY if minute.isdigit() and hour.isdigit() else _BY_TIME


def _weekdays(field: str) -> str:
    parts: list[str] = []
    for part in field.split(","):
        days, _, step = part.partition("/")
        shifted = days if days == "*" else "-".join(str(int(day) % 7 + 1) for day in days.split("-"))
        parts.append(f"{shifted}/{step}" if step else shifted)
    return ",".join(parts)
