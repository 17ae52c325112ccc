"""The life of a small stack on the real engine: previewed, made, left alone, changed, replaced, taken down."""

import json
from pathlib import Path

import pytest

from tests.offline_cloud.projects import NETWORK, PRELUDE, Project

pytestmark = pytest.mark.engine


def test_a_stack_is_made_once_left_alone_and_taken_down(project: Project) -> None:
    previewed = project.run("preview")
    assert previewed.code == 0
    assert "4 to create" in previewed.out

    assert project.up()["create"] == 4
    assert project.held() == ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"]

    again = project.run("up")
    assert "nothing to change: 0 created, 4 unchanged" in again.out
    refreshed = project.run("refresh", "--json")
    assert set(json.loads(refreshed.out)["changes"]) == {"same"}

    assert project.run("destroy").code == 0
    assert project.held() == []
    assert "nothing to destroy" in project.run("destroy").err


def test_export_prints_json_and_nothing_else(project: Project) -> None:
    project.up()
    exported = project.run("export")
    assert exported.err == ""
    urns = [resource["urn"] for resource in json.loads(exported.out)["deployment"]["resources"]]
    assert any(urn.endswith("::subnet") for urn in urns)


def test_a_change_is_made_in_place_or_by_replacement(project: Project) -> None:
    project.up()
    tagged = NETWORK.replace('cidr_block="10.0.1.0/24"', 'cidr_block="10.0.1.0/24", tags={"tier": "public"}')
    assert project.program(tagged).up()["update"] == 1
    assert set(project.up()) == {"same"}
    moved = NETWORK.replace("10.0.1.0/24", "10.0.2.0/24")
    changes = project.program(moved).up()
    assert changes["replace"] == 1
    assert project.held().count("aws:ec2/subnet:Subnet") == 1


def test_default_tags_show_in_tags_all_alone(project: Project) -> None:
    program = """
    import pulumi, pulumi_aws as aws
    tags = aws.ProviderDefaultTagsArgs(tags={"owner": "platform", "tier": "none"})
    provider = aws.Provider("aws", region="eu-west-1", default_tags=tags)
    on = pulumi.ResourceOptions(provider=provider)
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"tier": "data"}, opts=on)
    pulumi.export("tags", vpc.tags)
    pulumi.export("all", vpc.tags_all)
    """
    project.program(program).up()
    outputs = json.loads(project.run("outputs", "--json").out)
    assert outputs == {"tags": {"tier": "data"}, "all": {"owner": "platform", "tier": "data"}}
    changes = project.program(program.replace('"platform"', '"data team"')).up()
    assert changes["update"] == 2


def test_each_provider_keeps_its_region(project: Project) -> None:
    project.program(
        """
        import pulumi, pulumi_aws as aws
        for region in ("eu-west-1", "us-east-1"):
            provider = aws.Provider(region, region=region)
            vpc = aws.ec2.Vpc(f"vpc-{region}", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider))
            pulumi.export(region, vpc.arn)
        """
    ).up()
    outputs = json.loads(project.run("outputs", "--json").out)
    assert all(f":{region}:" in arn for region, arn in outputs.items())
    assert project.up() == {"same": 5}


def test_a_secret_stays_out_of_outputs_store_and_clear_state(project: Project, tmp_path: Path) -> None:
    project.program(
        PRELUDE
        + """
password = random.RandomPassword("password", length=24, special=False)
secret = aws.secretsmanager.Secret("secret", name="small/secret", opts=on)
aws.secretsmanager.SecretVersion("value", secret_id=secret.id, secret_string=password.result, opts=on)
pulumi.export("password", password.result)
password.result.apply(lambda value: open("clear.txt", "w").write(value))
"""
    )
    ran = project.run("up")
    assert ran.code == 0, ran.err
    clear = (tmp_path / "clear.txt").read_text(encoding="utf-8")
    assert len(clear) == 24
    assert "[secret]" in ran.out
    for file in project.home.rglob("*"):
        assert not file.is_file() or clear.encode() not in file.read_bytes(), file
    assert clear not in ran.out + ran.err
    assert project.up() == {"same": 5}
    assert set(json.loads(project.run("refresh", "--json").out)["changes"]) == {"same"}


def test_keepers_draw_a_new_value(project: Project) -> None:
    program = PRELUDE + 'pulumi.export("id", random.RandomId("id", byte_length=4, keepers={"epoch": "1"}).hex)\n'
    project.program(program).up()
    first = json.loads(project.run("outputs", "--json").out)["id"]
    assert len(first) == 8
    changes = project.program(program.replace('"1"', '"2"')).up()
    assert changes["replace"] == 1
    assert json.loads(project.run("outputs", "--json").out)["id"] != first


def test_a_name_left_open_is_generated_once(project: Project) -> None:
    program = PRELUDE + 'pulumi.export("name", aws.sqs.Queue("events", opts=on).name)\n'
    project.program(program).up()
    name = json.loads(project.run("outputs", "--json").out)["name"]
    assert name.startswith("events-")
    assert project.up() == {"same": 3}
    assert json.loads(project.run("outputs", "--json").out)["name"] == name


def test_policies_are_run_by_the_engine(project: Project, tmp_path: Path) -> None:
    pack = tmp_path / "policies"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nname: rules\n", encoding="utf-8")
    (pack / "__main__.py").write_text(
        "from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy\n"
        "def tagged(args, report):\n"
        "    if args.resource_type == 'aws:ec2/vpc:Vpc' and 'tags' not in args.props:\n"
        "        report('a network says whose it is')\n"
        "PolicyPack('rules', enforcement_level=EnforcementLevel.MANDATORY, policies=[\n"
        "    ResourceValidationPolicy('tagged', 'networks are tagged', tagged)])\n",
        encoding="utf-8",
    )
    refused = project.run("preview")
    assert refused.code != 0
    assert "tagged" in refused.err
    assert "a network says whose it is" in refused.err
    assert project.run("preview", "--no-policy").code == 0
