"""What a change costs a month, by part, and how long it takes."""

from dataclasses import replace
from statistics import median

import pytest

from tests.tools.report.graphs import ALARM, INSTANCE, VPC, database, graph, node
from tools.plan.preview import UNKNOWN
from tools.report import costs, schedule
from tools.report.compare import compared
from tools.report.schedule import seconds, spoken, times

NAT, CLUSTER = "aws:ec2/natGateway:NatGateway", "aws:eks/cluster:Cluster"


def test_a_part_costs_what_its_resources_cost() -> None:
    found = costs.of(graph(*database(1)), graph(*database(2)))
    (part,) = found.changed
    assert part.name == "the database"
    assert part.difference == pytest.approx(0.168 * 730)
    assert found.after - found.before == pytest.approx(part.difference)
    assert [what for what, *_ in found.positions] == ["PostgreSQL db.m7g.large"]
    assert found.unpriced == []


def test_nothing_costs_more_where_nothing_changes() -> None:
    found = costs.of(graph(*database()), graph(*database()))
    assert (found.changed, list(found.positions)) == ([], [])
    assert found.before == found.after > 0


def test_what_refers_to_another_thing_is_priced_by_it() -> None:
    """Nobody knows the template's id before it is there: the plan says which template a group is made from."""
    disk = [{"ebs": {"volumeSize": 100}}]
    template = node("aws:ec2/launchTemplate:LaunchTemplate", "template", {"blockDeviceMappings": disk})
    other = node(ALARM, "alarm")
    group = node(
        "aws:eks/nodeGroup:NodeGroup",
        "group",
        {
            "instanceTypes": ["m7i.large"],
            "scalingConfig": {"desiredSize": 2},
            "launchTemplate": {"id": UNKNOWN, "version": UNKNOWN},
        },
        by_property={"launchTemplate": [other.urn, template.urn]},
    )
    found = costs.of(graph(), graph(template, other, group))
    paid = {what: after for what, _, after in found.positions}
    assert paid["System nodes' disks, GB of gp3"] == pytest.approx(200 * 0.08)


def test_a_task_is_priced_whose_containers_nobody_knows_yet() -> None:
    """Their text holds addresses of secrets, which only a creation tells, so a preview knows none of it."""
    secret = node("aws:secretsmanager/secret:Secret", "secret")
    task = node(
        "aws:ecs/taskDefinition:TaskDefinition",
        "task",
        {
            "cpu": "256",
            "memory": "512",
            "runtimePlatform": {"cpuArchitecture": "ARM64"},
            "containerDefinitions": UNKNOWN,
        },
        by_property={"containerDefinitions": [secret.urn]},
    )
    service = node(
        "aws:ecs/service:Service",
        "service",
        {"name": "api", "desiredCount": 2, "taskDefinition": UNKNOWN, "networkConfiguration": {}},
        by_property={"taskDefinition": [task.urn]},
    )
    paid = {what: after for what, _, after in costs.of(graph(), graph(secret, task, service)).positions}
    (dollars,) = (after for what, after in paid.items() if "Fargate" in what)
    assert dollars == pytest.approx(2 * 730 * (0.25 * 0.03238 + 0.5 * 0.00356))


def test_what_has_no_price_is_named() -> None:
    strange = node(INSTANCE, "db", {"instanceClass": "db.x2g.large", "allocatedStorage": 1})
    assert costs.of(graph(), graph(strange)).unpriced == ["db.x2g.large"]


def test_each_time_is_the_median_of_what_was_seen() -> None:
    for type, rows in times().types.items():
        for row in rows:
            assert row.seconds == median(row.seen) > 0, type
    assert seconds(INSTANCE, {"multiAz": True}) == 900
    assert seconds(INSTANCE, {"multiAz": False}) < 900
    assert seconds(INSTANCE, {"replicateSourceDb": "primary"}) == 480
    assert seconds("aws:iam/role:Role", {}) == times().call


def chain(explicit: bool) -> tuple[schedule.Schedule, list[str]]:
    """A cluster that takes the network's id, and waits for a gateway by order alone where `explicit`."""
    vpc = node(VPC, "network")
    nat = node(NAT, "gateway", {"vpc": UNKNOWN}, by_property={"vpc": [vpc.urn]})
    cluster = node(CLUSTER, "cluster", {"vpc": UNKNOWN}, by_property={"vpc": [vpc.urn]})
    if explicit:
        cluster = replace(cluster, needs=cluster.needs | {nat.urn})
    return schedule.whole(graph(vpc, nat, cluster)), [vpc.urn, nat.urn, cluster.urn]


def test_the_critical_path_is_the_longest_chain() -> None:
    found, (vpc, nat, cluster) = chain(explicit=False)
    assert found.path == [vpc, cluster]
    assert found.total == found.imposed == found.ends[cluster]
    assert found.begins[nat] == found.begins[cluster] == found.ends[vpc]
    assert (found.ratio, list(found.waits)) == (1.0, [])


def test_a_wait_that_no_property_imposes_is_told_with_what_it_costs() -> None:
    found, (vpc, nat, cluster) = chain(explicit=True)
    assert found.path == [vpc, nat, cluster]
    (wait,) = found.waits
    assert (wait.urn, wait.waits_for, wait.seconds) == (cluster, nat, seconds(NAT, {}))
    assert found.ratio == pytest.approx(found.total / (found.total - seconds(NAT, {})))


def test_a_change_takes_as_long_as_what_it_makes() -> None:
    before, after = graph(*database(1)), graph(*database(2))
    found = schedule.of_change(after, compared(before, after))
    assert found.total == seconds(INSTANCE, {"replicateSourceDb": "primary"})
    larger = graph(*database(1, allocatedStorage=200))
    assert schedule.of_change(larger, compared(before, larger)).total == times().call
    assert schedule.of_change(before, compared(before, before)).path == []


@pytest.mark.parametrize(("value", "text"), [(4, "4 s"), (60, "1 min"), (752.4, "12 min 32 s"), (0, "0 s")])
def test_times_are_written_for_people(value: float, text: str) -> None:
    assert spoken(value) == text
