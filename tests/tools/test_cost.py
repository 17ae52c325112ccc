"""What a stack costs is worked out from what it creates."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.capabilities.cache.cost import NODE_HOUR
from components.capabilities.cost import HOURS
from components.capabilities.database.cost import INSTANCE_HOUR, STORAGE_MONTH
from offline_cloud.cloud.model import Value
from offline_cloud.state import Resource, State
from offline_cloud.workspace import open_workspace
from tests.platform.life import Project
from tools.cost import lines, main, table, total, unpriced
from tools.prices import HOST_HOUR, PRICES


def resource(type: str, **inputs: Value) -> Resource:
    urn = f"urn:pulumi:s::p::{type}::it"
    return Resource(urn=urn, type=type, id="it", custom=True, provider="", inputs=inputs, outputs={})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The budget stack, brought up once."""
    made = Project.make(tmp_path_factory.mktemp("budget"))
    made.ok("up", "budget", "--fast")
    return made


@pytest.fixture(scope="module")
def budget(project: Project) -> list[Resource]:
    return list(State.read(open_workspace(project.folder, "budget", None)).resources)


@pytest.mark.engine
@pytest.mark.requirement("WX-45")
def test_the_budget_platform_costs_what_the_plan_allows(budget: list[Resource]) -> None:
    assert 90 <= total(lines(budget), "infrastructure") <= 165


@pytest.mark.engine
@pytest.mark.requirement("WX-48")
def test_with_monitoring_and_backups_it_stays_in_the_plans_total(budget: list[Resource]) -> None:
    assert 120 <= total(lines(budget)) <= 235


@pytest.mark.engine
@pytest.mark.requirement("WX-46")
def test_monitoring_costs_what_the_plan_has_for_it(budget: list[Resource]) -> None:
    """Collectors beside the services, which make their tasks larger, among it."""
    assert 20 <= total(lines(budget), "monitoring") <= 50
    (collectors,) = [each for each in lines(budget) if each.what == "Fargate: collectors beside services"]
    assert collectors.quantity == 3
    assert collectors.dollars == pytest.approx(
        3 * (PRICES["fargate.cpu.ARM64"].amount / 4 + PRICES["fargate.memory.ARM64"].amount / 2) * HOURS
    )


@pytest.mark.engine
@pytest.mark.requirement("WX-47")
def test_backups_stay_below_the_plans_upper_figure(budget: list[Resource]) -> None:
    assert 0 < total(lines(budget), "backups") <= 20


@pytest.mark.engine
@pytest.mark.requirement("WX-25", "WX-29", "WX-32", "WX-34")
def test_each_of_the_five_services_stays_below_the_plans_upper_figure(budget: list[Resource]) -> None:
    def sum_of(*words: str) -> float:
        own = [line for line in lines(budget) if line.share == "infrastructure"]
        return sum(line.dollars for line in own if any(word in line.what for word in words))

    assert 25 <= sum_of("PostgreSQL") <= 50
    assert sum_of("Redis") <= 30
    assert 20 <= sum_of("Application Load Balancer", "capacity units") <= 30
    assert 1 <= sum_of("Hosted zones") <= 5
    assert sum_of("Fargate", "Public addresses of tasks") <= 50


@pytest.mark.engine
@pytest.mark.requirement("WX-43")
def test_the_budget_platform_has_neither_a_control_plane_nor_a_gateway(budget: list[Resource]) -> None:
    types = {each.type for each in budget}
    assert not types & {"aws:eks/cluster:Cluster", "aws:ec2/natGateway:NatGateway"}
    assert "aws:ecs/service:Service" in types
    assert unpriced(budget) == []


@pytest.mark.engine
def test_the_table_is_printed(project: Project, budget: list[Resource], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "budget", "--project", str(project.folder)]) == 0
    said = capsys.readouterr().out
    assert f"{total(lines(budget)):.2f}" in said
    assert "2026" in said


def _host(instance_type: str, disk_gib: int, public: str) -> list[Resource]:
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        instanceType=instance_type,
        blockDeviceMappings=[{"ebs": {"volumeSize": disk_gib}}],
        networkInterfaces=[{"associatePublicIpAddress": public}],
    )
    return [template, resource("aws:autoscaling/group:Group", minSize=1, launchTemplate={"id": "it"})]


@pytest.mark.requirement("WX-41", "WX-42")
def test_one_machine_costs_its_hours_its_disk_and_its_address() -> None:
    disk, address = 50 * PRICES["ebs.gp3"].amount, PRICES["public-address"].amount * HOURS
    for instance_type in ("t4g.small", "t3.medium"):
        positions = lines(_host(instance_type, 50, "true"))
        expected = HOST_HOUR[instance_type] * HOURS + disk + address
        assert total(positions, "infrastructure") == pytest.approx(expected)
    # The plan's own figure for one t3.medium.
    assert 30 <= total(lines(_host("t3.medium", 50, "true")), "infrastructure") <= 50
    closed = total(lines(_host("t4g.small", 50, "false")), "infrastructure")
    assert closed == pytest.approx(HOST_HOUR["t4g.small"] * HOURS + disk)
    assert unpriced(_host("x9.large", 50, "true")) == ["x9.large"]


def test_a_task_on_the_machine_costs_nothing_of_its_own() -> None:
    service = resource("aws:ecs/service:Service", name="api", desiredCount=2, launchType="EC2", taskDefinition="any")
    assert total(lines([service]), "infrastructure") == 0


def test_a_stack_that_is_not_up_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Project.make(tmp_path)
    assert main(["--stack", "budget", "--project", str(made.folder)]) == 1
    assert "is not up" in capsys.readouterr().err


def test_a_standby_doubles_the_database() -> None:
    one = resource("aws:rds/instance:Instance", instanceClass="db.t4g.small", allocatedStorage=20)
    two = resource("aws:rds/instance:Instance", instanceClass="db.t4g.small", allocatedStorage=20, multiAz=True)
    expected = INSTANCE_HOUR["db.t4g.small"] * HOURS + STORAGE_MONTH * 20
    assert total(lines([one]), "infrastructure") == pytest.approx(expected)
    assert total(lines([two]), "infrastructure") == pytest.approx(2 * expected)


def test_every_node_of_a_cache_is_paid_for() -> None:
    group = resource(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        nodeType="cache.t4g.micro",
        numNodeGroups=3,
        replicasPerNodeGroup=1,
    )
    alone = resource(
        "aws:elasticache/replicationGroup:ReplicationGroup", nodeType="cache.t4g.micro", numCacheClusters=3
    )
    for each, nodes in ((group, 6), (alone, 3)):
        assert total(lines([each]), "infrastructure") == pytest.approx(nodes * NODE_HOUR["cache.t4g.micro"] * HOURS)


def test_what_has_no_price_is_named() -> None:
    resources = [
        resource("aws:eks/nodeGroup:NodeGroup", instanceTypes=["x9.huge"], scalingConfig={"desiredSize": 2}),
        resource("aws:rds/instance:Instance", instanceClass="db.z9.large", allocatedStorage=20),
    ]
    assert unpriced(resources) == ["db.z9.large", "x9.huge"]
    assert "PostgreSQL storage" in table(lines(resources))


def test_what_is_kept_in_a_second_region_is_charged_once_more() -> None:
    instance = resource("aws:rds/instance:Instance", instanceClass="db.t4g.small", allocatedStorage=100)
    replication = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    copied = [
        replace(instance, outputs={"arn": "arn:db"}),
        resource(replication, sourceDbInstanceArn="arn:db"),
        resource("aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
    ]
    found = {line.what: line for line in lines(copied) if "second region" in line.what}
    assert [round(line.dollars, 2) for line in found.values()] == [0.46, 9.5]
    assert {line.share for line in found.values()} == {"backups"}
    assert not [line for line in lines([instance]) if "second region" in line.what]
