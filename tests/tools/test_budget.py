"""What a product allows a stack to cost a month, and what comes of more."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from offline_cloud.state import State
from tests.platform.life import ROOT
from tests.tools.report.graphs import database, graph
from tests.tools.test_cost import resource
from tools import budget, cost
from tools.cost import OVER
from tools.report import comment, page, stack
from tools.report.previews import Side


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The budget stack and its product, as files that may be changed."""
    shutil.copytree(ROOT / "workloads", tmp_path / "workloads")
    for name in ("Pulumi.yaml", "Pulumi.budget.yaml", "Pulumi.prod.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.requirement("WX-48")
def test_the_plans_upper_figure_is_the_products_limit(project: Path) -> None:
    assert budget.limit("budget", None, project) == 235
    # The plan speaks of the budget environment alone.
    assert budget.limit("prod", "waiver-exchange", project) is None
    assert budget.limit("prod", "waiver-exchange", project, "budget") == 235
    assert budget.limit("prod", "openibank", project) is None


def test_settings_that_cannot_be_read_have_no_limit_for_the_preview_says_why(project: Path) -> None:
    assert budget.limit("none", None, project) is None
    (project / "Pulumi.budget.yaml").write_text("config: {groundwork:region: nowhere}\n", "utf-8")
    assert budget.limit("budget", None, project) is None


@pytest.mark.parametrize(("dollars", "allowed"), [(235.0, 235), (10.0, 235), (900.0, None)])
def test_what_is_allowed_says_nothing(dollars: float, allowed: int | None) -> None:
    assert budget.over("budget", dollars, allowed) == ""


@pytest.mark.requirement("WX-48")
def test_a_change_that_costs_more_is_stopped_and_says_by_how_much(project: Path) -> None:
    workload = project / "workloads" / "waiver-exchange.yaml"
    stated = yaml.safe_load(workload.read_text("utf-8"))
    assert stated["monthly_dollars"] == {"budget": 235}
    sides = Side(graph(*database(0))), Side(graph(*database(3)))
    found = stack.of("budget", *sides, project, date(2026, 12, 1))
    assert found.costs.before < 235 < found.costs.after
    assert found.fails
    said = f"{found.costs.after - 235:,.2f} more than the 235 that monthly_dollars of its product allows"
    assert said in found.over
    assert said in comment.written([found], "main").replace("\\_", "_")
    assert said in page.written([found], "main")
    within = stack.of("budget", sides[0], sides[0], project, date(2026, 12, 1))
    assert not within.fails


def _up(_space: object) -> State:
    return State((resource("aws:rds/instance:Instance", instanceClass="db.m7g.2xlarge", allocatedStorage=20),))


def test_the_cost_of_a_stack_that_is_up_fails_beyond_its_limit(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cost.State, "read", _up)
    assert cost.main(["--stack", "budget", "--project", str(project)]) == OVER
    assert "more than the 235" in capsys.readouterr().err
