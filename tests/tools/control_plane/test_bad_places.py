"""One clear line where no control plane can run: programs, memory, port, data folder."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.control_plane import processes
from tools.control_plane.processes import NotRunnableError
from tools.setup import places
from tools.setup.builds import fetch_module
from tools.setup.console import SetupError
from tools.setup.control_plane import ensure_control_plane, ensure_definitions, find_program
from tools.setup.pins import CONTROL_PLANE

NAMES = [tool.name for tool, _ in CONTROL_PLANE]


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither Go nor a program of the control plane, on PATH or built."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(places, "BIN", tmp_path / "built")
    monkeypatch.delenv("CI", raising=False)
    return folder


def write_program(folder: Path, name: str, says: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{says}'\n")
    file.chmod(0o755)


def test_without_programs_it_says_what_is_missing_and_what_to_do(no_programs: Path) -> None:
    with pytest.raises(NotRunnableError) as refusal:
        processes.programs()
    assert all(name in str(refusal.value) for name in NAMES)
    assert "install Go" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_set_up_without_go_leaves_them_out_and_says_so(no_programs: Path) -> None:
    said = ensure_control_plane()
    assert said.startswith("left out: no etcd, kube-apiserver")
    assert "reported as not run" in said


def test_in_ci_what_cannot_be_built_is_an_error(no_programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SetupError, match="CI runs the tests"):
        ensure_control_plane()


def test_a_program_of_the_same_minor_version_on_path_is_taken(no_programs: Path) -> None:
    write_program(no_programs, "kube-apiserver", "Kubernetes v1.35.9")
    found = {tool.name: find_program(tool, minor) for tool, minor in CONTROL_PLANE}
    assert found["kube-apiserver"] == no_programs / "kube-apiserver"


@pytest.mark.parametrize("says", ["Kubernetes v1.34.9", "usage: kube-apiserver", ""])
def test_a_program_of_another_version_on_path_is_passed_by(no_programs: Path, says: str) -> None:
    write_program(no_programs, "kube-apiserver", says)
    found = {tool.name: find_program(tool, minor) for tool, minor in CONTROL_PLANE}
    assert found["kube-apiserver"] is None


def test_without_go_the_definitions_are_left_out_and_said_so(
    no_programs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "DEFINITIONS", tmp_path / "definitions")
    assert "reported as not judged" in ensure_definitions()


def test_too_little_memory_is_said_in_figures() -> None:
    processes.check_memory(processes.NEEDED_MEBIBYTES)
    with pytest.raises(NotRunnableError, match=f"^700 MiB of memory are free and .* {processes.NEEDED_MEBIBYTES}: "):
        processes.check_memory(700)


def test_a_busy_port_is_named() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(NotRunnableError, match=f"port {port} already"):
            processes.check_port(port)
    processes.check_port(processes.free_port())


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(NotRunnableError, match="not empty and not a control plane's"):
        processes.claim(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "keep"


def test_a_folder_in_use_names_the_process_that_uses_it(tmp_path: Path) -> None:
    processes.claim(tmp_path)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (tmp_path / ".control-plane").write_text(str(other.pid))
    with pytest.raises(NotRunnableError, match=f"process {other.pid} runs in"):
        processes.claim(tmp_path)
    other.communicate(b"\n")


def test_the_folder_of_a_run_that_never_stopped_is_made_new(tmp_path: Path, ended: Callable[[], int]) -> None:
    (tmp_path / "etcd").mkdir()
    (tmp_path / "etcd" / "member").write_text("old")
    (tmp_path / ".control-plane").write_text(str(ended()))
    processes.claim(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [".control-plane"]
    assert (tmp_path / ".control-plane").read_text() == str(os.getpid())


@pytest.fixture
def ended() -> Callable[[], int]:
    """The id of a process that is no more."""

    def run() -> int:
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        return process.pid

    return run


def test_a_program_that_ends_at_once_is_named_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in NAMES:
        write_program(tmp_path, name, "bind: address already in use")
    monkeypatch.setattr(processes, "programs", lambda: {name: tmp_path / name for name in NAMES})
    monkeypatch.setattr(processes, "check_memory", lambda: None)
    with (
        pytest.raises(NotRunnableError, match=r"^etcd ended with 0: bind: address already in use$"),
        processes.running(),
    ):
        raise AssertionError("it must not run")


def test_a_definitions_file_that_is_not_what_it_was_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_program(tmp_path, "go", '{"Dir": "/somewhere", "Sum": "h1:other="}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SetupError, match="is not what it was: its sum is h1:other=, not h1:one="):
        fetch_module("example.org/operator", "v1.0.0", "h1:one=")
