"""The table of what the policies say of a stack."""

import json
import subprocess
from typing import Any

import pytest
from rich.console import Console

from policies.about import Severity
from policies.registry import RULES
from tools import policy

_REPORT: dict[str, Any] = {
    "succeeded": False,
    "errors": [],
    "diagnostics": [
        {
            "policy": "log-retention",
            "level": "mandatory",
            "resource": "aws:cloudwatch/logGroup:LogGroup logs",
            "text": "Logs are kept for a stated time\nretentionInDays is not set, so logs stay without\nend",
        },
        {
            "policy": "pod-probed",
            "level": "advisory",
            "resource": "kubernetes:helm.sh/v3:Release app",
            "text": "Pods that last say when they are ready\nDeployment/api: no container has a probe",
        },
        {
            "policy": "database-not-public",
            "level": "mandatory",
            "resource": "aws:rds/instance:Instance db",
            "text": "Databases have no public address\npubliclyAccessible is on",
        },
    ],
}


@pytest.fixture
def previewed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, json.dumps(_REPORT), "")

    monkeypatch.setattr(policy.subprocess, "run", run)
    return commands


def test_the_worst_comes_first_with_what_to_do() -> None:
    found = policy.findings(_REPORT)
    assert [each.rule for each in found] == ["database-not-public", "pod-probed", "log-retention"]
    assert found[0].severity is Severity.CRITICAL
    assert found[0].message == "publiclyAccessible is on"
    assert found[0].fix == "Switch publiclyAccessible off."
    assert "CIS AWS 2.2.3" in found[0].controls
    assert found[2].message.endswith("without end")


def test_it_is_narrowed_by_severity_and_framework() -> None:
    found = policy.findings(_REPORT)
    assert [each.rule for each in policy.chosen(found, Severity.HIGH, None)] == ["database-not-public"]
    assert [each.rule for each in policy.chosen(found, Severity.LOW, "PCI DSS")] == [
        "database-not-public",
        "log-retention",
    ]


def test_what_the_pack_says_of_its_own_configuration_is_never_left_out() -> None:
    own = {"policy": "pack-configured", "level": "mandatory", "resource": "stack", "text": "configured\nno rule a"}
    found = policy.findings({"diagnostics": [own]})
    assert policy.chosen(found, Severity.CRITICAL, "CIS AWS") == found
    assert found[0].message == "no rule a"


def test_the_command_prints_the_table_and_fails_where_something_refuses(
    previewed: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert policy.main(["--stack", "prod", "--workload", "openibank", "-c", "a=b"]) == 1
    assert previewed[0][-6:] == ["--stack", "prod", "--workload", "openibank", "-c", "a=b"]
    out = capsys.readouterr().out
    assert f"{len(RULES)} rules: 1 critical, 1 medium, 1 low; 2 refuse the update" in " ".join(out.split())


def test_as_json_it_is_for_programs(previewed: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert policy.main(["--stack", "prod", "--json", "--severity", "critical"]) == 1
    assert previewed
    [only] = json.loads(capsys.readouterr().out)
    assert (only["rule"], only["severity"], only["level"]) == ("database-not-public", "critical", "mandatory")


def test_a_preview_that_ends_without_a_report_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, 2, "", "no such stack")

    monkeypatch.setattr(policy.subprocess, "run", run)
    assert policy.main(["--stack", "no"]) == 1
    assert "no such stack" in capsys.readouterr().err


def test_the_table_holds_a_row_for_each() -> None:
    console = Console(width=200, record=True)
    console.print(policy.table(policy.findings(_REPORT)))
    assert "database-not-public" in console.export_text()
