"""What two graphs differ in, in steps and in words."""

import json
from pathlib import Path

import pytest

from tests.tools.report.graphs import ALARM, INSTANCE, STACK, SUBNETS, VPC, database, graph, node, urn
from tools.plan import plan
from tools.plan.preview import LATER, UNKNOWN
from tools.plan.words import Kind
from tools.report.compare import compared
from tools.report.graph import Graph, read, resolved
from tools.report.phrases import phrases
from tools.report.vocabulary import Noun


def told(before: Graph, after: Graph) -> list[str]:
    return [str(each) for each in phrases(before, after, compared(before, after))]


def test_the_same_program_changes_nothing() -> None:
    assert compared(graph(*database()), graph(*database())).steps == ()
    assert told(graph(*database()), graph(*database())) == []


def test_a_second_replica_is_told_in_the_platforms_words() -> None:
    assert told(graph(*database(1)), graph(*database(2))) == ["the database gets a second replica: database-replica-2"]
    assert told(graph(*database(2)), graph(*database(1))) == [
        "the database loses one of its 2 replicas: database-replica-2"
    ]
    assert told(graph(*database(0)), graph(*database(1))) == ["the database gets a replica: database-replica-1"]


def test_a_part_that_comes_as_a_whole_is_told_in_one_line() -> None:
    added, removed = told(graph(), graph(*database(2))), told(graph(*database(2)), graph())
    assert added == ["the database is new: 2 replicas, an instance and 1 more resource"]
    assert removed == ["the database is gone: 2 replicas, an instance and 1 more resource"]


@pytest.mark.parametrize(
    ("one", "many"), [("replica", "replicas"), ("role policy", "role policies"), ("alias", "aliases"), ("key", "keys")]
)
def test_several_of_a_kind_are_named_in_the_plural(one: str, many: str) -> None:
    assert Noun(one=one).plural == many


def test_values_are_told_before_and_after() -> None:
    after = graph(*database(allocatedStorage=200, multiAz=True))
    assert told(graph(*database()), after) == [
        "the database: standby in a second zone none → on (instance database-primary)",
        "the database: storage 100 → 200 GB (instance database-primary)",
    ]


def test_the_same_change_of_several_is_told_once() -> None:
    before = [node(ALARM, f"alarm-{each}", {"threshold": 1}) for each in "abcd"]
    after = [node(ALARM, f"alarm-{each}", {"threshold": 2}) for each in "abcd"]
    assert told(graph(*before), graph(*after)) == [
        "the database: threshold 1 → 2 (alarms alarm-a, alarm-b, alarm-c and 1 more)"
    ]


def test_what_is_not_known_on_either_side_is_no_change() -> None:
    same = compared(graph(*database(kmsKeyId=UNKNOWN)), graph(*database(kmsKeyId=UNKNOWN)))
    assert same.steps == ()
    (step,) = compared(graph(*database(kmsKeyId="arn")), graph(*database(kmsKeyId=UNKNOWN))).steps
    assert [(each.path, each.old, each.new, each.replaces) for each in step.changes] == [
        ("kmsKeyId", "arn", LATER, True)
    ]


def test_what_is_replaced_takes_along_what_is_made_of_it() -> None:
    """A group's name is fixed, and so is the network of a group's subnets."""

    def stack(cidr: str) -> Graph:
        vpc = node(VPC, "network", {"cidrBlock": cidr})
        subnet = node("aws:ec2/subnet:Subnet", "subnet", {"vpcId": UNKNOWN}, by_property={"vpcId": [vpc.urn]})
        group = node(SUBNETS, "group", {"subnetIds": [UNKNOWN]}, by_property={"subnetIds": [subnet.urn]})
        return graph(vpc, subnet, group)

    found = {step.name: step.op for step in compared(stack("10.0.0.0/16"), stack("10.1.0.0/16")).steps}
    # A group takes other subnets in place.
    assert found == {"network": "replace", "subnet": "replace"}


def test_a_database_that_would_be_replaced_is_told_first_as_lost_data() -> None:
    preview = compared(graph(*database()), graph(*database(storageEncrypted=True)))
    (found,) = [each for each in plan.findings(preview) if each.kind > Kind.NOTHING]
    assert (found.kind, found.what) == (Kind.LOSES_DATA, "replaced: storageEncrypted none → true")
    assert told(graph(*database()), graph(*database(storageEncrypted=True))) == [
        "the database: instance database-primary is replaced, for storage encrypted none → on"
    ]


def test_what_only_moved_keeps_what_it_was() -> None:
    old = node(INSTANCE, "old", {"instanceClass": "db.m7g.large"})
    new = node(INSTANCE, "new", {"instanceClass": "db.m7g.large"}, aliases=frozenset({old.urn}))
    assert compared(graph(old), graph(new)).steps == ()
    alone = node(INSTANCE, "new", {"instanceClass": "db.m7g.large"})
    assert {step.op for step in compared(graph(old), graph(alone)).steps} == {"create", "delete"}


def test_changes_that_the_program_ignores_are_none() -> None:
    before = node(INSTANCE, "db", {"allocatedStorage": 1, "tags": {"a": "1"}})
    after = node(INSTANCE, "db", {"allocatedStorage": 2, "tags": {"a": "2"}}, ignored=frozenset({"allocatedStorage"}))
    (step,) = compared(graph(before), graph(after)).steps
    assert [each.path for each in step.changes] == ["tags.a"]


def test_a_file_counts_by_what_is_in_it_and_a_secret_is_never_shown(tmp_path: Path) -> None:
    signature = "4dabf18193072939515e22adb298388d"
    inputs = {
        "code": {signature: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "abc", "path": str(tmp_path)},
        "password": {signature: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"},
        "arn": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    }
    target = urn(INSTANCE, "db")
    state = {"urn": target, "type": INSTANCE, "parent": f"{STACK}::x", "inputs": inputs}
    event = {"sequence": 0, "resourcePreEvent": {"metadata": {"op": "create", "urn": target, "new": state}}}
    (tmp_path / "events").write_text(json.dumps(event) + "\n", "utf-8")
    goal = {"propertyDependencies": {"arn": [urn(VPC, "network")]}, "dependencies": None}
    (tmp_path / "plan").write_text(json.dumps({"resourcePlans": {target: {"goal": goal}}}), "utf-8")
    found = read(tmp_path / "events", tmp_path / "plan")
    assert found[target].inputs == {"code": {"hash": "abc"}, "password": "[secret]", "arn": UNKNOWN}
    assert found[target].needs == {urn(VPC, "network")}
    assert resolved(found)[target]["arn"] == urn(VPC, "network")
    # Without a plan the resources are there, and nothing says what they need.
    assert read(tmp_path / "events", tmp_path / "none")[target].needs == frozenset()
