"""Rules of a product's objectives: recordings of what is measured, and alerts before a promise is broken."""

from collections.abc import Iterator, Sequence

from components.chart_values.rules import AlertRule, RecordingRule, runbook
from settings.facts.burn_rates import PAGE, TICKET, BurnRate
from settings.workload.objectives import BudgetObjective, LatencyObjective, Objective

EVENTS = "objective:events:rate5m"
BAD_EVENTS = "objective:bad_events:rate5m"
LATENCY = "objective:latency_seconds"
_FROM_COUNTERS = ("5m", "30m", "1h")
_FROM_RECORDINGS = ("2h", "6h", "1d", "3d")


def objective_rules(
    namespace: str, objective: Objective, annotations: dict[str, str]
) -> Iterator[RecordingRule | AlertRule]:
    """Give an objective's rules in the order in which they are evaluated; `annotations` are added to each alert."""
    if isinstance(objective, LatencyObjective):
        yield from _latency(namespace, objective, annotations)
    else:
        yield from _recordings(namespace, objective)
        yield _burning("ErrorBudgetBurningFast", "critical", PAGE, objective, annotations)
        yield _burning("ErrorBudgetBurningSlowly", "warning", TICKET, objective, annotations)
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
        expr=f'{LATENCY}{{objective="{objective.name}"}} > {objective.milliseconds / 1000:g}',
        for_="15m",
        labels={"severity": "warning", **stated, **_team(objective)},
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
    name: str, severity: str, rates: Sequence[BurnRate], objective: BudgetObjective, annotations: dict[str, str]
) -> AlertRule:
    """An alert on two pairs of windows; it waits for nothing, as its windows are what it waits for."""
    of, budget = f'{{objective="{objective.name}"}}', f"{objective.budget:g}"
    conditions = (
        "("
        + " and ".join(f"{ratio(window)}{of} > {rate.factor:g} * {budget}" for window in (rate.long, rate.short))
        + ")"
        for rate in rates
    )
    return AlertRule(
        alert=name,
        expr=" or ".join(conditions),
        for_="0s",
        labels={"severity": severity, **labels(objective), **_team(objective)},
        annotations={
            "summary": f"{objective.service} fails so often that {objective.name} will be missed",
            "description": "{{ $value | humanizePercentage }} failed, where"
            f" {objective.budget * 100:g} % may in {objective.window_days} days.",
            **annotations,
            **runbook("alerts", name),
        },
    )


def _unmeasured(namespace: str, objective: Objective, annotations: dict[str, str]) -> AlertRule:
    """Tell of an objective whose metric is gone: none of its other alerts could fire."""
    if isinstance(objective, LatencyObjective):
        sources = [f"{objective.histogram}_count"]
    else:
        sources = [objective.total] if objective.total is not None else [*objective.selectors.values()]
    series = " or ".join(_of(source, namespace, objective) for source in sources)
    return AlertRule(
        alert="ObjectiveUnmeasured",
        expr=f"absent({series})",
        for_="10m",
        labels={"severity": "warning", **labels(objective), **_team(objective)},
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
