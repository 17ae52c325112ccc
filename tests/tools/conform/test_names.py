"""Every resource type and argument of Terraform has one of the SDK, by rule or by name, and the other way round."""

from collections.abc import Iterator, Mapping

import pytest

from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, OneOf, Scalar, Shape, resource_type
from tools.conform.names import NEWER, RENAMED, TYPES, argument_of, terraform_type, unstated
from tools.conform.schema import Argument, packed
from tools.deploy_policy.generate import program_types

_TABLE = packed()
_STATED = [(token, type) for token, type in TYPES.items() if type in _TABLE.resources]
_OF_TERRAFORM_ALONE = {"id", "tags_all", "timeouts"}
"""What the SDK has of its own: an id is an output there, and time-outs are an option."""


@pytest.mark.parametrize(("token", "type"), _STATED, ids=[token for token, _ in _STATED])
def test_each_argument_of_terraform_is_one_property_of_the_sdk(token: str, type: str) -> None:
    assert list(_unmatched(type, "", resource_type(token).inputs, _TABLE.resources[type])) == []


@pytest.mark.parametrize(("token", "type"), _STATED, ids=[token for token, _ in _STATED])
def test_what_the_sdk_requires_terraform_has(token: str, type: str) -> None:
    inputs, arguments = resource_type(token).inputs, _TABLE.resources[type]
    assert [each for each in sorted(inputs.required) if argument_of(type, "", each, arguments) is None] == []


def test_the_types_are_those_that_the_offline_cloud_and_the_deploying_role_know() -> None:
    assert sorted(TYPES) == program_types()


def test_types_that_the_table_lacks_are_listed_as_newer() -> None:
    assert {type for type in TYPES.values() if type not in _TABLE.resources} == {
        each for each in NEWER if "." not in each
    }


def test_nothing_is_listed_as_newer_that_the_table_has() -> None:
    for each in NEWER:
        type, *path = each.split(".")
        arguments: Mapping[str, Argument] = _TABLE.resources.get(type, {})
        for name in path[:-1]:
            arguments = arguments[name].members
        assert type not in _TABLE.resources or (path and path[-1] not in arguments), each


def test_each_renamed_argument_is_in_the_table_and_in_the_sdk() -> None:
    by_type = {type: token for token, type in TYPES.items()}
    for (type, property), argument in RENAMED.items():
        assert property in resource_type(by_type[type]).inputs.properties
        assert argument in _TABLE.resources[type]


@pytest.mark.parametrize(
    ("token", "type"),
    [
        ("aws:amp/workspace:Workspace", "aws_prometheus_workspace"),
        ("aws:ec2/vpc:Vpc", "aws_vpc"),
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:rds/instance:Instance", "aws_db_instance"),
        ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws_vpc_security_group_egress_rule"),
    ],
)
def test_types_are_named_as_terraform_names_them(token: str, type: str) -> None:
    assert terraform_type(token) == type


@pytest.mark.parametrize(
    ("property", "several", "argument"),
    [
        ("andStatement", False, "and_statement"),
        ("countryCodes", False, "country_codes"),
        ("headers", True, "headers"),
        ("ja3Fingerprint", False, "ja3_fingerprint"),
        ("managedRuleGroupConfigs", True, "managed_rule_group_configs"),
        ("ruleActionOverrides", True, "rule_action_override"),
        ("statements", True, "statement"),
        ("textTransformations", True, "text_transformation"),
    ],
)
def test_a_firewall_statement_is_named_as_the_providers_source_names_it(
    property: str, several: bool, argument: str
) -> None:
    assert unstated(property, several=several) == argument


def _unmatched(type: str, path: str, inputs: ObjectOf, arguments: Mapping[str, Argument]) -> Iterator[str]:
    found: dict[str, str] = {}
    for property in inputs.properties:
        name = argument_of(type, path, property, arguments)
        if name in found:
            yield f"{path}{name} is {property} and {found[name]}"
        elif name is not None:
            found[name] = property
    for name, argument in arguments.items():
        if name not in found:
            if argument.settable and (path or name not in _OF_TERRAFORM_ALONE):
                yield f"{path}{name} is no property of the SDK"
            continue
        inner = _object(inputs.properties[found[name]])
        if argument.kind == "object" and inner is None:
            yield f"{path}{name} holds objects, and {found[name]} does not"
        elif argument.kind == "object" and inner is not None:
            yield from _unmatched(type, f"{path}{name}.", inner, argument.members)


def _object(shape: Shape) -> ObjectOf | None:
    match shape:
        case ObjectOf():
            return shape
        case ListOf(inner) | MapOf(inner):
            return _object(inner)
        case OneOf(options):
            return next((found for each in options if (found := _object(each))), None)
        case Scalar():
            return None
