"""Scalars of another type than the SDK says: read as the provider's bridge reads them, and no further."""

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.provider.catalog import resource_type
from offline_cloud.provider.check import check_properties
from offline_cloud.provider.coercion import coerced

TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


def read(type: str, properties: Properties) -> Properties:
    return coerced(properties, resource_type(type).inputs)


@pytest.mark.parametrize(
    ("value", "text"), [(256, "256"), (True, "true"), (False, "false"), (0.5, "0.5"), ("256", "256")]
)
def test_text_may_be_a_number_or_a_flag(value: Value, text: str) -> None:
    assert read(TASK, {"cpu": value}) == {"cpu": text}


def test_numbers_and_flags_may_be_text_at_any_depth() -> None:
    rule: Value = {"fromPort": "80", "toPort": 80, "protocol": "tcp", "self": "true", "cidrBlocks": ["10.0.0.0/8"]}
    found = read(GROUP, {"ingress": [rule], "tags": {"count": 3}})
    expected: Value = {"fromPort": 80, "toPort": 80, "protocol": "tcp", "self": True, "cidrBlocks": ["10.0.0.0/8"]}
    assert found == {"ingress": [expected], "tags": {"count": "3"}}


@pytest.mark.parametrize("port", ["http", "80.5", "", " 80", ["80"], None, UNKNOWN])
def test_what_reads_as_nothing_else_stays_as_it_is(port: Value) -> None:
    given: Properties = {"ingress": [{"fromPort": port, "toPort": 80, "protocol": "tcp"}]}
    assert read(GROUP, given) == given
    if port not in (None, UNKNOWN):
        assert check_properties(given, resource_type(GROUP).inputs)
