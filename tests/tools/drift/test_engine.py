"""Drift on the real engine: somebody changes the offline account beside the program."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Store
from tests.offline_cloud.projects import PRELUDE, ROOT, Project

pytestmark = pytest.mark.engine
LOGS = "aws:cloudwatch/logGroup:LogGroup"
DATABASE = "aws:rds/instance:Instance"
PROGRAM = (
    PRELUDE
    + """
aws.cloudwatch.LogGroup("logs", name="logs", retention_in_days=30, opts=on)
aws.rds.Instance(
    "database", identifier="shop", engine="postgres", engine_version="16", instance_class="db.m7g.large",
    allocated_storage=100, username="shop", password="not-a-real-one", skip_final_snapshot=True, multi_az=True,
    maintenance_window="sun:03:00-sun:04:00", opts=on,
)
"""
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    made = Project(tmp_path).program(PROGRAM)
    made.up()
    return made


def somebody(project: Project, type: str, change: Callable[[Record], Record | None]) -> None:
    """Change a resource of the account, or delete it, as somebody in the console does."""
    with closing(Store(project.home / "cloud.db")) as store:
        (record,) = store.of_type(type)
        changed = change(record)
        store.let_happen((changed,) if changed else (), () if changed else (record,))


def stating(**values: bool | str | int) -> Callable[[Record], Record]:
    return lambda record: replace(record, inputs={**record.inputs, **values}, outputs={**record.outputs, **values})


def choices_of(found: list[Any]) -> list[Any]:
    return [choice for each in found for choice in each["choices"]]


def drift(project: Project) -> tuple[int, list[Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tools.drift", "--stack", "dev", "--project", str(project.folder), "--json"],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


def test_what_somebody_changed_is_told_once_and_can_be_put_back(project: Project) -> None:
    assert drift(project) == (0, [])
    somebody(project, DATABASE, stating(instanceClass="db.m7g.xlarge", deletionProtection=True))
    somebody(project, LOGS, lambda _: None)
    before = project.state_file.read_bytes()
    code, found = drift(project)
    assert code == 3
    assert project.state_file.read_bytes() == before
    told = [choice["what"] for choice in choices_of(found)]
    assert told == [
        "it is gone",
        "deletionProtection nothing → true",
        "instanceClass db.m7g.large → db.m7g.xlarge",
    ]
    assert project.run("refresh").code == 0
    made = project.up()
    assert (made["create"], made["update"]) == (1, 1)


def test_what_the_window_did_is_drift_that_no_up_undoes(project: Project) -> None:
    assert project.run("clock", "--advance", "20w").code == 0
    code, found = drift(project)
    assert code == 3
    (only,) = choices_of(found)
    assert only["next_up"] == "nothing: no input differs"
    assert str(only["what"]).startswith("engineVersionActual 16 → 16.")
    assert project.run("refresh").code == 0
    assert drift(project) == (0, [])
