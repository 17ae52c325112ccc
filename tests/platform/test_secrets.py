"""No generated value is found in clear anywhere a person or a program might look."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform.life import Project

pytestmark = pytest.mark.engine

_VALUES = {
    "random:index/randomPassword:RandomPassword": ("result",),
    "random:index/randomBytes:RandomBytes": ("hex", "base64"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project.make(tmp_path_factory.mktemp("secrets"))
    made.ok("preview", "prod")
    made.ok("up", "prod")
    return made


@pytest.fixture(scope="module")
def values(project: Project) -> dict[str, str]:
    """Every generated value in clear, under the name of the resource that generated it."""
    shown = project.ok("pulumi", "prod", "--", "stack", "export", "--show-secrets").out
    state: dict[str, Any] = json.loads(shown)
    return dict(_generated(state["deployment"]["resources"]))


def _generated(resources: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        for output in _VALUES.get(resource["type"], ()):
            value: str | dict[str, str] = resource["outputs"][output]
            text: str = value if isinstance(value, str) else json.loads(value["plaintext"])
            yield f"{resource['urn'].rpartition('::')[2]}.{output}", text


def test_there_are_values_to_look_for(values: dict[str, str]) -> None:
    assert len(values) >= 5
    assert all(len(value) >= 16 for value in values.values())


@pytest.mark.requirement("OB-65")
def test_no_file_of_the_run_holds_a_generated_value(project: Project, values: dict[str, str]) -> None:
    """State and its backups, manifests, the store and the logs all live under this folder."""
    files = [file for file in (project.folder / ".sandbox").rglob("*") if file.is_file() and not file.is_symlink()]
    assert any("manifests" in file.parts for file in files)
    assert any(file.name == "prod.json" for file in files)
    assert list(_found(files, values)) == []


def _found(files: list[Path], values: dict[str, str]) -> Iterator[tuple[str, str]]:
    for file in files:
        content = file.read_bytes()
        for name, value in values.items():
            if value.encode() in content:
                yield str(file), name


@pytest.mark.parametrize("command", ["outputs", "export", "up", "preview", "objects"])
def test_no_command_prints_a_generated_value(project: Project, values: dict[str, str], command: str) -> None:
    said = project.ok(command, "prod")
    assert [name for name, value in values.items() if value in said.out + said.error] == []
