"""`make cluster`: one line where it cannot run, before anything is started."""

from pathlib import Path

import pytest

from tools.control_plane import __main__ as command
from tools.control_plane import processes
from tools.control_plane.processes import NotRunnableError


def test_a_product_that_was_never_up_is_told_how(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        (tmp_path / file).write_text((command.ROOT / file).read_text())
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert command.main(["--stack", "dev", "--workload", "openibank"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        "error: stack dev of openibank has no objects: bring it up first, with `make up STACK=dev"
    )
    assert said.err.count("\n") == 1


def test_a_stack_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stack", "nowhere", "--workload", "openibank"]) == 1
    assert capsys.readouterr().err == "there is no Pulumi.nowhere.yaml\n"


def test_a_machine_without_the_programs_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> dict[str, Path]:
        raise NotRunnableError("etcd neither on PATH in the pinned version nor built")

    monkeypatch.setattr(processes, "programs", missing)
    assert command.main(["--data", str(tmp_path / "data")]) == 1
    assert capsys.readouterr().err == "error: etcd neither on PATH in the pinned version nor built\n"
    assert not (tmp_path / "data").exists()
