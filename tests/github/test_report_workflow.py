"""The workflows that report on a pull request: who runs its code has no credentials, who comments runs none of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

_ROOT = Path(__file__).parents[2]
_SCRIPT = _ROOT / ".github" / "scripts" / "comment.sh"
# Keeps what it is asked, and answers the list of comments from a file, by the filter that is given.
_GH = """#!{python}
import json, os, subprocess, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if "--jq" in sys.argv:
    first = os.environ["FIRST"]
    for each in json.load(open({comments!r})):
        if each["user"]["login"] == "github-actions[bot]" and each["body"].startswith(first):
            print(each["id"])
"""


def _workflow(name: str) -> dict[Any, Any]:
    return cast("dict[Any, Any]", yaml.safe_load((_ROOT / ".github" / "workflows" / f"{name}.yml").read_text()))


def _runs(workflow: dict[Any, Any]) -> list[str]:
    return [str(step["run"]) for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def test_the_report_runs_without_credentials_so_it_is_the_same_for_a_fork() -> None:
    workflow = _workflow("report")
    assert workflow[True] == {"pull_request": None}
    assert workflow["permissions"] == {"contents": "read"}
    text = (_ROOT / ".github/workflows/report.yml").read_text()
    assert "secrets." not in text
    assert "github.token" not in text
    (job,) = workflow["jobs"].values()
    checkout = job["steps"][0]
    assert (checkout["with"]["fetch-depth"], checkout["with"]["persist-credentials"]) == (0, False)
    assert any("-m tools.report --base" in run for run in _runs(workflow))


def test_a_report_that_stops_the_change_fails_the_job_after_it_was_kept() -> None:
    (job,) = _workflow("report")["jobs"].values()
    uses = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    assert uses.index("actions/upload-artifact") < len(job["steps"]) - 1
    assert job["steps"][-1]["run"] == 'exit "$CODE"'


def test_what_comments_checks_out_nothing_of_the_pull_request() -> None:
    workflow = _workflow("report-comment")
    assert workflow[True] == {"workflow_run": {"workflows": ["report"], "types": ["completed"]}}
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"actions": "read", "contents": "read", "pull-requests": "write"}
    (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout"))
    assert checkout["with"] == {"persist-credentials": False}


@pytest.mark.parametrize("name", ["report", "report-comment"])
def test_nothing_that_a_stranger_names_becomes_a_command(name: str) -> None:
    assert not [run for run in _runs(_workflow(name)) if "${{" in run]


@pytest.mark.parametrize(
    ("others", "method", "where"), [([], "POST", "issues/7/comments"), (["7"], "PATCH", "issues/comments/11")]
)
def test_a_later_report_takes_the_place_of_the_one_before(
    others: list[str], method: str, where: str, tmp_path: Path
) -> None:
    mark = "<!-- report of what the change does to each stack -->"
    (tmp_path / "comment.md").write_text(f"{mark}\nnew\n", "utf-8")
    bot, person = {"login": "github-actions[bot]"}, {"login": "somebody"}
    comments = [{"id": 9, "user": person, "body": f"{mark}\nmine"}, {"id": 10, "user": bot, "body": "### plan of prod"}]
    comments += [{"id": 11, "user": bot, "body": f"{mark}\nold"} for _ in others]
    (tmp_path / "comments.json").write_text(json.dumps(comments), "utf-8")
    asked = _posted("7", tmp_path)
    assert asked[-1][asked[-1].index("--method") + 1] == method
    assert f"repos/o/r/{where}" in asked[-1]
    assert f"body=@{tmp_path / 'comment.md'}" in asked[-1]


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "comment.md").write_text("x\n", "utf-8")
    (tmp_path / "comments.json").write_text("[]", "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        _posted("7; rm", tmp_path)


def _posted(number: str, folder: Path) -> list[list[str]]:
    log, gh = folder / "log", folder / "gh"
    gh.write_text(_GH.format(python=sys.executable, log=str(log), comments=str(folder / "comments.json")), "utf-8")
    gh.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "GH_REPO": "o/r"}
    command = ["bash", str(_SCRIPT), number, str(folder / "comment.md")]
    subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]
