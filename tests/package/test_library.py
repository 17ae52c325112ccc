"""The components as a library: what a wheel holds builds a stranger's program, without this project's folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = "from setuptools import setup; setup()"
PAGE = ROOT / "docs" / "how-to" / "use-as-a-library.md"
SHOW = """
import sys
pulumi.export("module", sys.modules["components"].__path__[0])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a wheel, as its build lays them out."""
    pytest.importorskip("setuptools")
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-W", "ignore", "-c", BUILD, "-q", "egg_info", "--egg-base", str(folder), "build"]
    places = ["--build-base", str(folder / "base"), "--build-lib", str(folder / "lib")]
    subprocess.run([*command, *places], cwd=ROOT, check=True, capture_output=True)
    return folder / "lib"


def _files(folder: Path) -> set[Path]:
    return {
        file.relative_to(folder)
        for name in ("components", "settings", "charts")
        for file in (folder / name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_a_wheel_holds_every_module_and_chart_and_nothing_else(built: Path) -> None:
    assert _files(built) == _files(ROOT)
    assert {each.name for each in built.iterdir()} == {"components", "settings", "charts"}


def _program() -> str:
    """The program that the page shows."""
    return PAGE.read_text("utf-8").partition("```python\n")[2].partition("```")[0]


@pytest.mark.engine
def test_a_strangers_program_imports_the_components(built: Path, tmp_path: Path) -> None:
    library = tmp_path / ".library"
    shutil.copytree(built, library)
    # The offline cloud is a distribution of its own; here it is at hand beside the library.
    (library / "offline_cloud").symlink_to(ROOT / "offline_cloud")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(_program() + SHOW, encoding="utf-8")

    def offline_cloud(*arguments: str) -> "subprocess.CompletedProcess[str]":
        tools = f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, "-m", "offline_cloud", *arguments, "--stack", "dev"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(library), "PATH": tools, "CI": "true"},
            capture_output=True,
            text=True,
            check=False,
        )

    up = offline_cloud("up", "--json")
    assert up.returncode == 0, up.stderr
    outputs = json.loads(offline_cloud("outputs", "--json").stdout)
    assert outputs["module"] == str(library / "components")
    assert outputs["vpc"].startswith("vpc-")
    assert offline_cloud("destroy").returncode == 0


def test_a_chart_is_found_from_wherever_the_program_runs(built: Path, tmp_path: Path) -> None:
    show = "from components.chart_values.folder import chart_path; print(chart_path('workload'))"
    environment = {**os.environ, "PYTHONPATH": str(built)}
    for folder in (built, tmp_path):
        shown = subprocess.run(
            [sys.executable, "-c", show], cwd=folder, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()
        assert shown.startswith("./")
        assert (folder / shown / "Chart.yaml").is_file()
    assert shown != "./charts/workload"
