"""Plain `pulumi preview`, `up` and `up` again: the official language host runs the platform's program, unchanged.

Pulumi's official release brings the host; where there is none on PATH, nothing here is proven, and the run says so.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline_cloud import tools
from offline_cloud.engine import NO_CLOUD
from offline_cloud.provider.catalog import PACKAGES
from offline_cloud.provider_process import provider
from offline_cloud.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parents[2]
HOST = "pulumi-language-python"
STACK = "dev"
LINKED = ("__main__.py", "settings", "components", "charts", "workloads", ".venv")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        shutil.which(HOST) is None and shutil.which(HOST, path=str(tools.LOCAL)) is None,
        reason=f"not run: {HOST} is not on PATH; it comes with Pulumi's official release",
    ),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the program as it is and copies of its settings, which plain `pulumi` writes its salt into."""
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("Pulumi.yaml", f"Pulumi.{STACK}.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def environment(project: Path) -> Iterator[dict[str, str]]:
    """What a user has set, and the address of the offline cloud's providers."""
    space: Workspace = open_workspace(project, STACK, None)
    space.home.mkdir(parents=True)
    backend = project / "backend"
    backend.mkdir()
    with space.locked() as lock, provider(space, lock) as running:
        yield {
            **os.environ,
            **NO_CLOUD,
            "PATH": os.pathsep.join([str(tools.LOCAL), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_HOME": str(project / "home"),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_CONFIG_PASSPHRASE": "plain",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{running.port}" for package in PACKAGES),
        }


def pulumi(project: Path, environment: dict[str, str], *arguments: str) -> str:
    """Run one command of plain `pulumi`, which has to succeed; gives what it printed."""
    command = [str(tools.find("pulumi")), *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def resources(project: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    state: dict[str, Any] = json.loads(pulumi(project, environment, "stack", "export"))
    return state["deployment"].get("resources") or []


def urns(held: list[dict[str, Any]]) -> list[str]:
    return sorted(item["urn"] for item in held)


def test_the_program_runs_with_the_official_language_host(project: Path, environment: dict[str, str]) -> None:
    pulumi(project, environment, "stack", "init", STACK)
    previewed: dict[str, Any] = json.loads(pulumi(project, environment, "preview", "--json"))
    assert set(previewed["changeSummary"]) == {"create"}
    assert resources(project, environment) == []
    pulumi(project, environment, "up", "--yes", "--skip-preview")
    made = resources(project, environment)
    assert len([item for item in made if not item["type"].startswith("pulumi:providers")]) > 100
    again = pulumi(project, environment, "up", "--yes", "--skip-preview", "--expect-no-changes")
    assert f"{previewed['changeSummary']['create']} unchanged" in again
    assert urns(resources(project, environment)) == urns(made)
