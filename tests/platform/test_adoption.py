"""A stack in a network that stands, which takes over a database, a bucket and a zone, and hands them back."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.forked import Ended
from tests.platform.life import ROOT, Project
from tests.platform.standing import BUCKET, DATABASE_ID, VPC, ZONE, account, product, stack
from tools.plan.plan import KEPT

pytestmark = pytest.mark.engine

_TAKEN = {"ingress-zone": ZONE, "database-primary": DATABASE_ID, "bucket-statements-bucket": BUCKET}


@dataclass
class Stand:
    """A project whose files are edited as an operator does, beside an account in which something stands."""

    project: Project

    @classmethod
    def make(cls, folder: Path) -> "Stand":
        project = Project.make(folder, "openibank")
        (folder / "workloads").unlink()
        shutil.copytree(ROOT / "workloads", folder / "workloads")
        (folder / "Pulumi.dev.yaml").unlink()
        stand = cls(project)
        stand.state(stack(), product())
        (folder / "account.yaml").write_text(account(), encoding="utf-8")
        return stand

    def state(self, settings: str, workload: str) -> None:
        (self.project.folder / "Pulumi.dev.yaml").write_text(settings, encoding="utf-8")
        (self.project.folder / "workloads" / "openibank.yaml").write_text(workload, encoding="utf-8")

    def run(self, operation: str, *more: str) -> Ended:
        return self.project.run(operation, "dev", "--account", str(self.project.folder / "account.yaml"), *more)

    def up(self) -> dict[str, int]:
        said = self.run("up", "--fast", "--json")
        assert said.code == 0, said.out[-4000:] + said.err[-4000:]
        return said.changes

    def plan(self) -> dict[str, Any]:
        """What the next `up` means, as `make plan` tells it."""
        folder = self.project.folder
        command = ["-m", "tools.plan", "--project", str(folder), "--stack", "dev", "--workload", "openibank", "--json"]
        said = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "OFFLINE_CLOUD_STANDING": str(folder / "account.yaml")},
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(said.stdout)

    def named(self) -> dict[str, dict[str, Any]]:
        """What the state holds of what was taken over, by its logical name."""
        found = {each["urn"].rpartition("::")[2]: each for each in self.project.resources("dev")}
        return {name: found[name] for name in _TAKEN if name in found}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    return Stand.make(tmp_path_factory.mktemp("adoption"))


def test_what_does_not_fit_is_refused_before_anything_is_made(stand: Stand) -> None:
    file = stand.project.folder / "account.yaml"
    file.write_text(account(storageEncrypted=False, engineVersion="12.19"), encoding="utf-8")
    refused = stand.run("up", "--fast")
    assert refused.code != 0
    said = " ".join((refused.out + refused.err).split())
    assert "2 mistakes in the settings; nothing was created." in said
    assert "groundwork:existing.database.identifier" in said
    assert "an encrypted database" in said
    assert "PostgreSQL 16, as the product states; it is 12.19" in said
    assert "Traceback" not in said
    made = [each["type"] for each in stand.project.resources("dev") if each["type"].startswith(("aws:", "kubernetes:"))]
    assert made == []
    file.write_text(account(), encoding="utf-8")


def test_the_preview_imports_and_replaces_nothing(stand: Stand) -> None:
    said = stand.run("preview", "--json")
    assert said.code == 0, said.err
    assert said.breaches == []
    # What is the same is the refused run's: the stack and its provider, which exist in the state alone.
    assert set(said.changes) == {"create", "import", "same"}
    assert said.changes["import"] == len(_TAKEN)


def test_up_takes_over_what_stands_as_it_is_and_changes_nothing_the_second_time(stand: Stand) -> None:
    changes = stand.up()
    assert (set(changes), changes["import"]) == ({"create", "import", "same"}, len(_TAKEN))
    taken = stand.named()
    assert {name: each["id"] for name, each in taken.items()} == _TAKEN
    assert taken["database-primary"]["inputs"]["instanceClass"] == "db.t4g.medium"
    assert taken["database-primary"]["inputs"]["tags"] == {"Team": "payments"}
    assert all(each["protect"] and each["retainOnDelete"] for each in taken.values())
    types = {each["type"] for each in stand.project.resources("dev")}
    assert not {"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/natGateway:NatGateway"} & types
    (flow,) = [each for each in stand.project.resources("dev") if each["type"] == "aws:ec2/flowLog:FlowLog"]
    assert flow["inputs"]["vpcId"] == VPC
    assert set(stand.up()) == {"same"}
    refreshed = stand.run("refresh", "--fast", "--json")
    assert (refreshed.code, set(refreshed.changes)) == (0, {"same"}), refreshed.err


def test_a_database_that_is_adjusted_is_changed_in_place(stand: Stand) -> None:
    stand.state(stack(adjust=True), product())
    changes = stand.up()
    assert set(changes) == {"same", "update"}
    database = stand.named()["database-primary"]
    assert database["id"] == DATABASE_ID
    assert database["inputs"]["parameterGroupName"] == "openibank-dev-postgres16"
    assert set(stand.up()) == {"same"}


def test_a_zone_and_a_bucket_are_handed_back_and_stay_as_they_are(stand: Stand) -> None:
    """The steps of docs/how-to/adopt-what-exists.md, "Hand back"."""
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    permits = [{"change": "retire", "of": of, "until": tomorrow} for of in ("zone", "buckets.statements")]
    stand.state(stack(adjust=True, permits=permits), product())
    released = stand.up()
    assert set(released) == {"same"}
    assert [name for name, each in stand.named().items() if each.get("protect")] == ["database-primary"]
    stand.state(stack(adjust=True, zone=False, bucket=False, permits=permits), product(bucket=False))
    gone = [each for each in stand.plan()["findings"] if each["resource"].rpartition(" ")[2] in _TAKEN]
    assert len(gone) == len(_TAKEN) - 1
    assert {each["also"] for each in gone} == {KEPT}
    stand.up()
    assert set(stand.named()) == {"database-primary"}
    # Both are in the account: the stack takes them over again, as it did at first.
    stand.state(stack(adjust=True), product())
    assert stand.up()["import"] == len(_TAKEN) - 1
