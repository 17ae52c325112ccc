"""Every product's rules, judged by Prometheus' own promtool: it reads them, and each alert fires when it should."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.chart_values.rules import RuleGroup
from components.product.objective_panels import objective_dashboard
from components.product.objectives import objective_rules
from settings.workload.objectives import ErrorRatioObjective
from tests.alerts.cases import Case, cases
from tests.alerts.rules import WORKLOADS, alerts, groups, needed, production
from tests.tool import tool


def promtool(*arguments: str) -> None:
    """Run promtool; the test fails with all that it says when it finds fault."""
    judged = subprocess.run([tool("promtool"), *arguments], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def written(folder: Path, name: str, document: dict[str, Any]) -> str:
    """Write a document as YAML and return where."""
    file = folder / name
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return str(file)


def _table(workload: str) -> tuple[Case, ...]:
    given = production(workload)
    assert given.workload.database is not None
    return cases(workload, given.namespace, given.workload.database.name)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_prometheus_takes_the_rules(workload: str, tmp_path: Path) -> None:
    rules = written(tmp_path, "rules.yaml", {"groups": list(groups(workload))})
    promtool("check", "rules", "--lint=all", "--lint-fatal", rules)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_each_alert_fires_when_it_should_and_only_then(workload: str, tmp_path: Path) -> None:
    promtool("test", "rules", *_test_files(workload, tmp_path))


def _test_files(workload: str, folder: Path) -> Iterator[str]:
    """Write the cases by alert and by how often rules are evaluated, for a file of promtool's has one rate."""
    tests: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for number, case in enumerate(_table(workload), start=1):
        tests.setdefault((case.alert, case.evaluated), []).append(case.to_promtool(number))
    for (alert, interval), each in tests.items():
        rules = written(folder, f"{alert}.rules.yaml", {"groups": list(needed(workload, alert))})
        stated = {"rule_files": [rules], "evaluation_interval": interval, "tests": each}
        yield written(folder, f"{alert}.{interval}.yaml", stated)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent(workload: str) -> None:
    wanted = {(rule["alert"], expected) for rule in alerts(workload) for expected in ("fires", "silent")}
    assert {(case.alert, case.expected) for case in _table(workload)} == wanted


def test_the_dashboard_shows_what_is_left_of_the_budget(tmp_path: Path) -> None:
    """Of a budget of a thousandth, a quarter is spent when one request in four thousand failed."""
    board = objective_dashboard(production("ai-trading").workload)
    assert board is not None
    assert board.panels is not None
    shown = {panel.title: panel.expression for panel in board.panels}
    where = 'namespace="trading-system", service="ml-service"'
    told = '{objective="ml-service-available", service="ml-service"}'
    test = {
        "interval": "1m",
        "input_series": [
            {"series": f'http_requests_total{{{where}, status="200"}}', "values": "0+3999x60"},
            {"series": f'http_requests_total{{{where}, status="500"}}', "values": "0+1x60"},
        ],
        "promql_expr_test": [
            {
                # Rounded, for neither share is a binary fraction.
                "expr": f"round({shown['ml-service-available: budget left of 30 days']}, 0.0001)",
                "eval_time": "1h",
                "exp_samples": [{"labels": told, "value": 0.75}],
            },
            {
                "expr": f"round({shown['ml-service-available: burn rate of the hour']}, 0.0001)",
                "eval_time": "1h",
                "exp_samples": [{"labels": told, "value": 0.25}],
            },
        ],
    }
    rules = written(tmp_path, "rules.yaml", {"groups": list(needed("ai-trading", "ErrorBudgetBurningFast"))})
    stated = {"rule_files": [rules], "evaluation_interval": "1m", "tests": [test]}
    promtool("test", "rules", written(tmp_path, "tests.yaml", stated))


_ACCEPTED, _REFUSED, _ALL = "accepted_total", "refused_total", "orders_total"


@pytest.mark.parametrize(
    "counters",
    [{"total": _ALL, "bad": _REFUSED}, {"total": _ALL, "good": _ACCEPTED}, {"good": _ACCEPTED, "bad": _REFUSED}],
    ids=["total and bad", "total and good", "good and bad"],
)
def test_any_two_counters_say_which_share_fails(counters: dict[str, str], tmp_path: Path) -> None:
    """One of four orders is refused; before the first one is, its counter is not there."""
    stated: dict[str, Any] = {"kind": "error_ratio", "name": "refused", "service": "shop", "percent": 1, **counters}
    objective = ErrorRatioObjective.model_validate(stated)
    group = RuleGroup(name="shop", rules=tuple(objective_rules("shop", objective, {})))
    given = {_ALL: "0+4x120", _ACCEPTED: "0+4x60 240+3x60", _REFUSED: "_x60 0+1x60"}
    test = {
        "interval": "15s",
        "input_series": [
            {"series": f'{name}{{namespace="shop", service="shop"}}', "values": values}
            for name, values in given.items()
        ],
        "promql_expr_test": [
            {
                "expr": "round(objective:error_ratio:rate5m, 0.001)",
                "eval_time": when,
                "exp_samples": [{"labels": '{objective="refused", service="shop"}', "value": share}],
            }
            for when, share in (("14m", 0), ("25m", 0.25))
        ],
    }
    rules = written(tmp_path, "rules.yaml", {"groups": [group.to_helm()]})
    document = {"rule_files": [rules], "evaluation_interval": "1m", "tests": [test]}
    promtool("test", "rules", written(tmp_path, "tests.yaml", document))
