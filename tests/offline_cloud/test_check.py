"""Properties against the SDK's types."""
# ruff: noqa: E501  # one case a line

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.provider.catalog import UnknownTypeError, provider_inputs, resource_type
from offline_cloud.provider.check import check_properties, parse_provider_inputs

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
INSTANCE = "aws:rds/instance:Instance"
LISTENER = "aws:lb/listener:Listener"
ROLE = "aws:iam/role:Role"


def complaints(type: str, properties: Properties) -> list[str]:
    return [str(diagnostic) for diagnostic in check_properties(properties, resource_type(type).inputs)]


def test_good_inputs_pass_with_what_is_unknown() -> None:
    rule: Properties = {"protocol": "tcp", "fromPort": 80, "toPort": UNKNOWN, "cidrBlocks": [UNKNOWN, "10.0.0.0/8"]}
    assert (
        complaints(SECURITY_GROUP, {"vpcId": UNKNOWN, "ingress": [rule], "egress": UNKNOWN, "tags": {"a": "b"}}) == []
    )


@pytest.mark.parametrize(
    ("type", "properties", "expected"),
    [
        (INSTANCE, {"instanceClass": "db.m7g.large", "alocatedStorage": 20}, "alocatedStorage: Instance has no property 'alocatedStorage'; did you mean 'allocatedStorage'?"),
        (INSTANCE, {}, "instanceClass: Instance needs 'instanceClass'; give it a string"),
        (INSTANCE, {"instanceClass": None}, "instanceClass: Instance needs 'instanceClass'; give it a string"),
        (INSTANCE, {"instanceClass": "c", "multiAz": "true"}, "multiAz: must be true or false, not a string"),
        (INSTANCE, {"instanceClass": "c", "allocatedStorage": "20"}, "allocatedStorage: must be a whole number, not a string"),
        (INSTANCE, {"instanceClass": "c", "allocatedStorage": 20.5}, "allocatedStorage: must be a whole number, not a number"),
        (INSTANCE, {"instanceClass": "c", "allocatedStorage": True}, "allocatedStorage: must be a whole number, not a boolean"),
        (INSTANCE, {"instanceClass": "c", "tags": {"a": 1}}, "tags.a: must be a string, not a number"),
        (INSTANCE, {"instanceClass": "c", "vpcSecurityGroupIds": "sg-1"}, "vpcSecurityGroupIds: must be a list (each a string), not a string"),
        (SECURITY_GROUP, {"ingress": [{"fromPort": 1, "toPort": 1}]}, "ingress[0].protocol: SecurityGroupIngress needs 'protocol'; give it a string"),
        (SECURITY_GROUP, {"ingress": {"fromPort": 1}}, "ingress: must be a list (each an object (SecurityGroupIngress)), not an object"),
        (LISTENER, {"loadBalancerArn": "a", "defaultActions": [{"type": "redirect", "redirect": {"statusCode": "HTTP_301", "portt": "443"}}]}, "defaultActions[0].redirect.portt: ListenerDefaultActionRedirect has no property 'portt'; did you mean 'port'?"),
        (ROLE, {"assumeRolePolicy": 3}, "assumeRolePolicy: must be a string or an object (PolicyDocument), not a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_path(type: str, properties: Properties, expected: str) -> None:
    assert complaints(type, properties) == [expected]


def test_everything_wrong_is_told_at_once() -> None:
    assert len(complaints(INSTANCE, {"multiAz": 1, "port": "x", "nme": "y"})) == 4


def test_a_value_is_never_quoted() -> None:
    assert "hunter2" not in "".join(complaints(INSTANCE, {"instanceClass": "c", "allocatedStorage": "hunter2"}))


@pytest.mark.parametrize("token", ["aws:ec2/subnet:Subnett", "azure:network:Vnet", "aws:nothing"])
def test_a_type_the_sdk_does_not_have_is_refused(token: str) -> None:
    with pytest.raises(UnknownTypeError, match=token):
        resource_type(token)


def test_secret_outputs_are_read_from_the_sdk() -> None:
    assert resource_type("random:index/randomPassword:RandomPassword").secret_outputs == {"result", "bcryptHash"}
    assert resource_type(INSTANCE).secret_outputs == {"password", "passwordWo"}
    assert "endpoint" in resource_type(INSTANCE).outputs


def test_a_providers_objects_arrive_as_json_and_are_checked() -> None:
    shape = provider_inputs("aws")
    parsed = parse_provider_inputs(
        {"region": "eu-west-1", "defaultTags": '{"tags": {"a": "b"}}', "maxRetries": "3"}, shape
    )
    assert parsed == {"region": "eu-west-1", "defaultTags": {"tags": {"a": "b"}}, "maxRetries": 3}
    assert check_properties(parsed, shape) == []
    wrong = parse_provider_inputs({"defaultTags": '{"tag": {}}'}, shape)
    assert [diagnostic.path for diagnostic in check_properties(wrong, shape)] == ["defaultTags.tag"]
