"""The engine with the offline cloud's providers, and the package's own folder on PATH, as a stranger would have it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_cloud import tools
from offline_cloud.engine import NO_CLOUD
from offline_cloud.provider.catalog import PACKAGES
from offline_cloud.provider_process import provider
from offline_cloud.workspace import open_workspace
from tests.tool import tool

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "package" / "examples" / "yaml"


@dataclass(frozen=True)
class Engine:
    """Plain `pulumi` in a folder, with all its environment."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(tools.find("pulumi")), *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The example in a folder of its own, and a stack of it."""
    host = Path(tool("pulumi-language-yaml"))
    folder, cloud = tmp_path / "shop", tmp_path / "cloud"
    shutil.copytree(EXAMPLE, folder)
    cloud.mkdir()
    (cloud / "Pulumi.yaml").write_text("name: cloud\nruntime: python\n", encoding="utf-8")
    (cloud / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    (cloud / "__main__.py").touch()
    (tmp_path / "backend").mkdir()
    space = open_workspace(cloud, "dev", None)
    space.home.mkdir(parents=True)
    search = [str(host.parent), str(ROOT / "package"), str(tools.LOCAL), os.environ["PATH"]]
    with space.locked() as lock, provider(space, lock) as running:
        plain = Engine(
            folder,
            {
                **os.environ,
                **NO_CLOUD,
                "PATH": os.pathsep.join(search),
                "PULUMI_HOME": str(tmp_path / "home"),
                "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
                "PULUMI_CONFIG_PASSPHRASE": "package",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
                "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{running.port}" for package in PACKAGES),
            },
        )
        made = plain("stack", "init", "dev")
        assert made.returncode == 0, made.stderr
        yield plain
