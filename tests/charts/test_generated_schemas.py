"""The charts' schemas are those of the typed values, and both refuse the same mistakes."""

import json
from functools import cache
from itertools import islice
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pulumi import Output
from pydantic import ValidationError

from components.chart_values.cluster import PoolLimits
from components.chart_values.consoles import Binding
from components.chart_values.schema import VALUES, file_of, rendered
from components.chart_values.workload.policies import Flow, FlowPort
from offline_cloud.kubernetes.schema import validator_of
from tests.charts.mutations import mutations
from tests.charts.rendering import ROOT
from tests.charts.whole_platform import local_releases

PRODUCTS = ("ai-trading", "service-layer")
"""Between them they ask for everything that a chart has."""
_STRIDE = {"workload": 4}
"""Of a long document, one mistake in so many."""
_PORTS = (FlowPort(number=80, protocol="TCP"),)


@pytest.mark.parametrize("chart", VALUES)
def test_a_committed_schema_is_current(chart: str) -> None:
    assert file_of(chart).read_text(encoding="utf-8") == rendered(chart), "run make generate"


@pytest.mark.parametrize("chart", VALUES)
def test_a_schema_is_a_schema(chart: str) -> None:
    Draft7Validator.check_schema(json.loads(rendered(chart)))


def test_every_chart_has_typed_values() -> None:
    assert {path.parent.name for path in (ROOT / "charts").glob("*/Chart.yaml")} == set(VALUES)


@cache
def _documents(chart: str) -> tuple[dict[str, Any], ...]:
    """What a chart is given in production, as plain JSON, whose whole numbers the engine's messages have as floats."""
    releases = [each for product in PRODUCTS for each in local_releases(product, "production")]
    given = [json.dumps(each.values) for each in releases if each.chart.name == chart]
    return tuple(json.loads(text, parse_float=_number) for text in given)


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _takes(chart: str, document: object) -> bool:
    """Whether the typed values can be made of a document."""
    try:
        VALUES[chart].model_validate_json(json.dumps(document))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("chart", VALUES)
def test_what_the_program_hands_over_fits_both(chart: str) -> None:
    assert _documents(chart)
    validator = validator_of(json.loads(rendered(chart)))
    for document in _documents(chart):
        assert [error.message for error in validator.iter_errors(document)] == []
        assert VALUES[chart].model_validate_json(json.dumps(document)).to_helm() == document


@pytest.mark.parametrize("chart", VALUES)
def test_both_refuse_the_same_mistakes(chart: str) -> None:
    """A key removed, misspelt or unknown, a value of another type, or without anything in it."""
    validator = validator_of(json.loads(rendered(chart)))
    refused = 0
    for mutation in islice(mutations(_documents(chart)[0]), 0, None, _STRIDE.get(chart, 1)):
        fits = next(iter(validator.iter_errors(mutation.document)), None) is None
        assert _takes(chart, mutation.document) == fits, (mutation.path, mutation.kind)
        refused += not fits
    assert refused > 30


def test_an_output_stands_for_the_value_that_it_will_be() -> None:
    arn = Output.from_input("arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/grafana")
    assert Binding(service="grafana", port=3000, arn=arn).to_helm()["arn"] is arn
    with pytest.raises(ValidationError, match="arn"):
        Binding(service="grafana", port=3000, arn="grafana")


@pytest.mark.parametrize(
    ("peers", "said"),
    [
        ({}, "exactly one of cidrs, namespace, service"),
        ({"cidrs": ("10.0.0.0/8",), "namespace": "monitoring"}, "exactly one of"),
        ({"namespace": "monitoring", "except_": ("10.0.0.0/8",)}, "except needs cidrs"),
    ],
)
def test_a_condition_between_keys_holds_when_values_are_made(peers: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Flow(name="other", ports=_PORTS, **peers)


def test_a_section_without_a_key_that_must_have_one_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one key"):
        PoolLimits()


def test_values_do_not_change_and_name_no_key_that_the_chart_does_not_know() -> None:
    flow = Flow(name="other", ports=_PORTS, namespace="monitoring")
    with pytest.raises(ValidationError, match="frozen"):
        flow.name = "another"  # pyright: ignore[reportAttributeAccessIssue] -- that is what is tried
    with pytest.raises(ValidationError, match="Extra inputs"):
        Flow.model_validate({**flow.to_helm(), "ports": _PORTS, "portss": ()})
