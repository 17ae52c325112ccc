"""Disks that fill up while a run writes: told, with an exit code of its own, and the next run goes on."""

import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import pytest

from offline_cloud.workspace import ROOM_BYTES
from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine
SUBNET = "aws:ec2/subnet:Subnet"
MIB = 2**20
Disk = Callable[[Path, int], None]


@pytest.fixture
def disk() -> Generator[Disk]:
    """Give a function that puts a disk of so many bytes of its own at a folder."""
    mounted: list[Path] = []

    def mount(folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            pytest.skip(f"not run: a disk that can be filled takes the right to mount one ({made.stderr.strip()})")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room that a disk has left; gives the file that takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    assert shutil.disk_usage(folder).free == 0
    return filler


def test_a_disk_that_fills_up_during_a_run_loses_nothing(project: Project, disk: Disk) -> None:
    disk(project.folder / ".offline-cloud", ROOM_BYTES + 64 * MIB)
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    filler = fill(project.folder / ".offline-cloud")
    _, err = running.communicate(timeout=60)
    assert running.returncode != 0
    assert "Traceback" not in err
    filler.unlink()
    again = project.run("up")
    assert again.code == 0, again.err
    assert project.held() == ["aws:ec2/vpc:Vpc", SUBNET]
    assert project.up() == {"same": 4}


def test_a_temporary_folder_that_fills_up_during_a_run_hides_nothing(
    project: Project, disk: Disk, tmp_path: Path
) -> None:
    """What the engine tells of its work once went through there: cut off, it counted as nothing to do."""
    temporary = tmp_path / "temporary"
    disk(temporary, MIB)
    running = project.start("up", TMPDIR=str(temporary), OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    fill(temporary)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "4 created" in out
    assert project.up() == {"same": 4}
