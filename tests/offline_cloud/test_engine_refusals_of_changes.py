"""Changes that the program itself refuses in the preview: the engine hands old and new inputs to its hooks."""

import pytest

from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine
PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.refusals import refusing

provider = aws.Provider("aws", region="us-east-1")
on = pulumi.ResourceOptions(provider=provider)


def judge(before, after):
    had, wanted = before["tags"]["Zones"], after["tags"]["Zones"]
    return None if wanted.startswith(had) else f"zones: given [{{wanted}}], allowed [{{had}}]"


vpc = aws.ec2.Vpc(
    "vpc",
    cidr_block="10.0.0.0/16",
    tags={{"Zones": "{zones}"}},
    opts=pulumi.ResourceOptions.merge(on, refusing("vpc", judge)),
)
aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.{third}.0/24", opts=on)
"""


def test_a_refused_change_is_one_line_and_nothing_else_is_tried(project: Project) -> None:
    project.program(PROGRAM.format(zones="a b", third=1)).up()
    project.program(PROGRAM.format(zones="b a", third=2))
    for command in ("preview", "up"):
        refused = project.run(command)
        assert refused.code != 0
        assert "zones: given [b a], allowed [a b]" in refused.err
        assert "Traceback" not in refused.err
        assert "subnet" not in refused.err
    assert project.program(PROGRAM.format(zones="a b c", third=1)).up()["update"] == 1
    assert project.run("destroy").code == 0
