"""What the real engine tells of a stack with mistakes: all of them, with their lines, and nothing is created."""

from pathlib import Path

import pytest

from tests.platform.life import ROOT, Project


@pytest.mark.engine
def test_a_misspelt_key_and_what_arithmetic_shows_are_told_together(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    file = tmp_path / "Pulumi.prod.yaml"
    text = (ROOT / file.name).read_text(encoding="utf-8")
    file.unlink()
    broken = text.replace("groundwork:environment", "groundwork:enviroment")
    file.write_text(f"{broken}  groundwork:database:\n    instance_class: db.t4g.micro\n", encoding="utf-8")

    said = project.run("preview", "prod")

    assert said.code != 0
    assert "2 mistakes in the settings; nothing was created." in said.err
    assert "groundwork:enviroment\n" in said.err
    assert "did you mean 'environment'?" in said.err
    assert "groundwork:database.instance_class\n" in said.err
    assert "Traceback" not in said.err
    assert "is required" not in said.err
