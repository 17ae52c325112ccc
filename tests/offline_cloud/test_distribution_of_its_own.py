"""The offline cloud as a distribution: what a wheel of it holds runs a stranger's program, and holds nothing else."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import cast

import pytest

from tests.offline_cloud.projects import NETWORK, ROOT

PROJECT = ROOT / "offline_cloud"
BUILD = "from setuptools import setup; setup()"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a wheel, as its build lays them out."""
    pytest.importorskip("setuptools")
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-W", "ignore", "-c", BUILD, "-q", "egg_info", "--egg-base", str(folder), "build"]
    places = ["--build-base", str(folder / "base"), "--build-lib", str(folder / "lib")]
    subprocess.run([*command, *places], cwd=PROJECT, check=True, capture_output=True)
    return folder / "lib"


def test_a_wheel_holds_every_module_and_table_and_nothing_of_the_platform(built: Path) -> None:
    kept = {
        file.relative_to(ROOT) for file in (ROOT / "offline_cloud").rglob("*") if file.suffix in (".py", ".json", ".gz")
    }
    assert {file.relative_to(built) for file in built.rglob("*") if file.is_file()} == kept


@pytest.mark.engine
def test_the_command_runs_a_program_in_a_folder_of_its_own(built: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(NETWORK, encoding="utf-8")
    shown = "print(offline_cloud.__file__, file=sys.stderr)"
    command = f"import offline_cloud, sys; from offline_cloud.__main__ import run; {shown}; run()"

    def offline_cloud(*arguments: str) -> "subprocess.CompletedProcess[str]":
        tools = f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PYTHONPATH": str(built), "PATH": tools, "CI": "true"}
        return subprocess.run(
            [sys.executable, "-c", command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    up = offline_cloud("up", "--stack", "dev", "--json")
    assert up.returncode == 0, up.stderr
    assert up.stderr.startswith(str(built))
    assert json.loads(up.stdout)["changes"]["create"] >= 4
    destroyed = offline_cloud("destroy", "--stack", "dev")
    assert destroyed.returncode == 0, destroyed.stderr


def test_the_command_and_what_it_needs_are_those_of_the_package() -> None:
    stated = cast("Mapping[str, object]", tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"])
    assert stated["scripts"] == {"offline-cloud": "offline_cloud.__main__:run"}
    for needed in cast("list[str]", stated["dependencies"]):
        name, _, least = needed.partition(",")[0].partition(">=")
        assert [int(part) for part in version(name).split(".")][:2] >= [int(part) for part in least.split(".")][:2]
