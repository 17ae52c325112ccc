"""Every IAM policy of the network and the cluster names its actions, and its resources where AWS admits them."""

from collections.abc import Callable, Iterator
from typing import Any

from components.cluster.addons import AddOns
from tests.components.recording import Recorder

# Actions that AWS defines no resource for: https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE = {
    "arc-zonal-shift:GetManagedResource",
    "cloudwatch:PutMetricData",
    "iam:ListInstanceProfiles",
    "pricing:GetProducts",
}
DESCRIBE = ("ec2:Describe", "elasticloadbalancing:Describe")


def allowed(recorder: Recorder[AddOns]) -> Iterator[tuple[str, dict[str, Any]]]:
    for policy in recorder.of_type("aws:iam/rolePolicy:RolePolicy"):
        for statement in policy.document("policy")["Statement"]:
            yield policy.name, statement


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_no_action_is_a_pattern(add_ons: Recorder[AddOns]) -> None:
    assert [
        (name, action) for name, each in allowed(add_ons) for action in listed(each["Action"]) if "*" in action
    ] == []


def test_only_what_has_no_resource_is_allowed_on_all(add_ons: Recorder[AddOns]) -> None:
    wide = {
        action
        for _, statement in allowed(add_ons)
        if "*" in listed(statement["Resource"])
        for action in listed(statement["Action"])
        if not action.startswith(DESCRIBE)
    }
    assert wide == WITHOUT_RESOURCE


def test_describing_is_held_to_the_region(add_ons: Recorder[AddOns]) -> None:
    for name, statement in allowed(add_ons):
        if "*" in listed(statement["Resource"]) and listed(statement["Action"])[0].startswith(DESCRIBE):
            assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, name


def test_every_role_trusts_one_service(add_ons: Recorder[AddOns]) -> None:
    services = {
        statement["Principal"]["Service"]
        for role in add_ons.of_type("aws:iam/role:Role")
        for statement in role.document("assumeRolePolicy")["Statement"]
    }
    assert services == {"eks.amazonaws.com", "ec2.amazonaws.com", "pods.eks.amazonaws.com"}


def test_every_physical_name_fits_what_aws_takes(add_ons_with: Callable[..., Recorder[AddOns]]) -> None:
    recorder = add_ons_with(prefix="a-product-with-a-name-of-forty-letters-x-prod-eu-central-1")
    limits = {
        "aws:iam/role:Role": 64,
        "aws:iam/instanceProfile:InstanceProfile": 128,
        "aws:sqs/queue:Queue": 80,
        "aws:cloudwatch/eventRule:EventRule": 64,
        "aws:eks/cluster:Cluster": 100,
    }
    for token, limit in limits.items():
        names = [each.inputs["name"] for each in recorder.of_type(token)]
        assert names
        assert max(map(len, names)) <= limit, token
        assert len(set(names)) == len(names), token


def test_a_preview_of_nothing_that_exists_registers_the_same(
    add_ons: Recorder[AddOns], add_ons_with: Callable[..., Recorder[AddOns]]
) -> None:
    previewed = add_ons_with(preview=True)
    assert {each.urn for each in previewed.registrations} == {each.urn for each in add_ons.registrations}
