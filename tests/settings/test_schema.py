"""The committed schemas and reference are current, and the schemas agree with what the models accept."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from settings import reference, schema
from settings.raw import Raw
from tests.settings.bad_input import in_stack, in_workload
from tests.settings.bad_input.case import Case
from tests.settings.product import STACK, WORKLOAD, with_change

ROOT = Path(__file__).parents[2]
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
WORKLOAD_FILES = sorted((ROOT / "workloads").glob("*.yaml"))
VALIDATORS = {name: Draft202012Validator(make()) for name, make in schema.SCHEMAS.items()}


def _errors(name: str, document: Raw) -> list[str]:
    validator = VALIDATORS[name]
    found = validator.iter_errors(document)  # pyright: ignore[reportUnknownMemberType] -- the stub leaves one argument untyped
    return [error.message for error in found]


def _config(stack: dict[str, Raw]) -> dict[str, Raw]:
    return {"config": {f"groundwork:{key}": value for key, value in stack.items()}}


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_a_committed_schema_is_current(name: str) -> None:
    assert (schema.FOLDER / name).read_text(encoding="utf-8") == schema.rendered(name), "run python -m settings.schema"


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema.rendered(name)))


def test_the_reference_is_current() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == reference.rendered(), "run python -m settings.reference"


@pytest.mark.parametrize("path", [*STACK_FILES, *WORKLOAD_FILES], ids=lambda path: path.name)
def test_a_committed_file_names_its_schema_and_holds_to_it(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    marker, named = first.split("$schema=")
    assert marker == "# yaml-language-server: "
    target = (path.parent / named).resolve()
    assert target.parent == schema.FOLDER
    assert _errors(target.name, yaml.safe_load(path.read_text(encoding="utf-8"))) == []


def test_there_are_files_to_check() -> None:
    assert len(STACK_FILES) >= 3
    assert len(WORKLOAD_FILES) >= 1


def test_the_products_of_the_tests_hold_to_the_schemas() -> None:
    assert _errors("stack.schema.json", _config(yaml.safe_load(STACK))) == []
    assert _errors("workload.schema.json", yaml.safe_load(WORKLOAD)) == []


def _seen(case: Case) -> bool:
    base: dict[str, Raw] = yaml.safe_load(STACK if case.file == "stack" else WORKLOAD)
    broken = with_change(base, case.path, case.value)
    document = _config(broken) if case.file == "stack" else broken
    return bool(_errors(f"{case.file}.schema.json", document))


def test_an_editor_shows_most_mistakes_that_one_value_makes() -> None:
    cases = [case for case in (*in_stack.CASES, *in_workload.CASES) if not case.also]
    seen = [case for case in cases if _seen(case)]
    assert len(seen) >= len(cases) // 2


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        ("stack", "netwrok", {}),
        ("stack", "region", "us-east-7"),
        ("stack", "cluster.version", "1.20"),
        ("stack", "network.cidr", 7),
        ("stack", "secrets.PARTNER_KEY", "hunter2"),
        ("workload", "services.Web_Server", {}),
        ("workload", "services.api.resources.requests.memory", "4GB"),
        ("workload", "services.api.environment.PORT", 3000),
        ("workload", "backups.dump.schedule", "daily"),
        ("workload", "secrets.SIGNING_KEY.kind", "random"),
    ],
)
def test_an_editor_shows_this_mistake(file: str, path: str, value: Raw) -> None:
    base: dict[str, Raw] = yaml.safe_load(STACK if file == "stack" else WORKLOAD)
    broken = with_change(base, path, value)
    assert _errors(f"{file}.schema.json", _config(broken) if file == "stack" else broken)


def test_every_key_is_described() -> None:
    for name in schema.SCHEMAS:
        _assert_described(json.loads(schema.rendered(name)), name)


def _assert_described(node: Raw, place: str) -> None:
    if isinstance(node, list):
        for item in node:
            _assert_described(item, place)
    if not isinstance(node, dict):
        return
    properties = node.get("properties")
    if isinstance(properties, dict) and not place.endswith("properties"):
        for key, inner in properties.items():
            known = key in ("config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment", "secure")
            assert known or (isinstance(inner, dict) and ("description" in inner or "$ref" in inner)), f"{place}.{key}"
    for key, inner in node.items():
        _assert_described(inner, f"{place}.{key}")
