"""The base revision: checked out beside the project, and taken away again."""

import subprocess
from pathlib import Path

import pytest

from tools.report.__main__ import FAILED, main
from tools.report.trees import ReportError, base, head


def git(folder: Path, *arguments: str) -> str:
    own = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    return subprocess.run(
        ("git", *own, "-C", str(folder), *arguments), check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose base has other policies and another offline cloud than what stands there."""
    folder = tmp_path / "project"
    for name in ("offline_cloud", "policies", "components"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file.py").write_text("old\n", "utf-8")
    (folder / "Pulumi.yaml").write_text("name: p\nruntime: python\n", "utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n", "utf-8")
    git(folder.parent, "init", "--quiet", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "base")
    for name in ("offline_cloud", "policies", "components"):
        (folder / name / "file.py").write_text("new\n", "utf-8")
    (folder / ".offline-cloud").mkdir()
    return folder


def test_the_base_has_its_own_program_and_is_judged_as_the_head_is(project: Path) -> None:
    with base(project, "HEAD") as folder:
        found = {name: (folder / name / "file.py").read_text("utf-8") for name in ("components", "policies")}
        assert found == {"components": "old\n", "policies": "new\n"}
        assert (folder / "offline_cloud" / "file.py").read_text("utf-8") == "new\n"
    assert not folder.exists()
    assert git(project, "worktree", "list").count("\n") == 1


def test_the_base_goes_too_when_a_preview_raises(project: Path) -> None:
    with pytest.raises(KeyError), base(project, "HEAD"):
        raise KeyError
    assert git(project, "worktree", "list").count("\n") == 1


def test_the_head_is_what_stands_there_over_an_account_of_its_own(project: Path) -> None:
    with head(project) as folder:
        assert (folder / "components" / "file.py").read_text("utf-8") == "new\n"
        assert not (folder / ".offline-cloud").exists()
        assert not (folder / ".git").exists()
    assert (project / "components" / "file.py").is_file()


@pytest.mark.parametrize("revision", ["no-such-branch", "", "--help", "HEAD~99", "HEAD:Pulumi.yaml"])
def test_a_revision_that_does_not_exist_is_one_clear_line(
    project: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ReportError, match="BASE: "), base(project, revision):
        pass
    if revision:
        assert main([f"--base={revision}", "--project", str(project)]) == FAILED
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert revision in said


def test_a_stack_that_neither_revision_has_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base", "HEAD", "--stack", "none", "--project", str(project)]) == FAILED
    assert capsys.readouterr().err == "error: STACK: neither revision has a Pulumi.none.yaml; stacks: dev\n"
