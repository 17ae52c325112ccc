"""What a whole platform on ECS registers, for the products that ask for it."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.arithmetic.fargate import TASK_SIZES
from settings.load import load
from tests.components.recording import Recorder, Registration, build

ROOT = Path(__file__).resolve().parents[4]
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
SECRET = "aws:secretsmanager/secret:Secret"
POLICY = "aws:appautoscaling/policy:Policy"


def settings(stack: str, **changes: object) -> PlatformSettings:
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load(stack, {**stated, **cast("dict[str, Any]", changes)}, ROOT / "workloads")


def platform(given: PlatformSettings) -> Recorder[Platform]:
    return build(lambda: Platform("platform", given, Output.secret(dict.fromkeys(given.stack.provided_secrets, "v"))))


@cache
def budget() -> Recorder[Platform]:
    return platform(settings("budget"))


@cache
def gridtokenx() -> Recorder[Platform]:
    return platform(settings("prod", workload="gridtokenx", domain="gridtokenx.com", runtime="ecs"))


def containers(task: Registration) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in task.document("containerDefinitions")}


def task_of(recorder: Recorder[Platform], name: str) -> Registration:
    return recorder.one(TASK, f"application-{name}-task")


@pytest.mark.requirement("GX-28")
def test_the_task_definition_is_the_guides() -> None:
    task = task_of(gridtokenx(), "api-gateway").inputs
    assert task["networkMode"] == "awsvpc"
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert (task["cpu"], task["memory"]) == ("4096", "8192")
    assert task["family"] == "gridtokenx-prod-api-gateway"


@pytest.mark.requirement("GX-29")
def test_the_container_opens_the_guides_port_and_gets_its_environment() -> None:
    main = containers(task_of(gridtokenx(), "api-gateway"))["api-gateway"]
    assert {"name": "http", "containerPort": 8080, "hostPort": 8080, "protocol": "tcp"} in main["portMappings"]
    assert next(each["value"] for each in main["environment"] if each["name"] == "RUST_LOG").startswith("info")
    assert "api-gateway" in main["image"]


@pytest.mark.requirement("GX-30")
def test_secrets_are_named_by_arn_and_never_by_value() -> None:
    recorder = gridtokenx()
    main = containers(task_of(recorder, "api-gateway"))["api-gateway"]
    by_name = {each["name"]: each["valueFrom"] for each in main["secrets"]}
    assert by_name["DATABASE_URL"].startswith("arn:aws:secretsmanager:")
    url = recorder.named("task-secrets-database-url-version")
    assert "secretString" in url.secret_inputs
    assert url.inputs["secretString"].startswith("postgres://")
    assert url.inputs["secretString"].endswith("?sslmode=require")


def test_no_task_definition_holds_a_composed_or_generated_value() -> None:
    for recorder in (gridtokenx(), budget()):
        values = {
            str(each.inputs["secretString"])
            for each in recorder.of_type("aws:secretsmanager/secretVersion:SecretVersion")
        }
        assert values
        for task in recorder.of_type(TASK):
            assert "containerDefinitions" not in task.secret_inputs
            assert not any(value in task.inputs["containerDefinitions"] for value in values)


@pytest.mark.requirement("GX-31")
def test_every_container_logs_to_its_services_group() -> None:
    recorder = gridtokenx()
    group = recorder.named("tasks-api-gateway-log").inputs
    assert group["name"] == "/ecs/gridtokenx-prod-api-gateway"
    assert group["retentionInDays"] == 365
    for container in containers(task_of(recorder, "api-gateway")).values():
        log = container["logConfiguration"]
        assert log["logDriver"] == "awslogs"
        assert log["options"]["awslogs-group"] == group["name"]
        assert log["options"]["awslogs-region"] == "us-east-1"
        assert log["options"]["awslogs-stream-prefix"] == "ecs"


def test_the_guides_targets_scale_the_service() -> None:
    recorder = gridtokenx()
    target = recorder.one("aws:appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 20)
    values = {
        each.inputs["name"]: each.inputs["targetTrackingScalingPolicyConfiguration"]["targetValue"]
        for each in recorder.of_type(POLICY)
    }
    # 70 % of a request of 2 vCPU in a task of 4, 80 % of 4 GiB in 8; 1000 requests a second are 60,000 a minute.
    assert values == {"cpu": 35, "memory": 40, "requests": 60_000}


@pytest.mark.requirement("GX-25")
def test_a_task_may_open_as_many_files_as_the_guide_asks() -> None:
    for container in containers(task_of(gridtokenx(), "api-gateway")).values():
        assert container["ulimits"] == [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]


@pytest.mark.requirement("WX-01", "WX-02", "WX-03", "WX-07", "WX-08", "WX-10")
def test_each_binary_of_the_one_image_is_a_service_of_its_own() -> None:
    expected = {"rest": ("rest_server", 8081), "oauth": ("oauth-server", 8082), "ws": ("waiver-exchange-service", 8081)}
    images = set[str]()
    for name, (binary, port) in expected.items():
        main = containers(task_of(budget(), name))[name]
        images.add(main["image"])
        assert main["entryPoint"] == [binary]
        assert [each["containerPort"] for each in main["portMappings"]] == [port]
    assert len(images) == 1


@pytest.mark.requirement("WX-09")
def test_a_service_waits_for_the_database() -> None:
    task = containers(task_of(budget(), "rest"))
    assert {"containerName": "await-database", "condition": "SUCCESS"} in task["rest"]["dependsOn"]
    assert "psql" in task["await-database"]["command"][0]


@pytest.mark.requirement("WX-15", "WX-16")
def test_both_urls_come_from_secrets_manager() -> None:
    main = containers(task_of(budget(), "rest"))["rest"]
    expected = {"DATABASE_URL", "REDIS_URL", "JWT_SECRET", "JWT_SECRET_PREVIOUS"}
    assert {each["name"] for each in main["secrets"]} == expected
    assert budget().named("task-secrets-redis-url-version").inputs["secretString"].startswith("rediss://")


@pytest.mark.requirement("WX-06", "WX-33", "WX-34", "WX-35")
def test_three_services_stand_behind_one_load_balancer() -> None:
    recorder = budget()
    assert len(recorder.of_type("aws:lb/loadBalancer:LoadBalancer")) == 1
    groups = {each.inputs["name"]: each.inputs for each in recorder.of_type(SERVICE)}
    assert set(groups) == {"rest", "oauth", "ws"}
    ports = {name: given["loadBalancers"][0]["containerPort"] for name, given in groups.items()}
    assert ports == {"rest": 8081, "oauth": 8082, "ws": 8081}
    rules = [each.inputs["conditions"] for each in recorder.of_type("aws:lb/listenerRule:ListenerRule")]
    patterns = {
        value
        for rule in rules
        for each in rule
        for value in cast("dict[str, Any]", each.get("pathPattern") or {"values": []})["values"]
    }
    assert {"/oauth", "/oauth/*", "/ws", "/ws/*"} <= patterns


@pytest.mark.requirement("WX-14", "WX-42", "OB-129")
def test_the_budget_form_runs_one_small_task_of_each_service() -> None:
    recorder = budget()
    for service in recorder.of_type(SERVICE):
        assert service.inputs["desiredCount"] == 1
    sizes = [task_of(recorder, name).inputs for name in ("rest", "oauth", "ws")]
    # A quarter of a vCPU and 512 MiB of its own, and the collector beside it.
    assert {(each["cpu"], each["memory"]) for each in sizes} == {("512", "1024")}
    assert sum(int(each["cpu"]) for each in sizes) <= 2 * 1024
    assert {each["runtimePlatform"]["cpuArchitecture"] for each in sizes} == {"ARM64"}


@pytest.mark.requirement("WX-43")
def test_tasks_without_a_gateway_carry_closed_public_addresses() -> None:
    recorder = budget()
    assert not recorder.of_type("aws:ec2/natGateway:NatGateway")
    subnets = recorder.of_type("aws:ec2/subnet:Subnet")
    public = {f"{each.name}-id" for each in subnets if "-public-" in each.name}
    for service in recorder.of_type(SERVICE):
        network = service.inputs["networkConfiguration"]
        assert network["assignPublicIp"] is True
        assert set(network["subnets"]) == public
    opened = [each.inputs for each in recorder.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")]
    from_anywhere = {each["fromPort"] for each in opened if each.get("cidrIpv4") == "0.0.0.0/0"}
    assert from_anywhere == {80, 443}
    tasks = "tasks-tasks-id"
    assert all(each.get("cidrIpv4") is None for each in opened if each["securityGroupId"] == tasks)


@pytest.mark.requirement("WX-22", "WX-23", "WX-25", "WX-26", "WX-52")
def test_the_cheapest_database_keeps_its_version_encryption_and_backups() -> None:
    database = budget().one("aws:rds/instance:Instance").inputs
    assert database["instanceClass"] == "db.t4g.small"
    assert str(database["engineVersion"]).startswith("15")
    assert database["storageEncrypted"] is True
    assert database["backupRetentionPeriod"] >= 7
    assert database["multiAz"] is False


@pytest.mark.requirement("WX-28", "WX-29")
def test_the_cheapest_cache_is_one_encrypted_node() -> None:
    cache_group = budget().one("aws:elasticache/replicationGroup:ReplicationGroup").inputs
    assert cache_group["nodeType"] == "cache.t4g.micro"
    assert (cache_group["numNodeGroups"], cache_group["replicasPerNodeGroup"]) == (1, 0)
    assert cache_group["atRestEncryptionEnabled"] is True
    assert cache_group["transitEncryptionEnabled"] is True


@pytest.mark.requirement("WX-44")
def test_the_same_product_runs_on_the_standard_platform_by_its_environment_alone() -> None:
    grown = settings(
        "budget",
        environment="production",
        zones=["use1-az1", "use1-az2", "use1-az4"],
        monitoring={"emails": ["on-call@example.com"]},
    )
    recorder = platform(grown)
    assert recorder.of_type("aws:eks/cluster:Cluster")
    assert not recorder.of_type(SERVICE)
    for token in ("aws:rds/instance:Instance", "aws:lb/loadBalancer:LoadBalancer", "aws:ec2/vpc:Vpc"):
        assert {each.urn for each in budget().of_type(token)} <= {each.urn for each in recorder.of_type(token)}


@pytest.mark.requirement("WX-83", "WX-84", "WX-85")
def test_a_rollout_that_fails_puts_the_version_before_back() -> None:
    for service in budget().of_type(SERVICE):
        assert service.inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
        assert service.inputs["deploymentMinimumHealthyPercent"] == 100


@pytest.mark.requirement("WX-82")
def test_the_dump_is_scheduled_and_may_only_add() -> None:
    recorder = budget()
    schedule = recorder.named("application-database-dump-schedule").inputs
    assert schedule["scheduleExpression"] == "cron(0 2 * * ? *)"
    policy = recorder.named("application-database-dump-roles-task-permissions").document("policy")
    assert {action for each in policy["Statement"] for action in each["Action"]} == {
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "kms:GenerateDataKey",
        "kms:Decrypt",
    }


def test_every_size_is_sold_and_every_service_has_its_own_roles_and_group() -> None:
    for recorder in (budget(), gridtokenx()):
        tasks = recorder.of_type(TASK)
        assert all((int(each.inputs["cpu"]), int(each.inputs["memory"])) in TASK_SIZES for each in tasks)
        roles = [each.inputs[key] for each in tasks for key in ("executionRoleArn", "taskRoleArn")]
        assert len(set(roles)) == 2 * len(tasks)


def test_only_the_set_up_reads_the_administrators_credential() -> None:
    recorder = budget()
    readers = [each.name for each in recorder.of_type(TASK) if "master" in each.inputs["containerDefinitions"].lower()]
    policies = [
        each.name
        for each in recorder.of_type("aws:iam/rolePolicy:RolePolicy")
        if "masterUserSecrets" in json.dumps(each.inputs["policy"])
    ]
    assert set(readers) <= {"application-database-bootstrap-task"}
    assert set(policies) <= {"application-database-bootstrap-roles-execution-permissions"}


def test_a_service_holds_no_capabilities_and_cannot_write_to_its_image() -> None:
    for name in ("rest", "oauth", "ws"):
        main = containers(task_of(budget(), name))[name]
        assert main["readonlyRootFilesystem"] is True
        assert main["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        assert main["user"] == "10001"
