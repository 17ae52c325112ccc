"""Rules of a product's objectives: recordings of what is measured, and alerts before a promise is broken."""

from collections.abc import Iterator, Mapping, Sequence

from components.chart_values.rules import AlertRule, RecordingRule, runbook
from settings.facts.burn_rates import PAGE, TICKET, BurnRate
from settings.workload.objectives import BudgetObjective, LatencyObjective, Objective

EVENTS = "objective:events:rate5m"
BAD_EVENTS = "objective:bad_events:rate5m"
LATENCY = "objective:latency_seconds"
OUTAGE = "Outage"
_MINUTE, _FOUR_A_MINUTE = 60, 15
_OUTAGE_SHARE = 0.1
"""With 100 % of failures it is reached by the first scrape, and below it a budget of a thousandth lasts longer than the
five minutes after which a product's own rules call."""
_OUTAGE_EVENTS = 0.01
"""Failures a second, over five minutes: one that fails at night, when few ask, is no outage."""
_FROM_COUNTERS = ("1m", "5m", "30m", "1h")
_FROM_RECORDINGS = ("2h", "6h", "1d", "3d")


def rules_of_all(
    namespace: str, objectives: Sequence[Objective], annotations: dict[str, str], scraped: Mapping[str, int]
) -> Iterator[RecordingRule | AlertRule]:
    """Give the rules of a product's objectives; of those of one service, the first with a team tells of an outage.

    `scraped` says every how many seconds each service is: with more than 30 no minute holds two samples, and an outage
    is told when the budget burns.
    """
    told: set[str] = set()
    for objective in sorted(objectives, key=lambda each: each.team is None):
        of_errors = not isinstance(objective, LatencyObjective) and objective.service not in told
        told |= {objective.service} if of_errors else set()
        every = scraped[objective.service]
        outage = every if of_errors and every <= _MINUTE // 2 else None
        yield from objective_rules(namespace, objective, annotations, outage=outage)


def objective_rules(
    namespace: str, objective: Objective, annotations: dict[str, str], *, outage: int | None = None
) -> Iterator[RecordingRule | AlertRule]:
    """Give an objective's rules in the order in which they are evaluated; `annotations` are added to each alert.

    With `outage`, the seconds between two scrapes, it tells of one.
    """
    if isinstance(objective, LatencyObjective):
        yield from _latency(namespace, objective, annotations)
    else:
        yield from _recordings(namespace, objective)
        if outage is not None:
            yield _outage(objective, annotations, outage)
        yield _burning("ErrorBudgetBurningFast", "critical", "2m", PAGE, objective, annotations)
        yield _burning("ErrorBudgetBurningSlowly", "warning", "15m", TICKET, objective, annotations)
    yield _unmeasured(namespace, objective, annotations)


def ratio(window: str) -> str:
    """Name the recording of the share of events that failed in a window."""
    return f"objective:error_ratio:rate{window}"


def labels(objective: Objective) -> dict[str, str]:
    """What tells an objective's series from those of the others."""
    return {"objective": objective.name, "service": objective.service}


def _latency(
    namespace: str, objective: LatencyObjective, annotations: dict[str, str]
) -> tuple[RecordingRule, AlertRule]:
    """A recording of the percentile, in seconds, and an alert when it misses the objective for a quarter of an hour."""
    buckets = f"sum by (le) (rate({_of(objective.histogram + '_bucket', namespace, objective)}[5m]))"
    stated = {"objective": objective.name}
    recorded = RecordingRule(
        record=LATENCY, expr=f"histogram_quantile({objective.percentile / 100:g}, {buckets})", labels=stated
    )
    missed = AlertRule(
        alert="ObjectiveMissed",
        expr=f'{LATENCY}{{objective="{objective.name}"}} > {objective.milliseconds / 1000:g}'
        + unless_told("ObjectiveMissed", "5m", service=objective.service, signal="latency", objective=objective.name),
        for_="15m",
        labels={"severity": "warning", **labels(objective), **_called("latency"), **_team(objective)},
        annotations={
            "summary": f"The {objective.percentile:g}th percentile of {objective.service}'s latency is above"
            f" {objective.milliseconds} ms",
            **annotations,
            **runbook("alerts", "ObjectiveMissed"),
        },
    )
    return recorded, missed


def _recordings(namespace: str, objective: BudgetObjective) -> Iterator[RecordingRule]:
    """Events and failures a second, and the share of failures in each window.

    A short window asks the counters, so that an outage counts at once. A long one adds up what was recorded, so that
    Prometheus does not read days of every pod's series each time.
    """
    stated = labels(objective)
    of = ", ".join(f'{key}="{value}"' for key, value in stated.items())
    all_events, failures = _events(namespace, objective, "5m")
    yield RecordingRule(record=EVENTS, expr=all_events, labels=stated)
    yield RecordingRule(record=BAD_EVENTS, expr=failures, labels=stated)
    for window in _FROM_COUNTERS:
        all_events, failures = _events(namespace, objective, window)
        yield RecordingRule(record=ratio(window), expr=_share(failures, all_events), labels=stated)
    for window in _FROM_RECORDINGS:
        all_events, failures = (f"sum_over_time({name}{{{of}}}[{window}])" for name in (EVENTS, BAD_EVENTS))
        yield RecordingRule(record=ratio(window), expr=_share(failures, all_events), labels=stated)


def _share(failures: str, all_events: str) -> str:
    """Divide, where there were any events: nothing happened is not that all went well."""
    return f"{failures} / ({all_events} > 0)"


def _events(namespace: str, objective: BudgetObjective, window: str) -> tuple[str, str]:
    """All events a second in a window, and those that failed.

    A counter of failures is not there before the first one: it counts as 0.
    """
    stated = {
        key: f"sum(rate({_of(each, namespace, objective)}[{window}]))" for key, each in objective.selectors.items()
    }
    known = {key: f"({each} or vector(0))" for key, each in stated.items()}
    if "total" not in stated:
        return f"{known['good']} + {known['bad']}", known["bad"]
    failures = known["bad"] if "bad" in known else f"clamp_min({stated['total']} - {known['good']}, 0)"
    return stated["total"], failures


def _burning(
    name: str,
    severity: str,
    wait: str,
    rates: Sequence[BurnRate],
    objective: BudgetObjective,
    annotations: dict[str, str],
) -> AlertRule:
    """An alert on two pairs of windows. It waits for longer than what tells of an outage, and of a fast burning."""
    of, budget = f'{{objective="{objective.name}"}}', f"{objective.budget:g}"
    conditions = (
        "("
        + " and ".join(f"{ratio(window)}{of} > {rate.factor:g} * {budget}" for window in (rate.long, rate.short))
        + unless_told(name, rate.short, service=objective.service, signal="errors", objective=objective.name)
        + ")"
        for rate in rates
    )
    return AlertRule(
        alert=name,
        expr=" or ".join(conditions),
        for_=wait,
        labels={"severity": severity, **labels(objective), **_called("errors"), **_team(objective)},
        annotations={
            "summary": f"{objective.service} fails so often that {objective.name} will be missed",
            "description": "{{ $value | humanizePercentage }} failed, where"
            f" {objective.budget * 100:g} % may in {objective.window_days} days.",
            **annotations,
            **runbook("alerts", name),
        },
    )


def _outage(objective: BudgetObjective, annotations: dict[str, str], every: int) -> AlertRule:
    """An alert when a tenth of a minute's events fail, and three of them at least, and that is no passing matter.

    It waits until one bad interval between two scrapes has left the minute again: with 15 seconds between them, as with
    30, somebody is called within two minutes, a scrape and an evaluation that are late included.

    It stands until there was no such minute for six: the windows of five minutes that other rules ask have forgotten
    it by then, and none of them calls as the trouble ends.
    """
    of, minute = f'{{objective="{objective.name}"}}', f'{ratio("1m")}{{objective="{objective.name}"}}'
    firing = f'ALERTS{{alertname="{OUTAGE}", objective="{objective.name}", alertstate="firing"}}'
    return AlertRule(
        alert=OUTAGE,
        expr=f"({minute} > {_OUTAGE_SHARE:g} and on () {BAD_EVENTS}{of} > {_OUTAGE_EVENTS:g}) or"
        f" (max_over_time({minute}[6m]) > {_OUTAGE_SHARE:g} and on () {firing})",
        for_=f"{_MINUTE - every if every >= _FOUR_A_MINUTE else _MINUTE - _FOUR_A_MINUTE}s",
        labels={"severity": "critical", **labels(objective), **_called("errors"), **_team(objective)},
        annotations={
            "summary": f"{objective.service} fails: more than one in ten of what it is asked",
            "description": f"{{{{ $value | humanizePercentage }}}} failed in a minute; {objective.name} allows"
            f" {objective.budget * 100:g} % in {objective.window_days} days.",
            **annotations,
            **runbook("alerts", OUTAGE),
        },
    )


def unless_told(alert: str, window: str, *, service: str, signal: str, objective: str | None = None) -> str:
    """Give the end of an expression that is quiet where another alert tells of the same signal of a service.

    Another one may have ended within `window`, which is what the expression itself still remembers. It does not fall
    silent once it fires, or the two would take turns. Of errors, those that call somebody count.
    """
    urgent = ', severity="critical"' if signal == "errors" else ""
    others = f'ALERTS{{service="{service}", signal="{signal}"{urgent}, alertstate="firing"}}[{window}]'
    of = f', objective="{objective}"' if objective else ""
    itself = f'ALERTS{{alertname="{alert}"{of}, alertstate="firing"}}'
    return f" unless on () (max_over_time({others}) unless on () {itself})"


def _unless_another(objective: Objective) -> str:
    """Give the end of an expression that is quiet where another objective of the service tells the same."""
    what = f'alertname="ObjectiveUnmeasured", service="{objective.service}", alertstate="firing"'
    others, itself = (f'ALERTS{{{what}, objective{sign}"{objective.name}"}}' for sign in ("!=", "="))
    return f" unless on () ({others} unless on () {itself})"


def _called(signal: str) -> dict[str, str]:
    """What the routes go by: which signal it is, and that it keeps quiet once another alert of the signal has told."""
    return {"signal": signal, "yields": "true"}


def _unmeasured(namespace: str, objective: Objective, annotations: dict[str, str]) -> AlertRule:
    """Tell of an objective whose metric is gone: none of its other alerts could fire."""
    if isinstance(objective, LatencyObjective):
        sources = [f"{objective.histogram}_count"]
    else:
        sources = [objective.total] if objective.total is not None else [*objective.selectors.values()]
    series = " or ".join(_of(source, namespace, objective) for source in sources)
    return AlertRule(
        alert="ObjectiveUnmeasured",
        expr=f"absent({series})" + _unless_another(objective),
        for_="10m",
        labels={"severity": "warning", **labels(objective), **_called("errors"), **_team(objective)},
        annotations={
            "summary": f"Nobody knows whether {objective.name} is kept",
            "description": f"Prometheus has nothing of {' or '.join(sources)} from {objective.service}.",
            **annotations,
            **runbook("alerts", "ObjectiveUnmeasured"),
        },
    )


def _of(selector: str, namespace: str, objective: Objective) -> str:
    """Narrow a selector to the objective's service."""
    metric, _, matchers = selector.removesuffix("}").partition("{")
    own = [f'namespace="{namespace}"', f'service="{objective.service}"']
    return f"{metric}{{{', '.join([*own, *([matchers] if matchers.strip() else [])])}}}"


def _team(objective: Objective) -> dict[str, str]:
    return {"team": objective.team} if objective.team else {}
