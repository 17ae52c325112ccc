"""A weekly quiet window, in the words of Alertmanager and of CloudWatch."""

from dataclasses import dataclass

from settings.windows import WEEK, weekly

_DAY, _HOUR = 24 * 60, 60
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAXIMUM_ALARMS = 100
"""Alarms that one mute rule names at most.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MuteTargets.html"""


@dataclass(frozen=True, kw_only=True)
class MuteSchedule:
    """When alarms fall silent, as a cron expression in UTC, and for how long, as an ISO 8601 duration."""

    expression: str
    duration: str


def time_intervals(window: str) -> list[dict[str, object]]:
    """Give Alertmanager's intervals of "ddd:hh:mm-ddd:hh:mm": one for each day, as none may pass midnight.

    https://prometheus.io/docs/alerting/latest/configuration/#time_interval
    """
    start, length = weekly(window)
    return [
        {
            "weekdays": [_DAYS[day % 7]],
            "times": [
                {
                    "start_time": _clock(max(start, day * _DAY) - day * _DAY),
                    "end_time": _clock(min(start + length, (day + 1) * _DAY) - day * _DAY),
                }
            ],
            "location": "UTC",
        }
        for day in range(start // _DAY, (start + length - 1) // _DAY + 1)
    ]


def mute_schedule(window: str) -> MuteSchedule:
    """Give CloudWatch's schedule of "ddd:hh:mm-ddd:hh:mm"."""
    start, length = weekly(window)
    day, minute = divmod(start % WEEK, _DAY)
    expression = f"cron({minute % _HOUR} {minute // _HOUR} * * {_DAYS[day][:3].upper()})"
    hours, minutes = divmod(length, _HOUR)
    duration = f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
    return MuteSchedule(expression=expression, duration=duration)


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02d}:{minutes % _HOUR:02d}"
