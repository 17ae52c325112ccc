"""Changes that take a permit, made on a stack that stands: what the real engine refuses, what to do, and done."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.forked import Ended
from tests.platform.life import ROOT, Project

pytestmark = pytest.mark.engine

_STACK, _PRODUCT = "budget", "waiver-exchange"
_INSTANCE = "aws:rds/instance:Instance"
_PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
_SECRET = "  OLD_TOKEN: {kind: generated}\n"
_TOMORROW = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()


@dataclass
class Stand:
    """A stack whose two files are edited as an operator does."""

    project: Project
    settings: list[str] = field(default_factory=list[str])

    @classmethod
    def make(cls, folder: Path) -> "Stand":
        project = Project.make(folder, _PRODUCT)
        (folder / "workloads").unlink()
        shutil.copytree(ROOT / "workloads", folder / "workloads")
        (folder / f"Pulumi.{_STACK}.yaml").unlink()
        return cls(project)

    def up(self, *settings: str, version: str = "15", secret: bool = True) -> Ended:
        """Run `up` with these lines below the stack's own, and a product of this version, with a further secret."""
        stack = (ROOT / f"Pulumi.{_STACK}.yaml").read_text() + "".join(f"  groundwork:{each}\n" for each in settings)
        (self.project.folder / f"Pulumi.{_STACK}.yaml").write_text(stack)
        product = (ROOT / "workloads" / f"{_PRODUCT}.yaml").read_text()
        assert (product.count('version: "15"'), product.count("\nsecrets:\n")) == (1, 1)
        product = product.replace('version: "15"', f'version: "{version}"')
        product = product.replace("\nsecrets:\n", f"\nsecrets:\n{_SECRET if secret else ''}")
        (self.project.folder / "workloads" / f"{_PRODUCT}.yaml").write_text(product)
        return self.project.run("up", _STACK, "--fast")

    def inputs(self, type_: str) -> dict[str, dict[str, object]]:
        found = [each for each in self.project.resources(_STACK) if each["type"] == type_]
        return {each["urn"].rpartition("::")[2]: each["inputs"] for each in found}


def _permit(change: str, of: str, day: str = _TOMORROW) -> str:
    return f"permits: [{{change: {change}, of: {of}, until: {day}}}]"


def _said(said: Ended) -> str:
    return " ".join((said.out + said.err).split())


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    return Stand.make(tmp_path_factory.mktemp("permits"))


def test_replicas_come_and_go_and_the_last_one_asks_who_keeps_the_password(stand: Stand) -> None:
    """One test of all, in an operator's order: each `up` takes half a minute."""
    assert stand.up("database: {read_replicas: 2}").code == 0
    assert set(stand.inputs(_INSTANCE)) == {"database-primary", "database-replica-1", "database-replica-2"}
    assert stand.up("database: {read_replicas: 1}").code == 0
    refused = stand.up("database: {read_replicas: 0}")
    assert refused.code != 0
    assert "Traceback" not in _said(refused)
    assert "write `master_password: platform`" in _said(refused)
    gone = stand.up("database: {read_replicas: 0, master_password: platform}")
    assert gone.code == 0, gone.err
    (primary,) = stand.inputs(_INSTANCE).values()
    assert "manageMasterUserPassword" not in primary


def test_a_secret_is_retired_in_steps_and_a_second_thought_is_told_what_to_do(stand: Stand) -> None:
    kept = "database: {read_replicas: 0, master_password: platform}"
    refused = stand.up(kept, secret=False)
    assert refused.code != 0
    assert "next: nothing was deleted. If it is to go" in _said(refused)
    before = {urn["urn"] for urn in stand.project.resources(_STACK) if urn.get("protect")}
    released = stand.up(kept, _permit("retire", "secrets.OLD_TOKEN"))
    assert released.code == 0, released.err
    assert "1 updated" in _said(released)
    after = {urn["urn"] for urn in stand.project.resources(_STACK) if urn.get("protect")}
    assert [urn.rpartition("::")[2] for urn in before - after] == ["secrets-old-token-secret"]
    removed = stand.up(kept, _permit("retire", "secrets.OLD_TOKEN"), secret=False)
    assert removed.code == 0, removed.err
    again = stand.up(kept)
    assert again.code != 0
    assert "already scheduled for deletion: on 20" in _said(again)
    assert "next: a secret of this name was deleted and can still be restored" in _said(again)


def test_a_new_major_version_takes_a_permit_and_is_made_at_once(stand: Stand) -> None:
    kept = "database: {read_replicas: 0, master_password: platform}"
    refused = stand.up(kept, version="16", secret=False)
    assert refused.code != 0
    assert "next: a new major version is permitted in the stack's file" in _said(refused)
    upgraded = stand.up(kept, _permit("upgrade", "database"), version="16", secret=False)
    assert upgraded.code == 0, upgraded.err
    (group,) = stand.inputs(_PARAMETERS).values()
    (primary,) = stand.inputs(_INSTANCE).values()
    assert group["family"] == "postgres16"
    assert (primary["engineVersion"], primary["parameterGroupName"]) == ("16", group["name"])
    assert primary["applyImmediately"] is True


def test_a_permit_whose_day_is_over_permits_nothing(stand: Stand) -> None:
    kept = "database: {read_replicas: 0, master_password: platform}"
    refused = stand.up(kept, _permit("upgrade", "database", "2026-01-31"), version="17", secret=False)
    assert refused.code != 0
    assert "next: a new major version is permitted in the stack's file" in _said(refused)


def test_another_region_is_refused_before_anything_else(stand: Stand) -> None:
    file = stand.project.folder / f"Pulumi.{_STACK}.yaml"
    before = file.read_text()
    moved = before.replace("region: us-east-1", "region: eu-west-1").replace("use1-az1, use1-az2", "euw1-az1, euw1-az2")
    assert moved != before
    file.write_text(moved)
    for command in ("preview", "up"):
        refused = stand.project.run(command, _STACK)
        assert refused.code != 0
        assert 'region: given "eu-west-1", allowed "us-east-1": a stack is for one region' in _said(refused)
        assert "alias" not in _said(refused)
        assert "Traceback" not in _said(refused)
