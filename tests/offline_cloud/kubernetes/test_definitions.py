"""Custom resources by their operators' own definitions."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from jsonschema import Draft202012Validator

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.kubernetes import definitions, expressions
from offline_cloud.kubernetes.objects import KubernetesObject
from tests.offline_cloud.kubernetes.clouds import Cloud, noted, said, thing

FILES = sorted(definitions.FOLDER.glob("*.*.json"))
BY_HAND = sorted(definitions.further())


def _crate(size: Value = 1, **spec: Value) -> Properties:
    return thing("store.example.org/v1", "Crate", "first", spec={"size": size, **spec})


def _crates() -> Properties:
    """A definition of a product's own, with a default, a set and rules."""
    size: Properties = {"type": "integer", "default": 3, "x-kubernetes-validations": [{"rule": "self > 0"}]}
    marks: Properties = {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}
    kept: Properties = {"rule": "self == oldSelf", "message": "a kind is kept"}
    rule: Properties = {"rule": "!has(self.kind) || self.size < 9", "message": "large ones have no kind"}
    spec: Properties = {
        "type": "object",
        "properties": {
            "size": size,
            "marks": marks,
            "kind": {"type": "string", "x-kubernetes-validations": [kept]},
        },
        "x-kubernetes-validations": [rule],
    }
    schema: Properties = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    versions: list[Value] = [{"name": "v1", "served": True, "storage": True, "schema": schema}]
    names: Properties = {"plural": "crates", "kind": "Crate"}
    body: Properties = {"group": "store.example.org", "scope": "Namespaced", "names": names, "versions": versions}
    return thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", "crates.store.example.org", spec=body)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_definition_can_be_judged_by(file: Path) -> None:
    stated = json.loads(file.read_text())
    assert file.name == f"{stated['kind'].lower()}.{stated['group']}.json"
    for version in stated["versions"]:
        found = definitions.find(f"{stated['group']}/{version}", stated["kind"])
        assert found is not None
        Draft202012Validator.check_schema(found.json_schema)
        for rule in _found(cast("Properties", found.schema), "rule"):
            assert expressions.fault(rule) == ""
        for pattern in _found(cast("Properties", found.schema), "pattern"):
            re.compile(definitions.scoped(pattern))


def _found(schema: Value, key: str) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, below in schema.items():
            if name == key and isinstance(below, str):
                yield below
            yield from _found(below, key)
    elif isinstance(schema, list):
        for below in schema:
            yield from _found(below, key)


def test_every_kind_is_in_the_scope_that_its_definition_says() -> None:
    for group, kind in definitions.cluster_scoped():
        body: Properties = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "a"}}
        assert KubernetesObject(body, "shop").namespace == "", kind
    stated = {(str(each["group"]), str(each["kind"])) for file in FILES for each in [json.loads(file.read_text())]}
    for group, kind in stated - definitions.cluster_scoped():
        body = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "a"}}
        assert KubernetesObject(body, "shop").namespace == "shop", kind


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_added_by_hand_belongs_to_a_definition(name: str) -> None:
    assert (definitions.FOLDER / f"{name}.json").is_file()


def test_a_products_own_definition_is_judged_by(cloud: Cloud) -> None:
    assert noted(cloud.objects(_crates(), name="definitions")) == ""
    assert noted(cloud.objects(_crate(), name="good")) == ""
    assert "spec.colour: no such field" in said(cloud.objects(_crate(colour="red")))
    assert 'spec.size: "large" is not of type integer' in said(cloud.objects(_crate("large")))
    assert "spec.size: 0: does not hold: self > 0" in said(cloud.objects(_crate(0)))
    assert "large ones have no kind" in said(cloud.objects(_crate(9, kind="wood")))
    assert 'spec.marks[1]: "a" stands twice' in said(cloud.objects(_crate(marks=["a", "a"])))


def test_a_default_is_there_when_a_rule_is_applied(cloud: Cloud) -> None:
    defaulted = thing("store.example.org/v1", "Crate", "first", spec={"kind": "wood"})
    assert noted(cloud.objects(_crates(), defaulted)) == ""


def test_what_is_not_known_yet_is_not_judged(cloud: Cloud) -> None:
    assert noted(cloud.objects(_crates(), _crate(UNKNOWN, kind=UNKNOWN, marks=[UNKNOWN, UNKNOWN]))) == ""


def test_a_change_is_judged_by_what_was_there(cloud: Cloud) -> None:
    assert noted(cloud.objects(_crates(), name="definitions")) == ""
    assert noted(cloud.objects(_crate(kind="wood"))) == ""
    changed: Properties = {"objects": [_crate(kind="steel")]}
    assert 'spec.kind: "steel": a kind is kept' in said(cloud.upgrade("things", values=changed))
    assert said(cloud.upgrade("things", values={"objects": [_crate(2, kind="wood")]})) == ""


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("^(?i)(abort|warn)?$", "Warn", True),
        ("^((?i)may|june)-a$", "MAY-a", True),
        ("^((?i)may|june)-a$", "may-A", False),
        (r"^\((?i)a\)$", "(A)", True),
    ],
)
def test_case_is_ignored_to_the_end_of_a_group(pattern: str, value: str, fits: bool) -> None:
    assert bool(re.search(definitions.scoped(pattern), value)) is fits


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("self.find('^[^@]+') == 'al2'", "al2@latest", True),
        ("self.split('@')[1] == 'latest'", "al2@v1", False),
        ("isURL(self) && url(self).getScheme() == 'https'", "https://a.example/b", True),
        ("isURL(self)", "a b", False),
        ("duration(self) >= duration('1ms')", "1h", True),
        ("self.substring(7, 8) == '/'", "unix:///run", True),
        ("self.all(x, int(x) > 0)", ["four"], False),
        ("self.missing == 1", {}, False),
        ("self.all(k, self[k] != '')", {"a": ""}, False),
    ],
)
def test_an_expression_is_what_the_api_server_takes_it_for(rule: str, value: object, holds: bool) -> None:
    assert expressions.holds(rule, value) is holds


def test_a_function_that_is_not_known_is_said_not_passed_over() -> None:
    with pytest.raises(expressions.NotJudgedError, match="asks for a function that is not known here"):
        expressions.holds("isIP(self)", "10.0.0.1")


def test_what_is_no_expression_is_told_with_the_reason() -> None:
    assert "Syntax error" in expressions.fault("self.size <=")
    assert expressions.fault("self.size <= 3") == ""
