"""A developer's way to a database that is published nowhere."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from tests.components.recording import ACCOUNT, Recorder, build
from tests.components.runtimes.ecs.test_platform import settings

POLICY = "aws:iam/policy:Policy"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@cache
def platform(stack: str, product: str) -> Recorder[Platform]:
    given = settings(stack, workload=product, domain="example.com")
    return build(lambda: Platform("platform", given))


def statements(recorder: Recorder[Platform]) -> list[dict[str, Any]]:
    return recorder.named("database-access-policy").document("policy")["Statement"]


def allowing(found: Iterable[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [each for each in found if action in each["Action"]]


@pytest.mark.requirement("WX-24")
def test_development_publishes_no_database_port() -> None:
    recorder = platform("dev", "waiver-exchange")
    instances = recorder.of_type("aws:rds/instance:Instance")
    assert instances
    assert all(each.inputs["publiclyAccessible"] is False for each in instances)
    opened = [each.inputs for each in recorder.of_type(INGRESS) if each.inputs["fromPort"] in (5432, 6379)]
    assert opened
    assert all("cidrIpv4" not in each for each in opened)


@pytest.mark.requirement("WX-24")
def test_a_developer_forwards_a_port_through_a_node() -> None:
    recorder = platform("dev", "waiver-exchange")
    machine, document = allowing(statements(recorder), "ssm:StartSession")
    assert document["Resource"] == "arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSessionToRemoteHost"
    name = machine["Condition"]["StringEquals"]["ssm:resourceTag/Name"]
    template = recorder.one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    (tags,) = [each["tags"] for each in template["tagSpecifications"] if each["resourceType"] == "instance"]
    assert tags["Name"] == name == "waiver-exchange-dev-system"
    # The node runs the agent's side of the session, and carries the group that the database lets in.
    attached = [
        each.inputs["policyArn"] for each in recorder.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    ]
    assert "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" in attached
    # A session with no document named, which would be a shell, is not allowed by the machine alone.
    assert machine["Condition"]["BoolIfExists"] == {"ssm:SessionDocumentAccessCheck": "true"}


@pytest.mark.requirement("WX-24")
def test_the_policy_reads_one_secret_and_starts_nothing_else() -> None:
    recorder = platform("dev", "waiver-exchange")
    actions = {
        action
        for each in statements(recorder)
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert actions == {
        "ec2:DescribeInstances",
        "kms:Decrypt",
        "secretsmanager:GetSecretValue",
        "ssm:ResumeSession",
        "ssm:StartSession",
        "ssm:TerminateSession",
        "ssmmessages:OpenDataChannel",
    }
    (secret,) = allowing(statements(recorder), "secretsmanager:GetSecretValue")
    assert "database-role" in secret["Resource"]
    assert "*" not in secret["Resource"]
    assert recorder.value(recorder.result.exports["database_access_policy"])


@pytest.mark.requirement("WX-24")
def test_without_a_cluster_the_way_leads_through_a_task_that_a_developer_starts() -> None:
    given = settings("dev", workload="waiver-exchange", domain="example.com", runtime="ecs")
    recorder = build(lambda: Platform("platform", given))
    found = statements(recorder)
    session, document = allowing(found, "ssm:StartSession")
    assert session["Resource"] == f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/waiver-exchange-dev/*"
    assert document["Resource"].endswith("AWS-StartPortForwardingSessionToRemoteHost")
    (run,) = allowing(found, "ecs:RunTask")
    assert run["Resource"] == f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/waiver-exchange-dev-toolbox:*"
    task = recorder.named("application-toolbox-task")
    (container,) = task.document("containerDefinitions")
    assert container["image"].startswith("public.ecr.aws/docker/library/postgres:")
    assert container["entryPoint"] == ["sleep"]
    # Four hours: a task that nobody stopped ends by itself.
    assert container["command"] == ["14400"]
    # ECS Exec's agent writes into the container.
    assert not container.get("readonlyRootFilesystem")
    allowed = recorder.named("application-toolbox-roles-task-permissions").document("policy")["Statement"]
    assert any("ssmmessages:OpenDataChannel" in each["Action"] for each in allowed)
    (passed,) = allowing(found, "iam:PassRole")
    assert passed["Resource"] == [task.inputs["executionRoleArn"], task.inputs["taskRoleArn"]]
    command = recorder.value(recorder.result.exports["toolbox_command"])
    assert " --enable-execute-command " in command
    assert "--task-definition waiver-exchange-dev-toolbox" in command


def test_production_lets_no_developer_in_unless_its_stack_says_so() -> None:
    recorder = platform("prod", "openibank")
    assert recorder.of_type(POLICY) == []
    assert "database_access_policy" not in recorder.result.exports
