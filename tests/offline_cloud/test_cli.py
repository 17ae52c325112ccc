"""The command line over files and names that are not what they should be: one clear line, and not a success."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from offline_cloud import cli
from offline_cloud.cloud.model import UNKNOWN
from offline_cloud.cloud.store import Store
from offline_cloud.events import Follower, Story
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.values import Decoded
from offline_cloud.workspace import Workspace, open_workspace


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    return tmp_path


def _refused(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> str:
    assert cli.main(["up", "--project", str(folder), "--stack", "dev", *arguments]) != 0
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize(
    "workload", ["../../../etc/passwd", "/etc/passwd", "..", "a/b", "", ".", "bin", "a\nb", "é", "pulumi"]
)
def test_a_workload_that_leads_elsewhere_is_refused(
    workload: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cannot name a folder under .offline-cloud" in _refused(capsys, folder, "--workload", workload)
    stack = folder / "Pulumi.dev.yaml"
    stack.write_text(f"config:\n  small:workload: {workload!r}\n", encoding="utf-8")
    assert "small:workload in Pulumi.dev.yaml" in _refused(capsys, folder)
    assert not (folder / ".offline-cloud").exists()


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.dev.yaml"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"- a\n- list\n", "must be a map of keys to values"),
        (b"just words", "must be a map of keys to values"),
        (b"\xff\xfe\x00c", "is not UTF-8 from byte 1 on"),
        (b"config: [", "cannot be read as YAML"),
        (b"a: \x00", "cannot be read as YAML"),
        (b"? " * 3000, "cannot be read as YAML"),
        (b"a: 2026-99-99", "cannot be read as YAML"),
    ],
)
def test_an_odd_file_is_named(
    name: str, content: bytes, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_bytes(content)
    said = _refused(capsys, folder)
    assert name in said
    assert told in said


def test_a_configuration_that_is_no_map_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "Pulumi.dev.yaml").write_text("config: [a]\n", encoding="utf-8")
    assert "config must be a map" in _refused(capsys, folder)


@pytest.mark.parametrize(
    "place", [".offline-cloud", ".offline-cloud/default", ".offline-cloud/default/state", ".offline-cloud/bin"]
)
def test_a_file_where_a_folder_has_to_be_is_named(place: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("a file\n", encoding="utf-8")
    assert place in _refused(capsys, folder)
    assert (folder / place).read_text(encoding="utf-8") == "a file\n"


def test_a_folder_without_rights_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Workspace) -> None:
        raise PermissionError(13, "Permission denied", str(self.home))

    monkeypatch.setattr(Workspace, "prepare", refuse)
    assert f"{folder}/.offline-cloud/default: Permission denied" in _refused(capsys, folder)


def test_a_disk_without_room_is_refused_before_anything_changes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(path: Path) -> _Usage:
        del path
        return _Usage(2**30, 2**30, 3 * 2**20)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert "only 3 MB are free" in _refused(capsys, folder)
    assert not (folder / ".offline-cloud" / "default" / "state").exists()


def test_an_account_that_a_full_disk_broke_off_has_no_end(tmp_path: Path) -> None:
    story = Story()
    events = tmp_path / "events"
    events.write_text('{"sequence": 1, "timestamp": 1, "summaryEv\n', encoding="utf-8")
    follower = Follower(events, story.take)
    follower.start()
    follower.finish()
    assert not story.summed_up


def test_what_a_preview_imagined_is_gone_when_the_up_begins(folder: Path) -> None:
    space = open_workspace(folder, "dev", None)
    connection = Connection("aws", "urn:pulumi:dev::small::pulumi:providers:aws::aws", "eu-west-1")
    kind, urn = "aws:sns/topic:Topic", "urn:pulumi:dev::small::{}::{}"
    with closing(Store(space.store)) as store:
        lifecycle = Lifecycle(store)
        for name in ("one", "two"):
            topic = Decoded({"name": "shop", "displayName": UNKNOWN})
            if name == "one":
                lifecycle.create(connection, urn.format(kind, name), kind, topic, preview=True)
            else:
                lifecycle.create(connection, urn.format(kind, name), kind, Decoded({"name": "shop"}), preview=False)
        assert [record.name for record in store.records()] == ["two"]
