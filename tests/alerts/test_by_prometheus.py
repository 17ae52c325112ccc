"""Every product's rules, judged by Prometheus' own promtool: it reads them, and each alert fires when it should."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.alerts.cases import Case, cases
from tests.alerts.rules import WORKLOADS, alerts, groups, production
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
    return cases(workload, production(workload).namespace)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_prometheus_takes_the_rules(workload: str, tmp_path: Path) -> None:
    rules = written(tmp_path, "rules.yaml", {"groups": list(groups(workload))})
    promtool("check", "rules", "--lint=all", "--lint-fatal", rules)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_each_alert_fires_when_it_should_and_only_then(workload: str, tmp_path: Path) -> None:
    tests = {
        "rule_files": [written(tmp_path, "rules.yaml", {"groups": list(groups(workload))})],
        "evaluation_interval": "15s",
        "tests": [case.to_promtool(number) for number, case in enumerate(_table(workload), start=1)],
    }
    promtool("test", "rules", written(tmp_path, "tests.yaml", tests))


@pytest.mark.parametrize("workload", WORKLOADS)
def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent(workload: str) -> None:
    wanted = {(rule["alert"], expected) for rule in alerts(workload) for expected in ("fires", "silent")}
    assert {(case.alert, case.expected) for case in _table(workload)} == wanted
