"""What `make new-workload` writes is valid as it stands, and shows everything that a product may state."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from settings import PlatformSettings, load
from settings.raw import Raw
from settings.shape import fields_of
from settings.workload import Workload
from settings.workload.service import Service
from tests.platform.life import ROOT, Project
from tests.settings.product import STACK
from tools import new_workload
from tools.new_workload import RefusedError, main, start, text

_OFF = re.compile(r"^( *)#(?=\S|  )", re.MULTILINE)
"""The mark of a setting that is off: no blank follows it, or the two of a line that belongs to one above."""


def _loaded(folder: Path, written: str) -> PlatformSettings:
    workloads = folder / "workloads"
    workloads.mkdir()
    (workloads / "book-club.yaml").write_text(written, encoding="utf-8")
    stack: dict[str, Raw] = yaml.safe_load(STACK)
    del stack["secrets"]
    return load("prod", {**stack, "workload": "book-club", "provided_secrets": []}, workloads)


def _everything() -> str:
    return _OFF.sub(r"\1", text("book-club"))


def test_the_file_is_valid_as_it_stands(tmp_path: Path) -> None:
    settings = _loaded(tmp_path, text("book-club"))
    assert settings.workload.name == "book-club"
    assert settings.notes == ()


def test_it_is_valid_with_everything_switched_on(tmp_path: Path) -> None:
    workload = _loaded(tmp_path, _everything()).workload
    assert set(workload.services) == {"api", "worker"}
    assert workload.database is not None
    assert workload.database.name == "book_club"
    kinds = {"wired", "generated", "users", "provided", "external"}
    assert {secret.kind for secret in workload.secrets.values()} == kinds
    assert workload.model_fields_set >= {"contacts", "cache", "migration", "backups", "alerts", "health_check"}


def test_its_first_line_is_for_the_editor() -> None:
    assert text("shop").splitlines()[0] == "# yaml-language-server: $schema=../schemas/workload.schema.json"


@pytest.mark.parametrize(("model", "indent"), [(Workload, ""), (Service, "    ")])
def test_it_names_every_setting(model: type[Workload] | type[Service], indent: str) -> None:
    shown = set(re.findall(rf"^{indent}(?:#|# - )?([a-z_]+):", text("shop"), re.MULTILINE))
    assert set(fields_of(model)) - shown == set()


def test_the_how_tos_product_is_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "describe-your-product.md").read_text(encoding="utf-8")
    (written,) = (block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "name: recipe-box" in block)
    stack: dict[str, Raw] = yaml.safe_load(STACK)
    (tmp_path / "recipe-box.yaml").write_text(written, encoding="utf-8")
    given: dict[str, Raw] = {**stack, "workload": "recipe-box", "provided_secrets": ["SMTP_PASSWORD"]}
    del given["secrets"]
    assert load("prod", given, tmp_path).workload.services["api"].ports["http"].number == 8000


def test_no_placeholder_is_left() -> None:
    assert "{{" not in text("shop")
    assert "}}\n{{" not in text("shop")


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    written = start("shop", tmp_path)
    written.write_text("mine", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"shop\.yaml exists already"):
        start("shop", tmp_path)
    assert written.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Book Club", "; try book-club"),
        ("../shop", "; try shop"),
        ("shop_api", "; try shop-api"),
        ("9lives", "; try lives"),
        ("-", ""),
        ("x" * 41, "; try " + "x" * 40),
        ("shop\n", "; try shop"),
    ],
)
def test_a_bad_name_is_refused_in_one_line(name: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        start(name, tmp_path)
    assert str(refused.value) == (
        f"NAME={name!r} is refused: a name has at most 40 lower-case letters, digits and hyphens, a letter first{hint}"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(new_workload, "WORKLOADS", tmp_path)
    assert main(["shop"]) == 0
    assert "make preview STACK=dev WORKLOAD=shop" in capsys.readouterr().out
    assert main(["shop"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main([""]) == 2
    assert capsys.readouterr().err == "name the product: make new-workload NAME=shop\n"


@pytest.mark.engine
@pytest.mark.parametrize(
    ("written", "stack"), [(text("book-club"), "dev"), (_everything(), "prod")], ids=["dev", "prod"]
)
def test_it_previews_on_the_engine(written: str, stack: str, tmp_path: Path) -> None:
    """As it stands, and with everything switched on."""
    project = Project.make(tmp_path)
    (tmp_path / "workloads").unlink()
    shutil.copytree(ROOT / "workloads", tmp_path / "workloads")
    (tmp_path / "workloads" / "book-club.yaml").write_text(written, encoding="utf-8")
    said = project.ok("preview", stack, "--workload", "book-club", "--json")
    assert said.changes["create"] > 200
