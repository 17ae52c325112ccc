"""A preview sees what its own steps would leave: a creation that needs another resource's update is not refused."""

import json

import pytest

from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine
PROGRAM = """
import pulumi
import pulumi_aws as aws

provider = aws.Provider("aws", region="eu-west-1")
on = pulumi.ResourceOptions(provider=provider)
replicas = {replicas}
source = aws.rds.Instance(
    "source", identifier="source", engine="postgres", engine_version="17.5", instance_class="db.m7g.large",
    allocated_storage=100, username="master", skip_final_snapshot=True, backup_retention_period=7,
    manage_master_user_password=None if replicas else True,
    password_wo="a-password-of-the-platform" if replicas else None, password_wo_version=1 if replicas else None,
    opts=on,
)
if replicas:
    aws.rds.Instance(
        "replica", identifier="replica", replicate_source_db=source.identifier, instance_class="db.m7g.large",
        skip_final_snapshot=True, opts=on,
    )
"""


def test_a_replica_and_the_change_that_admits_it_come_in_one_preview(project: Project) -> None:
    project.program(PROGRAM.format(replicas=False)).up()
    project.program(PROGRAM.format(replicas=True))
    previewed = project.run("preview")
    assert previewed.code == 0, previewed.err
    assert project.up() == {"create": 1, "update": 1, "same": 2}


CLUSTER = """
import json
import pulumi
import pulumi_aws as aws

provider = aws.Provider("aws", region="eu-west-1")
on = pulumi.ResourceOptions(provider=provider)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=on)
subnets = [
    aws.ec2.Subnet(
        zone, vpc_id=vpc.id, cidr_block=f"10.0.{{number}}.0/24", availability_zone=f"eu-west-1{{zone}}", opts=on
    )
    for number, zone in enumerate("ab")
]
trust = {{"Effect": "Allow", "Principal": {{"Service": "eks.amazonaws.com"}}, "Action": "sts:AssumeRole"}}
role = aws.iam.Role("role", assume_role_policy=json.dumps({{"Version": "2012-10-17", "Statement": [trust]}}), opts=on)
policy = aws.iam.RolePolicyAttachment(
    "policy", role=role.name, policy_arn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", opts=on
)
cluster = aws.eks.Cluster(
    "cluster", name="shop", role_arn=role.arn, deletion_protection={protected},
    vpc_config={{"subnet_ids": [each.id for each in subnets]}},
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[policy]),
)
pulumi.export("group", cluster.vpc_config.cluster_security_group_id)
"""


def test_what_the_cloud_added_is_there_while_something_else_changes(project: Project) -> None:
    project.program(CLUSTER.format(protected=False)).up()
    previewed = project.program(CLUSTER.format(protected=True)).run("preview", "--json")
    assert previewed.code == 0, previewed.err
    assert json.loads(previewed.out)["outputs"]["group"].startswith("sg-")
