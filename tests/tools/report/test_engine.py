"""A report of OpeniBank's dev stack on the real engine: two revisions of one project, and a stack that fails."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.platform.life import LINKED, ROOT
from tests.tools.report.test_trees import git
from tools.report.__main__ import STOPPED
from tools.report.comment import LIMIT, MARK

pytestmark = pytest.mark.engine
CHANGED = "  groundwork:database: {read_replicas: 2, storage_gib: 60}\n"


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The report of a change to dev's database and to a Deployment, beside a stack whose settings are wrong."""
    folder = tmp_path_factory.mktemp("reported")
    for name in (*LINKED, "tools"):
        if (ROOT / name).exists() and name != "workloads":
            (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "workloads", folder / "workloads")
    for stack in ("dev", "budget"):
        shutil.copy(ROOT / f"Pulumi.{stack}.yaml", folder)
    git(folder.parent, "init", "--quiet", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "base")
    with (folder / "Pulumi.dev.yaml").open("a", encoding="utf-8") as file:
        file.write(CHANGED)
    with (folder / "Pulumi.budget.yaml").open("a", encoding="utf-8") as file:
        file.write("  groundwork:monitoring: {emails: [nobody]}\n")
    workload = folder / "workloads" / "openibank.yaml"
    text = workload.read_text("utf-8")
    assert "RUST_LOG: info,openibank=debug" in text
    workload.write_text(text.replace("RUST_LOG: info,openibank=debug", "RUST_LOG: warn"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tools.report", "--base", "HEAD"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == STOPPED, done.stdout + done.stderr
    out = folder / "build" / "report"
    return {
        "said": done.stdout,
        "comment": (out / "comment.md").read_text("utf-8"),
        "page": (out / "report.html").read_text("utf-8"),
        "worktrees": git(folder, "worktree", "list"),
        "account": json.dumps((folder / ".offline-cloud").exists()),
    }


def test_the_change_is_told_in_the_platforms_words(reported: Mapping[str, str]) -> None:
    text = reported["comment"]
    assert text.startswith(MARK)
    assert len(text) < LIMIT
    assert "- the database gets 2 replicas (0 → 2): database-replica-1, database-replica-2" in text
    assert "→ 60 GB (instance database-primary)" in text


def test_releases_are_told_by_their_objects(reported: Mapping[str, str]) -> None:
    text = reported["comment"]
    assert "**Deployment api-server** changed" in text
    assert any(line.startswith("+") and line.endswith("value: warn") for line in text.splitlines())
    assert "rolling" in text


def test_what_costs_more_and_how_long_it_takes_is_told(reported: Mapping[str, str]) -> None:
    assert "| the database | " in reported["comment"]
    assert "Time to apply: about" in reported["comment"]
    assert "dollars a month" in reported["said"]
    assert "beyond the previews" in reported["said"]


def test_a_stack_that_fails_is_said_in_one_line_and_the_rest_is_shown(reported: Mapping[str, str]) -> None:
    (line,) = (line for line in reported["said"].splitlines() if line.startswith("budget: "))
    assert "the preview failed: " in line
    assert "nobody" in line
    assert reported["comment"].index("### budget") < reported["comment"].index("### dev")
    assert "the preview failed" in reported["page"]
    assert 'class="graph"' in reported["page"]


def test_nothing_is_left_behind(reported: Mapping[str, str]) -> None:
    assert reported["worktrees"].count("\n") == 1
    assert reported["account"] == "false"
