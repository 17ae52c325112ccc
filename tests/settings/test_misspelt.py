"""A misspelt top-level key is one mistake: named with its line and the nearest key, and judged as it was meant."""

from pathlib import Path

import pytest

from settings.diagnostics import Diagnostic
from tests.settings.product import Files, files, with_change

_MISSPELT = {
    "environment": "enviroment",
    "region": "regoin",
    "zones": "zone",
    "domain": "domian",
    "workload": "worklod",
    "network": "netwrok",
    "monitoring": "monitorng",
    "access": "acess",
    "secrets": "secret",
}


def _line(stated: Files, text: str) -> int:
    lines = (stated.folder / "Pulumi.prod.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _only(stated: Files) -> Diagnostic:
    (diagnostic,) = stated.refused().diagnostics
    return diagnostic


@pytest.mark.parametrize(("key", "misspelt"), _MISSPELT.items())
def test_a_misspelt_key_is_the_one_mistake(key: str, misspelt: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = {misspelt if each == key else each: value for each, value in stated.stack.items()}
    stated.write()
    diagnostic = _only(stated)
    assert (diagnostic.setting, diagnostic.given) == (f"groundwork:{misspelt}", misspelt)
    assert diagnostic.fix == f"did you mean {key!r}?"
    assert diagnostic.line == _line(stated, f"groundwork:{misspelt}:")


def test_what_stands_under_a_misspelt_key_is_judged_as_it_was_meant(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = {"enviroment" if key == "environment" else key: value for key, value in stated.stack.items()}
    stated.stack = with_change(stated.stack, "database.multi_az", value=False)
    stated.write()
    assert [diagnostic.setting for diagnostic in stated.refused().diagnostics] == [
        "groundwork:enviroment",
        "groundwork:database.multi_az",
    ]


def test_a_key_of_a_section_is_one_mistake_too(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "network", {"cdir": "10.0.0.0/16"})
    stated.write()
    diagnostic = _only(stated)
    assert (diagnostic.setting, diagnostic.fix) == ("groundwork:network.cdir", "did you mean 'cidr'?")


def _rewritten(stated: Files, old: str, new: str, missing: str) -> None:
    """Write the stack's file as no tool does, and hand over what the engine makes of it."""
    stated.write()
    file = stated.folder / "Pulumi.prod.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    stated.stack = {key: value for key, value in stated.stack.items() if key not in missing.split()}


def test_a_misspelt_name_of_the_project_is_told(tmp_path: Path) -> None:
    stated = files(tmp_path)
    _rewritten(stated, "groundwork:environment", "groundwrok:environment", missing="environment")
    diagnostic = _only(stated)
    assert (diagnostic.setting, diagnostic.line) == ("groundwrok:environment", 2)
    assert diagnostic.fix == "did you mean 'groundwork:environment'?"


def test_another_programs_configuration_is_left_alone(tmp_path: Path) -> None:
    stated = files(tmp_path)
    _rewritten(stated, "config:\n", "config:\n  aws:region: eu-west-1\n", missing="")
    assert stated.load().stack.region == "us-east-1"


def test_a_misspelt_section_of_the_file_is_told_and_its_keys_are_judged(tmp_path: Path) -> None:
    stated = files(tmp_path)
    _rewritten(stated, "config:\n", "confg:\n", missing=" ".join(stated.stack))
    diagnostic = _only(stated)
    assert (diagnostic.setting, diagnostic.line, diagnostic.fix) == ("confg", 1, "did you mean 'config'?")


def test_a_key_without_the_projects_name_has_its_line(tmp_path: Path) -> None:
    """The engine gives it the project's name."""
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "region", "us-east-77")
    _rewritten(stated, "groundwork:region", "region", missing="")
    diagnostic = _only(stated)
    assert (diagnostic.setting, diagnostic.line) == ("groundwork:region", _line(stated, "  region:"))
