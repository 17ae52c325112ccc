"""Alerts, panels and the counters of objectives are PromQL that Prometheus can evaluate."""

import re
from collections.abc import Iterator

from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.objectives import EventObjective

_INTERVALS = re.compile(r"\$\{?__(rate_interval|interval|range)\}?")
"""https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/"""

_MEND = "write it as Prometheus' own page takes it, such as up == 0"


def check(workload: Workload) -> Iterator[Diagnostic]:
    expressions: dict[Path, str] = {
        ("alerts", index, "expression"): alert.expression for index, alert in enumerate(workload.alerts)
    }
    for index, board in enumerate(workload.dashboards):
        for number, panel in enumerate(board.panels or ()):
            filled = _INTERVALS.sub("5m", panel.expression)
            # A panel may hold variables of Grafana's, which Prometheus never sees.
            if "$" not in filled:
                expressions["dashboards", index, "panels", number, "expression"] = filled
    for index, objective in enumerate(workload.objectives):
        if isinstance(objective, EventObjective):
            expressions |= {("objectives", index, key): each for key, each in objective.selectors.items()}
    for path, expression in expressions.items():
        wrong = _wrong(expression, alert=path[0] == "alerts")
        if wrong is not None:
            yield Diagnostic(path, expression, f"PromQL; {wrong}", _MEND)


def _wrong(expression: str, *, alert: bool) -> str | None:
    import promql_parser  # noqa: PLC0415 -- a product without alerts needs no parser

    try:
        parsed = promql_parser.parse(expression)
    except ValueError as error:
        return str(error)
    kinds = (promql_parser.MatrixSelector, promql_parser.SubqueryExpr, promql_parser.StringLiteral)
    if alert and isinstance(parsed, kinds):
        return "an alert asks for one value of each series, not for a range or a text"
    return None
