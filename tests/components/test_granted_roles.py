"""Over the whole graph: what takes a role waits for the role's permissions, as AWS tries a role at once."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, cast

import pytest
from pulumi import Output
from pulumi_aws import iam

from components.identity.granted import granted
from components.platform import Platform
from tests.charts.whole_platform import platform, settings
from tests.components.recording import Recorder, Registration, build
from tests.components.regions import TAKER, secondary

ROLE = "aws:iam/role:Role"
PERMISSIONS = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
NAMING = {
    # A policy names a role, and neither tries it nor needs what it may do.
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/policy:Policy",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    # What holds a role for a machine: who takes the profile is judged as who takes the role.
    "aws:iam/instanceProfile:InstanceProfile",
}
_SLACK = {"slack_workspace": "T0123ABCD", "slack_channel": "C0123ABCD", "emails": ["operations@example.com"]}
GRAPHS: dict[str, tuple[Callable[[], Recorder[Platform]], set[str]]] = {
    # With what takes a role in this graph and in none before it.
    "openibank": (
        lambda: platform(settings("openibank", "prod", monitoring=_SLACK)),
        {
            "aws:backup/selection:Selection",
            "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
            "aws:ec2/flowLog:FlowLog",
            "aws:eks/accessEntry:AccessEntry",
            "aws:eks/cluster:Cluster",
            "aws:eks/nodeGroup:NodeGroup",
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:lambda/function:Function",
            "aws:rds/instance:Instance",
        },
    ),
    "gridtokenx on tasks": (
        lambda: platform(settings("gridtokenx", "prod", runtime="ecs")),
        {"aws:ecs/taskDefinition:TaskDefinition", "aws:scheduler/schedule:Schedule"},
    ),
    "waiver-exchange on a host": (
        lambda: platform(settings("waiver-exchange", "budget", ecs={"host": {"instance_type": "t4g.small"}})),
        {"aws:ec2/launchTemplate:LaunchTemplate"},
    ),
    "a region that takes over": (
        lambda: secondary(TAKER),
        {"aws:cloudwatch/eventTarget:EventTarget", "aws:ssm/document:Document"},
    ),
}


def _taking(graph: Recorder[Platform]) -> Iterator[tuple[Registration, str, Registration]]:
    """Everything that takes a role or an instance profile, by which input, and the role."""
    roles = {each.urn: each for each in graph.of_type(ROLE)}
    profiles = {each.urn: each for each in graph.of_type("aws:iam/instanceProfile:InstanceProfile")}
    for profile in profiles.values():
        (role,) = [urn for urn in profile.dependencies if urn in roles]
        profiles[profile.urn] = roles[role]
    for item in graph.registrations:
        if item.type in NAMING or item.type == ROLE:
            continue
        for property, urns in item.property_dependencies.items():
            for urn in urns:
                if urn in roles or urn in profiles:
                    yield item, property, {**roles, **profiles}[urn]


@cache
def _graph(name: str) -> Recorder[Platform]:
    return GRAPHS[name][0]()


@pytest.mark.parametrize("name", GRAPHS)
def test_what_takes_a_role_waits_for_all_that_the_role_may_do(name: str) -> None:
    graph, expected = _graph(name), GRAPHS[name][1]
    permissions = [each for type in PERMISSIONS for each in graph.of_type(type)]
    taking = list(_taking(graph))
    for item, property, role in taking:
        own = [each for each in permissions if role.urn in each.property_dependencies.get("role", ())]
        late = [each.name for each in own if not graph.comes_after(item, each)]
        assert not late, f"{item.name} takes {role.name} as {property} before {', '.join(late)}"
    assert {item.type for item, _, _ in taking} >= expected


@pytest.mark.parametrize("name", GRAPHS)
def test_a_role_is_handed_on_by_name_and_to_a_named_service(name: str) -> None:
    """Who may pass any role to any service may do all that any role may.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    found = 0
    for policy in _graph(name).of_type("aws:iam/rolePolicy:RolePolicy"):
        for statement in cast("list[Mapping[str, Any]]", policy.document("policy")["Statement"]):
            if "iam:PassRole" not in str(statement["Action"]):
                continue
            found += 1
            assert "*" not in str(statement["Resource"]), policy.name
            assert "iam:PassedToService" in str(statement["Condition"]), policy.name
    assert found


def test_an_arn_stays_known_in_a_preview_where_a_permission_is_still_to_be_made() -> None:
    def program() -> Output[bool]:
        role = iam.Role("role", name="role", assume_role_policy="{}")
        policy = iam.RolePolicy("policy", role=role.name, policy="{}")
        arn = granted(Output.from_input("arn:aws:iam::111122223333:role/role"), [policy])
        return Output.from_input(arn).apply(lambda known: known.endswith("role/role"))

    graph = build(program, preview=True)
    assert graph.value(graph.result) is True
