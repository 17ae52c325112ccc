"""A release and the way back, rehearsed on staging with the real engine: what an operator does, and what follows."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.forked import Ended
from tests.platform.life import ROOT, Project

pytestmark = pytest.mark.engine

_STACK, _PRODUCT = "staging", "waiver-exchange"
_RELEASE = "kubernetes:helm.sh/v3:Release"


@dataclass(frozen=True)
class Rehearsal:
    """The values of the product's release after each of three runs, and what the second and third changed."""

    first: dict[str, Any]
    second: dict[str, Any]
    third: dict[str, Any]
    forth: Ended
    back: Ended


def _line(project: Project, version: str) -> None:
    """Put the image's line into the workload file, as an operator does."""
    file = project.folder / "workloads" / f"{_PRODUCT}.yaml"
    text = (ROOT / "workloads" / f"{_PRODUCT}.yaml").read_text()
    assert text.count("tag: v1.0.0") == 3
    file.write_text(text.replace("tag: v1.0.0", f"tag: {version}"))


def _run(project: Project, version: str) -> tuple[Ended, dict[str, Any]]:
    _line(project, version)
    said = project.ok("up", _STACK, "--workload", _PRODUCT, "--fast", "--json")
    state: dict[str, Any] = json.loads(project.ok("export", _STACK, "--workload", _PRODUCT).out)
    releases = [each for each in state["deployment"]["resources"] if each["type"] == _RELEASE]
    (release,) = [each for each in releases if each["inputs"]["name"] == _PRODUCT]
    return said, release["inputs"]["values"]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    project = Project.make(tmp_path_factory.mktemp("rollback"))
    # The product's file is edited, so it is a copy.
    workloads: Path = project.folder / "workloads"
    workloads.unlink()
    shutil.copytree(ROOT / "workloads", workloads)
    _, first = _run(project, "v1.0.0")
    forth, second = _run(project, "v1.1.0")
    back, third = _run(project, "v1.0.0")
    return Rehearsal(first, second, third, forth, back)


def _images(values: dict[str, Any]) -> set[str]:
    return {service["image"] for service in values["services"].values()}


@pytest.mark.requirement("WX-100")
def test_staging_takes_a_new_version_and_the_old_one_back(rehearsal: Rehearsal) -> None:
    repository = "waiver-exchange/waiver-exchange"
    assert _images(rehearsal.first) == {f"{repository}:v1.0.0"}
    assert _images(rehearsal.second) == {f"{repository}:v1.1.0"}
    assert rehearsal.third == rehearsal.first


@pytest.mark.requirement("WX-100")
@pytest.mark.requirement("WX-86")
def test_either_way_changes_the_products_release_alone_and_proves_it(rehearsal: Rehearsal) -> None:
    for said in (rehearsal.forth, rehearsal.back):
        assert {kind: count for kind, count in said.changes.items() if kind != "same"} == {"update": 1}
    assert rehearsal.third["smoke"]["afterRollout"] is True
