"""What is read from the SDKs is read once for all projects of a user, and never in the way of a run."""

from pathlib import Path

import pytest

from offline_cloud.provider.memory import Memory, user_cache


def read(kept: Memory, name: str, reads: list[str]) -> str:
    def look() -> str:
        reads.append(name)
        return f"what {name} has"

    return kept.remembered(name, look)


def in_folder(folder: Path) -> Memory:
    kept = Memory()
    kept.keep_in(folder)
    return kept


def test_a_second_process_reads_nothing_again(tmp_path: Path) -> None:
    reads: list[str] = []
    for _ in range(2):
        kept = in_folder(tmp_path / "cache")
        assert read(kept, "ec2", reads) == "what ec2 has"
        kept.save()
    assert reads == ["ec2"]


def test_two_that_run_at_once_keep_what_both_read(tmp_path: Path) -> None:
    first, second = in_folder(tmp_path), in_folder(tmp_path)
    for kept, name in ((first, "ec2"), (second, "rds")):
        read(kept, name, [])
        kept.save()
    reads: list[str] = []
    third = in_folder(tmp_path)
    assert {read(third, name, reads) for name in ("ec2", "rds")} == {"what ec2 has", "what rds has"}
    assert reads == []


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x04K"])
def test_a_damaged_file_is_made_anew(content: bytes, tmp_path: Path) -> None:
    kept = in_folder(tmp_path)
    read(kept, "ec2", [])
    kept.save()
    (file,) = tmp_path.glob("sdk-*.pickle")
    file.write_bytes(content)
    reads: list[str] = []
    read(in_folder(tmp_path), "ec2", reads)
    assert reads == ["ec2"]


def test_a_folder_that_cannot_be_made_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    kept = in_folder(tmp_path / "cache")
    assert read(kept, "ec2", []) == "what ec2 has"
    kept.save()
    assert [each.name for each in tmp_path.iterdir()] == ["cache"]


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert user_cache() == Path("/home/somebody/.cache/offline-cloud")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/somebody")
    assert user_cache() == Path("/var/cache/somebody/offline-cloud")
