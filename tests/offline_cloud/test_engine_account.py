"""An account on its first day, behind the real engine."""

import pytest

from tests.offline_cloud.projects import PRELUDE, Project

pytestmark = pytest.mark.engine

TASKS = (
    PRELUDE
    + """
cluster = aws.ecs.Cluster("tasks", name="tasks", opts=on)
aws.ecs.ClusterCapacityProviders("capacity", cluster_name=cluster.name, capacity_providers=["FARGATE"], opts=on)
"""
)


def test_capacity_providers_need_a_role_that_the_first_cluster_makes_too_late(project: Project) -> None:
    project.program(TASKS)
    refused = project.run("up", OFFLINE_CLOUD_ACCOUNT="fresh")
    assert refused.code != 0
    assert "Unable to assume the service linked role" in refused.err
    assert "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com" in refused.err
    assert project.run("up", OFFLINE_CLOUD_ACCOUNT="ecs.amazonaws.com").code == 0


def test_an_up_says_which_roles_the_account_had_to_have(project: Project) -> None:
    done = project.program(TASKS).run("up")
    assert done.code == 0
    said = done.out + done.err
    assert said.count("aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com") == 1
