"""What happens by itself: time passes, and somebody changes the account beside the program."""

from typing import Final

from tools.life.change import NOTHING, Change, Drift, Move

_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
_LOGS: Final = "aws:cloudwatch/logGroup:LogGroup"
_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"


def _waits(amount: str) -> Move:
    return Move(waits=amount)


def _drifts(type_: str, property_: str = "", value: object = None) -> Move:
    return Move(drift=Drift(type_, property_, value))


CHANGES: Final = (
    Change("a-week-passes", NOTHING, lambda _: _waits("8d")),
    Change("a-month-passes", NOTHING, lambda _: _waits("31d")),
    Change("a-quarter-passes", NOTHING, lambda _: _waits("13w")),
    Change("an-alarm-is-silenced", NOTHING, lambda _: _drifts(_ALARM, "actionsEnabled", value=False)),
    Change("an-alarm-is-deleted", NOTHING, lambda _: _drifts(_ALARM)),
    Change("a-log-is-kept-otherwise", NOTHING, lambda _: _drifts(_LOGS, "retentionInDays", 1)),
    Change("the-balancer-is-set-by-hand", NOTHING, lambda _: _drifts(_BALANCER, "idleTimeout", 77)),
)
