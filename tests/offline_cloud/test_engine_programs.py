"""Programs that are not the platform's, run offline as a stranger would run them."""

import json
from pathlib import Path

import pytest

from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine

WEB = """
import pulumi
import pulumi_aws as aws

vpc = aws.ec2.get_vpc(default=True)
subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [vpc.id]}])
image = aws.ec2.get_ami(
    most_recent=True, owners=["amazon"], filters=[{"name": "name", "values": ["al2023-ami-2023*-x86_64"]}]
)
trust = aws.iam.get_policy_document_output(statements=[{
    "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}],
}])
role = aws.iam.Role("role", assume_role_policy=trust.json)
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id, description="web", ingress=[
    {"protocol": "tcp", "from_port": "80", "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}])
server = aws.ec2.Instance(
    "server", ami=image.id, instance_type="t3.micro", subnet_id=subnets.ids[0], vpc_security_group_ids=[group.id]
)
zones = aws.get_availability_zones(state="available").names
pulumi.export("zone", zones[0])
pulumi.export("greeting", pulumi.Config().require("greeting"))
"""


def stranger(folder: Path, program: str, project: str = "name: shop\nruntime: python\n") -> Project:
    """A project as it is published: without a stack's file."""
    (folder / "Pulumi.yaml").write_text(project, encoding="utf-8")
    return Project(folder).program(program)


def test_a_program_lives_its_whole_life_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    project = stranger(tmp_path, "", "name: shop\nruntime:\n  name: python\nmain: infra\nbackend: {url: s3://theirs}\n")
    (tmp_path / "infra" / "__main__.py").write_text(WEB, encoding="utf-8")
    tried = project.run("try", "-c", "aws:region=us-west-2", "-c", "greeting=hello")
    assert tried.code == 0, tried.err
    steps = [line.split("(")[0].split() for line in tried.out.splitlines()]
    assert [step[0] for step in steps] == ["ok"] * 4
    assert ["ok", "up", "again", "nothing", "to", "change,", "4", "unchanged"] in steps
    assert project.held() == []


def test_a_second_run_that_changes_something_fails_the_trial(tmp_path: Path) -> None:
    program = 'import time, pulumi_aws as aws\naws.s3.Bucket("b", tags={"at": str(time.time())})\n'
    tried = stranger(tmp_path, program).run("try")
    assert tried.code == 1
    assert "NO  up again  1 updated, 1 unchanged" in tried.out
    assert "ok  destroy" in tried.out


def test_what_the_program_needs_and_is_not_here_is_listed_once(tmp_path: Path) -> None:
    program = "import pulumi_awsx\nimport no_such_library\nimport pulumi_aws as aws\naws.pricing.get_product()\n"
    refused = stranger(tmp_path, program).run("preview")
    assert refused.code != 0
    for name in ("awsx (__main__.py:1)", "no_such_library (__main__.py:2)", "getProduct (__main__.py:4)"):
        assert refused.err.count(name) == 1
    said = stranger(tmp_path, WEB).run("preview")
    assert "Missing required configuration variable 'shop:greeting'; state it in the stack's file, or with" in said.err


def test_a_provider_that_is_not_played_is_named_with_the_way_on(tmp_path: Path) -> None:
    program = 'import pulumi\npulumi.CustomResource("docker:index/image:Image", "app", {"imageName": "app"})\n'
    refused = stranger(tmp_path, program).run("preview")
    assert "error: pulumi:providers:docker default: the provider docker is not played; the offline cloud" in refused.err


def test_what_stands_in_the_account_can_be_stated(tmp_path: Path) -> None:
    program = (
        "import pulumi\nimport pulumi_aws as aws\n"
        'vpc = pulumi.StackReference("organization/network/dev").get_output("vpc")\n'
        'zone = aws.route53.get_zone_output(name="example.com")\n'
        'aws.ec2.SecurityGroup("web", vpc_id=vpc, description="web")\n'
        'aws.route53.Record("www", zone_id=zone.zone_id, name="www.example.com", type="A", ttl=60,'
        ' records=["192.0.2.1"])\npulumi.export("vpc", vpc)\n'
    )
    (tmp_path / "account.yaml").write_text(
        "stacks: {organization/network/dev: {vpc: vpc-0aaaaaaaaaaaaaaaa}}\nthings:\n"
        "  - {type: aws:ec2/vpc:Vpc, id: vpc-0aaaaaaaaaaaaaaaa, region: us-east-1}\n"
        "  - {type: aws:route53/zone:Zone, id: Z0AAAA, region: us-east-1, properties: {name: example.com}}\n",
        encoding="utf-8",
    )
    project = stranger(tmp_path, program)
    refused = project.run("preview")
    assert "the stack organization/network/dev is not here" in refused.err
    made = project.run("up", "--json", "--account", "account.yaml")
    assert made.code == 0, made.err
    assert json.loads(made.out)["outputs"] == {"vpc": "vpc-0aaaaaaaaaaaaaaaa"}
    assert sorted(project.held()) == ["aws:ec2/securityGroup:SecurityGroup", "aws:route53/record:Record"]


def test_a_program_of_another_language_is_refused(tmp_path: Path) -> None:
    refused = stranger(tmp_path, "", "name: shop\nruntime: nodejs\n").run("preview")
    assert refused.code != 0
    assert "the program is for nodejs; the offline cloud runs Python alone" in refused.err


def test_a_program_of_kubernetes_alone_needs_no_cluster(tmp_path: Path) -> None:
    program = (
        "import pulumi\nimport pulumi_kubernetes as k8s\n"
        'space = k8s.core.v1.Namespace("shop")\nlabels = {"app": "web"}\n'
        'k8s.apps.v1.Deployment("web", metadata={"namespace": space.metadata.name}, spec={"selector":'
        ' {"match_labels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers":'
        ' [{"name": "web", "image": "nginx:1.29"}]}}})\n'
        'service = k8s.core.v1.Service("web", metadata={"namespace": space.metadata.name},'
        ' spec={"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]})\n'
        'pulumi.export("host", service.status.load_balancer.ingress[0].hostname)\n'
    )
    project = stranger(tmp_path, program)
    made = project.run("up", "--json")
    assert made.code == 0, made.err
    assert json.loads(made.out)["outputs"]["host"].endswith(".elb.amazonaws.com")
    assert project.up() == {"same": 4}
    changed = project.program(program.replace('"app": "web"', '"app": "shop"')).run("preview", "--json")
    assert json.loads(changed.out)["changes"] == {"replace": 1, "update": 1, "same": 2}
    assert project.run("destroy").code == 0
    assert project.held() == []
