"""After two databases swapped their names, the restore runbook's commands lead Pulumi's state to the restored one."""

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Store
from tests.offline_cloud.projects import PRELUDE, ROOT, Project

pytestmark = pytest.mark.engine
DATABASE = "aws:rds/instance:Instance"
RUNBOOK = (ROOT / "docs" / "runbooks" / "restore-database.md").read_text(encoding="utf-8")
PROGRAM = (
    PRELUDE
    + """
def database(name, identifier, **options):
    aws.rds.Instance(
        name, identifier=identifier, engine="postgres", engine_version="16", instance_class="db.m7g.large",
        allocated_storage=100, username="shop", password="not-a-real-one", skip_final_snapshot=True,
        opts=pulumi.ResourceOptions(provider=provider, **options),
    )

database("database", "shop-dev-primary", protect=True)
"""
)
RESTORED = 'database("restored", "shop-dev-restored", retain_on_delete=True)\n'
STAND_INS = {
    "aws": """
import json, os, sys
print(json.loads(os.environ["IDS"])[sys.argv[sys.argv.index("--db-instance-identifier") + 1]])
""",
    "pulumi": """
import subprocess, sys
words = [word for word in sys.argv[1:] if word not in ("--stack", "dev")]
made = words if words[0] in ("refresh", "preview") else ["pulumi", "--", *words]
options = made[1:] if made[0] == "pulumi" else []
sys.exit(subprocess.call([sys.executable, "-m", "offline_cloud", made[0], "--stack", "dev", *options]))
""",
}
"""In the place of two clients: one that knows the ids, and the offline cloud's engine."""


def _renamed(record: Record, identifier: str) -> Record:
    stated = {"identifier": identifier}
    return replace(record, inputs={**record.inputs, **stated}, outputs={**record.outputs, **stated})


def _swapped(project: Project) -> dict[str, str]:
    """Swap the names in the account, of which the restored database is in no state; gives the id of each name."""
    with closing(Store(project.home / "cloud.db")) as store:
        there = {str(record.inputs["identifier"]): record for record in store.of_type(DATABASE)}
        old = _renamed(there["shop-dev-primary"], "shop-dev-before")
        new = _renamed(there["shop-dev-restored"], "shop-dev-primary")
        store.let_happen((old, new), ())
        store.stand([(new, "kept")])
    return {"shop-dev-before": old.id, "shop-dev-primary": new.id}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A stack whose database and the restored one beside it have swapped their names."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    made = Project(tmp_path).program(PROGRAM + RESTORED)
    made.up()
    made.program(PROGRAM).up()
    return made


def _typed(project: Project, ids: dict[str, str]) -> None:
    """Type the runbook's block into a shell whose aws knows the ids, and whose pulumi is the offline cloud's."""
    (block,) = (
        block for block in re.findall(r"^```\n(.*?)^```$", RUNBOOK, re.DOTALL | re.MULTILINE) if "Id()" in block
    )
    place = project.folder / "bin"
    place.mkdir()
    for name, program in STAND_INS.items():
        (place / f"{name}.py").write_text(program)
        (place / name).write_text(f'#!/bin/sh\nexec {sys.executable} "{place}/{name}.py" "$@"\n')
        (place / name).chmod(0o755)
    named = {"P": "shop", "S": "dev", "I": "shop-dev-primary", "IDS": json.dumps(ids)}
    environment = project.environment({**named, "PATH": f"{place}:{os.environ['PATH']}"})
    ran = subprocess.run(
        ["bash", "-euc", block], cwd=project.folder, env=environment, capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def _database(project: Project) -> dict[str, object]:
    (found,) = (each for each in project.state()["resources"] if each["type"] == DATABASE)
    return found


def test_the_state_follows_the_database_that_has_the_name_now(project: Project) -> None:
    ids = _swapped(project)
    _typed(project, ids)
    assert _database(project)["id"] == ids["shop-dev-primary"]
    assert _database(project)["protect"] is True
    assert project.up().keys() == {"same"}


def test_a_refresh_alone_leaves_the_state_with_the_old_database(project: Project) -> None:
    """What the page said before: were it enough, the block above would be too much."""
    ids = _swapped(project)
    assert project.run("refresh").code == 0
    assert _database(project)["id"] == ids["shop-dev-before"]
    ran = project.run("up")
    assert ran.code != 0
    assert "shop-dev-primary" in ran.err
