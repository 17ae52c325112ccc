"""One machine for a whole small product: the plan's VPS, on AWS (WX-41)."""

from base64 import b64decode

import pytest

from components.product.references import SecretReference
from components.runtimes.ecs.containers import Log, definition
from components.runtimes.ecs.service_containers import service_task
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.tasks import needed_on_host, rolls_on_host
from settings.diagnostics import SettingsError
from settings.facts.hosts import HOST_TYPES
from tests.charts.gridtokenx import wiring
from tests.components.runtimes.ecs.products import SERVICE, TASK, containers, on_ecs, on_host, record, settings

_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_GROUP = "aws:autoscaling/group:Group"
_TARGETS = "aws:lb/targetGroup:TargetGroup"


@pytest.mark.requirement("WX-41")
def test_it_is_one_graviton_machine_with_an_encrypted_disk_of_fifty_gib() -> None:
    template = on_host().one(_TEMPLATE, "host-template").inputs
    assert template["instanceType"] == "t4g.small"
    assert (HOST_TYPES["t4g.small"].vcpu, HOST_TYPES["t4g.small"].memory_gib) == (2, 2)
    (disk,) = template["blockDeviceMappings"]
    assert (disk["ebs"]["volumeSize"], disk["ebs"]["volumeType"]) == (50, "gp3")
    assert disk["ebs"]["encrypted"] == "true"
    assert "kmsKeyId" in disk["ebs"]
    # Nothing of the machine is left, and paid for, once it is gone.
    assert disk["ebs"]["deleteOnTermination"] == "true"
    assert [card["deleteOnTermination"] for card in template["networkInterfaces"]] == ["true"]
    assert "arm64" in template["imageId"]
    group = on_host().one(_GROUP).inputs
    assert (group["minSize"], group["maxSize"]) == (1, 1)
    assert not on_host().of_type("aws:ec2/natGateway:NatGateway")


@pytest.mark.requirement("WX-42")
def test_it_may_be_the_plans_own_type() -> None:
    template = on_host("t3.medium", architecture="amd64").one(_TEMPLATE, "host-template").inputs
    assert template["instanceType"] == "t3.medium"
    assert (HOST_TYPES["t3.medium"].vcpu, HOST_TYPES["t3.medium"].memory_gib) == (2, 4)
    assert "arm64" not in template["imageId"]


@pytest.mark.requirement("WX-41", "WX-43")
def test_every_service_and_job_runs_there() -> None:
    recorder = on_host()
    services = {each.inputs["name"]: each.inputs for each in recorder.of_type(SERVICE)}
    assert set(services) == {"rest", "oauth", "ws"}
    for service in services.values():
        assert service["launchType"] == "EC2"
        assert "networkConfiguration" not in service
        assert "capacityProviderStrategies" not in service
    for task in recorder.of_type(TASK):
        assert task.inputs["requiresCompatibilities"] == ["EC2"]
        assert task.inputs["networkMode"] == "bridge"
    for schedule in recorder.of_type("aws:scheduler/schedule:Schedule"):
        assert schedule.inputs["target"]["ecsParameters"]["launchType"] == "EC2"
        assert "networkConfiguration" not in schedule.inputs["target"]["ecsParameters"]


def test_two_services_of_one_port_do_not_meet() -> None:
    recorder = on_host()
    for name in ("rest", "ws"):
        (port,) = containers(recorder, name)[name]["portMappings"]
        assert (port["containerPort"], port["hostPort"]) == (8081, 0)
    assert {each.inputs["targetType"] for each in recorder.of_type(_TARGETS)} == {"instance"}
    assert {each.inputs["targetType"] for each in record("budget").of_type(_TARGETS)} == {"ip"}
    rules = recorder.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    opened = {
        (each.inputs["fromPort"], each.inputs["toPort"])
        for each in rules
        if each.inputs["securityGroupId"] == "tasks-tasks-id"
    }
    assert opened == {(32768, 65535)}
    assert not [each for each in rules if each.inputs["securityGroupId"] == "host-group-id"]


def test_the_machine_keeps_its_credentials_from_tasks() -> None:
    template = on_host().one(_TEMPLATE, "host-template").inputs
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    lines = b64decode(template["userData"]).decode()
    assert "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true" in lines
    statements = on_host().named("host-permissions").document("policy")["Statement"]
    everywhere = [each["Action"] for each in statements if each["Resource"] == "*"]
    assert everywhere == ["ecs:DiscoverPollEndpoint"]


def test_the_machine_may_go_where_its_services_may() -> None:
    rules = on_host().of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    ways = {each.inputs["fromPort"] for each in rules if each.inputs["securityGroupId"] == "host-group-id"}
    assert ways == {443, 5432, 6379}


@pytest.mark.requirement("WX-14", "WX-41")
def test_the_whole_product_has_room_in_two_gib() -> None:
    given = settings("budget", ecs={"host": {"instance_type": "t4g.small"}})
    wanted, there = needed_on_host(given), HOST_TYPES["t4g.small"]
    # Three services of 512 MiB and a quarter of a vCPU, and a job of 256 MiB beside them.
    assert (wanted.cpu, wanted.memory) == (4 * 256, 3 * 512 + 256)
    assert wanted.memory <= there.task_mebibytes


def test_a_service_is_replaced_beside_its_successor_where_there_is_room() -> None:
    for instance_type, rolls, percentages in (("t4g.small", False, (0, 100)), ("t4g.medium", True, (100, 200))):
        given = settings("budget", ecs={"host": {"instance_type": instance_type}})
        assert rolls_on_host(given) is rolls
        service = on_host(instance_type).one(SERVICE, "application-rest-service").inputs
        found = (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"])
        assert found == percentages


def test_a_product_that_does_not_fit_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(SettingsError, match="2816 CPU units and 5376 MiB for all services at their most"):
        settings("budget", ecs={"host": {"instance_type": "t4g.small"}}, application={"scale": "workload"})


@pytest.mark.requirement("WX-44")
def test_growing_from_it_is_settings_alone_and_keeps_what_holds_data() -> None:
    stores = ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup", "aws:s3/bucket:Bucket")
    for token in (*stores, "aws:lb/loadBalancer:LoadBalancer", "aws:route53/zone:Zone", SERVICE):
        assert {each.urn for each in on_host().of_type(token)} == {each.urn for each in record("budget").of_type(token)}
    names = {each.name: each.inputs["name"] for each in on_host().of_type(_TARGETS)}
    others = {each.name: each.inputs["name"] for each in record("budget").of_type(_TARGETS)}
    assert names.keys() == others.keys()
    assert not set(names.values()) & set(others.values()), "a group of another kind stands beside the one it replaces"


@pytest.mark.requirement("GX-25")
def test_the_products_limits_on_files_and_processes_hold_on_a_machine_and_files_alone_on_fargate() -> None:
    files = {"name": "nofile", "softLimit": 65536, "hardLimit": 65536}
    processes = {"name": "nproc", "softLimit": 4096, "hardLimit": 4096}
    api = containers(on_ecs("gridtokenx"), "api-gateway")["api-gateway"]
    assert api["ulimits"] == [files]
    given = settings("prod", workload="gridtokenx", runtime="ecs", domain="example.com")
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:any"
    secrets = dict.fromkeys(given.workload.secrets, SecretReference(value_from=arn, readable=arn))
    inputs = TaskInputs(settings=given, wiring=wiring(given), secrets=secrets, database={}, credentials={})
    task = service_task(inputs, "api-gateway", Log(group_name="log", region="us-east-1"))
    main = next(each for each in task.containers if each.name == "api-gateway")
    assert definition(main, on_host=True)["ulimits"] == [files, processes]
