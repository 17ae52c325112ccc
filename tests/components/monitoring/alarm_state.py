"""How CloudWatch comes to a state, as far as the platform's alarms lean on it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: what is there of the last
periods is judged; as many as are missing count as the alarm says; with nothing at all and `missing`, nothing is known.
"""

from collections.abc import Sequence
from typing import Literal

from settings.arithmetic.alarms import Alarm

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


def state(alarm: Alarm, points: Sequence[float | None]) -> State:
    """Judge the data points of the last periods, the newest last; None is one that never came."""
    there = [point for point in points if point is not None][-alarm.periods :]
    lacking = alarm.periods - len(there)
    if not there and alarm.missing == "missing":
        return "INSUFFICIENT_DATA"
    breaching = sum(_breaches(alarm, point) for point in there)
    if alarm.missing == "breaching":
        breaching += lacking
    if alarm.missing == "missing":
        # A few points that all breach are enough.
        return "ALARM" if breaching + lacking >= alarm.datapoints and breaching == len(there) else "OK"
    return "ALARM" if breaching >= alarm.datapoints else "OK"


def _breaches(alarm: Alarm, point: float) -> bool:
    return point > alarm.threshold if alarm.side == "above" else point < alarm.threshold


def sums(alarm: Alarm, minutes: Sequence[int], now: int) -> list[float | None]:
    """Sum what happened at some minutes over the sliding periods up to now; where nothing did, there is no sum."""
    length = alarm.period_seconds // 60
    ends = range(now - length * (alarm.periods - 1), now + 1, length)
    counted = [sum(end - length < minute <= end for minute in minutes) for end in ends]
    return [float(count) if count else None for count in counted]
