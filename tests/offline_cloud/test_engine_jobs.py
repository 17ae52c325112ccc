"""A job that an `up` waits for: its failure is the `up`'s, and what comes after it is not made."""

import pytest

from tests.offline_cloud.projects import PRELUDE, Project

pytestmark = pytest.mark.engine

PROGRAM = (
    PRELUDE
    + """
import json

after = lambda *others: pulumi.ResourceOptions(provider=provider, depends_on=list(others))
services = {"Service": ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]}
trust = {"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"}
document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
role = aws.iam.Role("role", name="role", assume_role_policy=document, opts=on)
policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
allowed = aws.iam.RolePolicyAttachment("allowed", role=role.name, policy_arn=policy, opts=on)
cluster = aws.ecs.Cluster("tasks", name="tasks", opts=on)
task = aws.ecs.TaskDefinition(
    "task",
    family="set-up",
    requires_compatibilities=["EC2"],
    network_mode="bridge",
    execution_role_arn=role.arn,
    container_definitions=json.dumps([{"name": "main", "image": "busybox", "memory": 64}]),
    opts=on,
)
function = aws.lambda_.Function(
    "run",
    name="run",
    runtime="python3.13",
    handler="run.handler",
    role=role.arn,
    code=pulumi.AssetArchive({"run.py": pulumi.FileAsset("CODE")}),
    opts=on,
)
event = {"job": "set-up", "cluster": cluster.name, "taskDefinition": task.arn, "launchType": "EC2"}
ran = aws.lambda_.Invocation(
    "set-up",
    function_name=function.name,
    input=pulumi.Output.json_dumps({**event, "startedBy": "a", "log": "LOG"}),
    triggers={"task": task.arn},
    opts=after(allowed),
)
aws.ec2.Vpc("after", cidr_block="10.0.0.0/16", opts=after(ran))
"""
)


def test_a_job_that_fails_fails_the_up_and_the_next_one_runs_it_again(
    project: Project, request: pytest.FixtureRequest
) -> None:
    code = request.config.rootpath / "components" / "runtimes" / "ecs" / "run_function" / "run.py"
    project.program(PROGRAM.replace("CODE", str(code)))
    failed = project.run("up", OFFLINE_CLOUD_FAULTS="run:set-up:1=error")
    assert failed.code != 0
    assert "set-up failed: container main ended with 1" in failed.err
    assert "Its log: LOG" in failed.err
    assert not {"aws:ec2/vpc:Vpc", "aws:lambda/invocation:Invocation"} & set(project.held())
    assert project.up()["create"] == 2
    assert project.up().get("create", 0) == 0
