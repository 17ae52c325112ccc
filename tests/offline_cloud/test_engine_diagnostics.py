"""The real engine reports what is wrong with a program: the resource, the property, and how to fix it."""

import pytest

from tests.offline_cloud.projects import NETWORK, PRELUDE, Project

pytestmark = pytest.mark.engine


def test_a_misspelt_nested_property_is_named_with_its_path(project: Project) -> None:
    project.program(
        PRELUDE
        + """
aws.ec2.SecurityGroup("web", ingress=[{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlock": ["10.0.0.0/8"]}],
    opts=on)
"""
    )
    refused = project.run("preview")
    assert refused.code != 0
    assert "aws:ec2/securityGroup:SecurityGroup web" in refused.err
    assert "ingress[0].cidrBlock" in refused.err
    assert "did you mean 'cidrBlocks'?" in refused.err


def test_a_wrong_type_is_refused_beside_an_unknown_value(project: Project) -> None:
    project.program(
        NETWORK.replace('cidr_block="10.0.1.0/24"', 'cidr_block="10.0.1.0/24", map_public_ip_on_launch="yes"')
    )
    refused = project.run("preview")
    assert refused.code != 0
    assert "mapPublicIpOnLaunch" in refused.err
    assert "must be true or false, not a string" in refused.err


def test_a_reference_to_nothing_is_refused(project: Project) -> None:
    project.program(
        PRELUDE + 'aws.ec2.Subnet("lost", vpc_id="vpc-0123456789abcdef0", cidr_block="10.0.0.0/24", opts=on)\n'
    )
    refused = project.run("up")
    assert refused.code == 1
    assert "aws:ec2/subnet:Subnet lost: vpcId:" in refused.err
    assert project.held() == []


def test_an_unknown_region_is_refused(project: Project) -> None:
    refused = project.program(NETWORK.replace("eu-west-1", "eu-west-9")).run("preview")
    assert refused.code != 0
    assert "'eu-west-9' is no AWS region" in refused.err


def test_an_error_made_for_people_comes_without_a_traceback(project: Project) -> None:
    project.program(
        """
        class SettingsError(Exception):
            def render(self) -> str:
                return "network.cidr: 8.8.0.0/16 is public; choose a private range"
        raise SettingsError
        """
    )
    refused = project.run("up")
    assert refused.code != 0
    assert "network.cidr: 8.8.0.0/16 is public; choose a private range\n" in refused.err
    assert "Traceback" not in refused.err
    assert "runpy" not in refused.err


def test_any_other_error_shows_the_lines_of_the_project_alone(project: Project) -> None:
    refused = project.program("def build():\n    return {}['zones']\nbuild()\n").run("preview")
    assert refused.code != 0
    assert "the program failed: KeyError: 'zones'" in refused.err
    assert "__main__.py:2 in build" in refused.err
    assert "site-packages" not in refused.err


def test_an_unknown_stack_is_refused_with_those_there_are(project: Project) -> None:
    (project.folder / "Pulumi.dev.yaml").rename(project.folder / "Pulumi.prod.yaml")
    refused = project.run("up")
    assert refused.code == 1
    assert refused.err == "error: there is no stack 'dev': Pulumi.dev.yaml is missing; stacks: prod\n"
