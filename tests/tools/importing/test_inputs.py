"""Wrong input is one line with what to do, and nothing is written."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.life import ROOT, Project
from tests.tools.importing.sources import chat, compose
from tools.importing.__main__ import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    (place / "workloads").mkdir(parents=True)
    for name in ("dev", "prod"):
        (place / f"Pulumi.{name}.yaml").write_text((ROOT / f"Pulumi.{name}.yaml").read_text(), encoding="utf-8")
    return place


def _refused(source: Path, project: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main([str(source), *more], project) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"services: [a\n", "YAML is expected"),
        (b"\x7fELF\x00\x01", "a binary file, not YAML"),
        (b"services: \xff\xfe", "is not UTF-8"),
        (b"x" * (6 * 1024 * 1024), "6,291,456 bytes, and at most 1,048,576 are read"),
        (b"", "nothing in it"),
        (b"just text", "no `services:` mapping"),
        (b"- a\n- b\n", "no `services:` mapping"),
        (b"web: {image: nginx}\n", "it looks like Compose 1: move everything below `services:`"),
        (b"services: {web: nginx}\n", "services.web is no mapping"),
        (b"services: {}\n", "no services in it"),
        (b"services: {web: {image: a}}\n---\nservices: {}\n", "2 documents"),
        (b"services: {db: {image: 'postgres:17'}}\n", "no service of a product"),
        (b"services: {a: {extends: {service: b}}, b: {extends: {service: a}}}\n", "in a circle; break it"),
        (b"services: {a: {extends: {service: c}}}\n", "a service extends 'c', which is not there"),
        (b"include: [compose.yml]\nservices: {a: {image: 'a:1'}}\n", "include each other in a circle"),
        (b"services: &a {b: *a}\n", "a value that ends is expected"),
        (b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "no Deployment, StatefulSet, Job or the like"),
    ],
)
def test_a_file_that_is_no_source(
    content: bytes, said: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yml"
    file.write_bytes(content)
    assert said in _refused(file, project, capsys)
    assert list((project / "workloads").iterdir()) == []


def test_a_file_or_folder_that_is_not_there(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no such file; FROM= names" in _refused(tmp_path / "nowhere.yml", project, capsys)
    (tmp_path / "empty").mkdir()
    assert "no Kubernetes objects in it" in _refused(tmp_path / "empty", project, capsys)


def test_a_file_that_exists_is_left_alone(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = chat(tmp_path / "chat")
    target = project / "workloads" / "chat.yaml"
    target.write_text("mine", encoding="utf-8")
    assert "replace it with FORCE=1" in _refused(source, project, capsys)
    assert target.read_text(encoding="utf-8") == "mine"
    assert main([str(source), "--force"], project) == 0
    assert target.read_text(encoding="utf-8").startswith("# yaml-language-server")
    assert [each.name for each in target.parent.iterdir()] == ["chat.yaml"]


def test_a_folder_that_cannot_be_written(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "workloads").rmdir()
    (project / "workloads").write_text("a file", encoding="utf-8")
    assert "make the folder writable" in _refused(chat(tmp_path / "chat"), project, capsys)


def test_the_report_says_what_comes_next(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = compose(
        tmp_path / "shop",
        """
        services:
          app: {image: shop/app, ports: ["80:8080"], environment: {PARTNER_TOKEN: abcdefgh-partner}}
        """,
    )
    assert main([str(file), "--name", "Web Shop"], project) == 0
    said = capsys.readouterr().out
    assert "wrote workloads/web-shop.yaml" in said
    assert "carried over  1 service, 1 secret, 1 route" in said
    assert "dev           valid as it stands" in said
    assert "services.app.image.tag" in said
    assert "CONFIG='groundwork:secrets.PARTNER_TOKEN=any'" in said


def test_diagnostics_that_are_left_end_with_1(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = compose(tmp_path / "shop", "services: {app: {image: 'shop/app:1', deploy: {replicas: 0}}}")
    assert main([str(file)], project) == 1
    assert "a product of which something always runs" in capsys.readouterr().out


@pytest.mark.engine
def test_it_previews_on_the_engine(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    (tmp_path / "workloads").unlink()
    (tmp_path / "workloads").mkdir()
    assert main([str(chat(tmp_path / "chat"))], tmp_path) == 0
    said = project.ok("preview", "dev", "--workload", "chat", "--json")
    assert said.changes["create"] > 200


def test_the_command_shows_no_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tools.importing", str(tmp_path / "none.yml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
