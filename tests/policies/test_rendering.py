"""Releases are rendered by helm for the rules to judge, without a secret in any file, argument or message."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies import rendering
from policies.rendering import RELEASE, objects_of
from policies.view import UNKNOWN, Resource

_ECHO = """#!/bin/sh
printf '%s\\n' "$@" > {folder}/arguments
cat > {folder}/values
printf 'kind: ConfigMap\\nmetadata: {{name: given}}\\ndata: '
cat {folder}/values
printf '\\n---\\nkind: ConfigMap\\nmetadata: {{name: other}}\\ndata: {{url: "https://{sign}/ready", port: 80}}\\n'
"""


def _release(chart: str = "./charts/workload", **values: Any) -> Resource:
    body = {"name": "shop", "namespace": "shop", "chart": chart, "values": values}
    return Resource(
        type=RELEASE,
        name="application",
        urn="urn::r",
        properties=unknown_checking_proxy(body),
        environment="production",
    )


def _helm(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "helm"
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(rendering, "helm", lambda: program)


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A helm that writes down what it is given, and gives it back."""
    _helm(_ECHO.format(folder=tmp_path, sign=UNKNOWN_STRING_VALUE), tmp_path, monkeypatch)
    return tmp_path


def test_values_that_are_not_known_stay_unknown(echo: Path) -> None:
    del echo
    release = _release(known="a", listed=["b", UNKNOWN_STRING_VALUE], unknown=UNKNOWN_STRING_VALUE)
    given, other = objects_of(release).objects
    assert (given.type, given.name, given.environment) == ("ConfigMap", "given", "production")
    assert given.value("data.known") == "a"
    assert (given.value("data.listed.0"), given.value("data.listed.1")) == ("b", UNKNOWN)
    assert given.value("data.unknown") is UNKNOWN
    assert other.value("data.url") is UNKNOWN
    assert other.value("data.port") == 80


def test_a_list_that_is_not_known_is_one_for_the_templates(echo: Path) -> None:
    flow = {"type": "object", "properties": {"cidrs": {"type": "array", "items": {"type": "string"}}}}
    schema = {
        "definitions": {"Flow": flow},
        "properties": {"flows": {"type": "array", "items": {"$ref": "#/definitions/Flow"}}},
    }
    (echo / "values.schema.json").write_text(json.dumps(schema))
    [given, _] = objects_of(_release(str(echo), flows=[{"cidrs": UNKNOWN_STRING_VALUE}])).objects
    assert len(given.value("data.flows.0.cidrs")) == 1
    assert given.value("data.flows.0.cidrs.0") is UNKNOWN


def test_values_go_to_helm_by_its_standard_input_alone(echo: Path) -> None:
    objects_of(_release(password="hunter2"))
    assert "hunter2" in (echo / "values").read_text()
    assert "hunter2" not in (echo / "arguments").read_text()
    assert "--namespace\nshop" in (echo / "arguments").read_text()


def test_one_rendering_serves_every_rule(echo: Path) -> None:
    objects_of(_release(once="only"))
    (echo / "values").unlink()
    assert objects_of(_release(once="only")).objects
    assert not (echo / "values").exists()


def test_what_helm_says_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _helm("#!/bin/sh\ncat >&2\nexit 1\n", tmp_path, monkeypatch)
    found = objects_of(_release(password="hunter2"))
    assert found.objects == ()
    assert "cannot render" in found.missing
    assert "hunter2" not in found.missing


def test_without_helm_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "helm", lambda: None)
    assert "make setup" in objects_of(_release()).missing


def test_a_chart_from_elsewhere_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "helm", lambda: None)
    assert objects_of(_release("oci://public.ecr.aws/karpenter/karpenter")) == rendering.Rendering()
