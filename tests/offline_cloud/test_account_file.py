"""What a person says stands in the account: read, refused in one line, looked up, and referred to."""

import json
from pathlib import Path

import pytest

from offline_cloud import account, stack_references
from offline_cloud.account_file import read
from offline_cloud.cloud.model import Diagnostic, Properties, Record
from offline_cloud.cloud.rules import before_create
from offline_cloud.cloud.world import Index
from offline_cloud.errors import OfflineCloudError
from offline_cloud.lookups import Question, answer, standing
from offline_cloud.workspace import Workspace

ZONE = "aws:route53/getZone:getZone"
FILE = f"""
things:
  - type: aws:ec2/vpc:Vpc
    id: vpc-0a
    region: eu-west-1
    properties: {{cidrBlock: 10.0.0.0/16, tags: {{Name: old}}}}
answers:
  {ZONE}:
    - {{when: {{name: example.com}}, answer: {{zoneId: Z1, id: Z1}}}}
    - {{answer: {{zoneId: Z2, id: Z2}}}}
stacks:
  organization/network/dev: {{vpc: vpc-0a}}
"""


def written(folder: Path, text: str = FILE) -> Path:
    file = folder / "account.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def world_of(file: Path) -> Index:
    world = Index()
    for record in standing.stated(read(file).things, world):
        world.add(record)
    return world


def test_a_thing_is_looked_up_with_what_aws_adds(tmp_path: Path) -> None:
    world = world_of(written(tmp_path))
    asked: list[Properties] = [{"id": "vpc-0a"}, {"tags": {"Name": "old"}}, {"default": False}]
    for arguments in asked:
        found = answer(Question("aws:ec2/getVpc:getVpc", arguments, "eu-west-1", world, world.add))
        assert isinstance(found, dict)
        assert found["arn"] == "arn:aws:ec2:eu-west-1:000000000000:vpc/vpc-0a"
        assert found["default"] is False


@pytest.mark.parametrize(("vpc", "refused"), [("vpc-0aaaaaaaaaaaaaaaa", True), ("vpc-0a", False)])
def test_a_thing_is_referred_to(tmp_path: Path, vpc: str, refused: bool) -> None:
    group = Record(
        urn="urn:pulumi:dev::small::aws:ec2/securityGroup:SecurityGroup::web",
        type="aws:ec2/securityGroup:SecurityGroup",
        inputs={"vpcId": vpc, "name": "web", "description": "web"},
        region="eu-west-1",
    )
    assert bool(before_create(group, world_of(written(tmp_path)))) == refused


def test_the_first_answer_whose_condition_holds_is_given(tmp_path: Path) -> None:
    stated = read(written(tmp_path)).stated_answers()
    world = Index()
    for name, id in (("example.com", "Z1"), ("example.org", "Z2")):
        found = answer(Question(ZONE, {"name": name}, "eu-west-1", world, world.add), stated)
        assert found == {"id": id, "name": name, "zoneId": id}
    assert isinstance(answer(Question(ZONE, {"name": "example.com"}, "eu-west-1", world, world.add)), Diagnostic)


def test_a_stack_of_another_project_is_found_in_the_backend(tmp_path: Path) -> None:
    space = Workspace(tmp_path, "small", "dev", "default")
    stack_references.write(space, read(written(tmp_path)).stacks)
    state = json.loads((space.backend / ".pulumi/stacks/network/dev.json").read_text(encoding="utf-8"))
    assert state["checkpoint"]["latest"]["resources"][0]["outputs"] == {"vpc": "vpc-0a"}


@pytest.mark.parametrize("name", ["network/dev", "acme/network/dev", "organization/network", "organization/small/dev"])
def test_a_stack_that_cannot_be_referred_to_is_refused(tmp_path: Path, name: str) -> None:
    space = Workspace(tmp_path, "small", "dev", "default")
    with pytest.raises(OfflineCloudError, match=name):
        stack_references.write(space, {name: {}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list\n", "the file: Input should be"),
        ("things: [{type: vpc, id: vpc-0a, region: eu-west-1}]\n", "things.0.type: String should match pattern"),
        ("things: [{type: aws:ec2/vpc:Vpc, id: vpc-0a}]\n", "things.0.region: Field required"),
        (f"answers: {{{ZONE}: [{{when: {{}}}}]}}\n", f"answers.{ZONE}.0.answer: Field required"),
        ("thing: []\n", "thing: Extra inputs are not permitted; it takes things, answers and stacks"),
        ("{", "cannot be read as YAML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OfflineCloudError) as diagnostic:
        read(written(tmp_path, text))
    assert said in str(diagnostic.value)
    assert "\n" not in str(diagnostic.value)


def test_the_file_is_named_by_the_environment(tmp_path: Path) -> None:
    assert account.standing({}) is None
    found = account.standing({account.STANDING: str(written(tmp_path))})
    assert found is not None
    assert [thing.id for thing in found.things] == ["vpc-0a"]
    with pytest.raises(OfflineCloudError, match=r"nowhere\.yaml: No such file"):
        account.standing({account.STANDING: "nowhere.yaml"})
