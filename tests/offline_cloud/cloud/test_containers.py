"""What ECS, Application Auto Scaling and EventBridge Scheduler refuse, and what they answer."""

import json
from typing import Any

import pytest

from offline_cloud.cloud import identity
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value
from offline_cloud.cloud.rules import check
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

REGION = "us-east-1"
MAIN: dict[str, Any] = {
    "name": "api",
    "essential": True,
    "portMappings": [{"containerPort": 8080}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/shop-api"}},
}


def task(*containers: dict[str, Any], **changes: Value) -> dict[str, Value]:
    definition: dict[str, Value] = {
        "family": "shop-api",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": json.dumps(list(containers or (MAIN,))),
    }
    return {**definition, **changes}


def found(inputs: dict[str, Value], type: str = facts.TASK_DEFINITION) -> list[str]:
    return [str(diagnostic) for diagnostic in check(type, inputs, REGION)]


def test_a_good_task_is_accepted() -> None:
    assert found(task()) == []


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        (task(memory="4096"), "No Fargate configuration exists for given values: 256 CPU, 4096 memory"),
        (task(cpu="300"), "No Fargate configuration exists"),
        (task(networkMode="bridge"), "Fargate only supports network mode 'awsvpc'"),
        (task(containerDefinitions="{}"), "not a list of objects"),
        (task(MAIN, MAIN), "Container names should be unique"),
        (task({**MAIN, "essential": False}), "at least one is needed"),
        (task({**MAIN, "mountPoints": [{"sourceVolume": "gone"}]}), "Unknown volume 'gone'"),
        (task({**MAIN, "dependsOn": [{"containerName": "gone"}]}), "No other container is named 'gone'"),
        (task({**MAIN, "secrets": [{"name": "A", "valueFrom": "shop/a"}]}), "A names no ARN"),
        (
            task({**MAIN, "environment": [{"name": "A"}], "secrets": [{"name": "A", "valueFrom": "arn:"}]}),
            "The secret name must be unique: A",
        ),
        (task(runtimePlatform={"cpuArchitecture": "RISC"}), "RISC"),
        (task({**MAIN, "environment": [{"name": "A", "value": "x" * 65_536}]}), "Max allowed length is '65536' bytes"),
    ],
)
def test_a_bad_task_is_refused(inputs: dict[str, Value], part: str) -> None:
    assert part in "\n".join(found(inputs))


def test_a_task_logs_to_a_group_that_is_there() -> None:
    world = Memory()
    assert codes(diagnostics(world, facts.TASK_DEFINITION, "task", **task())) == {"ResourceNotFoundException"}
    create(world, facts.LOG_GROUP, "log", name="/ecs/shop-api")
    assert diagnostics(world, facts.TASK_DEFINITION, "task", **task()) == []


def test_the_load_balancer_asks_a_port_that_the_container_opens() -> None:
    world = Memory()
    create(world, facts.LOG_GROUP, "log", name="/ecs/shop-api")
    made = create(world, facts.TASK_DEFINITION, "task", **task())
    service: dict[str, Value] = {
        "name": "api",
        "cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/shop",
        "taskDefinition": made.arn,
        "networkConfiguration": {"subnets": []},
        "loadBalancers": [{"containerName": "api", "containerPort": 9090}],
    }
    assert codes(diagnostics(world, facts.SERVICE, "service", **service)) == {"InvalidParameterException"}
    service["loadBalancers"] = [{"containerName": "api", "containerPort": 8080}]
    assert diagnostics(world, facts.SERVICE, "service", **service) == []


@pytest.mark.parametrize(("mode", "good", "bad"), [("awsvpc", "ip", "instance"), ("bridge", "instance", "ip")])
def test_how_tasks_join_a_target_group_follows_their_network(mode: str, good: str, bad: str) -> None:
    world = Memory()
    create(world, facts.LOG_GROUP, "log", name="/ecs/shop-api")
    kinds: Value = ["EC2" if mode == "bridge" else "FARGATE"]
    made = create(world, facts.TASK_DEFINITION, "task", **task(networkMode=mode, requiresCompatibilities=kinds))
    groups = {
        type: world.add(facts.TARGET_GROUP, type, name=f"shop-{type}", targetType=type, port=80, protocol="HTTP")
        for type in (good, bad)
    }
    for type, expected in ((good, set[str]()), (bad, {"InvalidParameterException"})):
        service: dict[str, Value] = {
            "name": "api",
            "cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/shop",
            "taskDefinition": made.arn,
            "launchType": "EC2" if mode == "bridge" else "FARGATE",
            "loadBalancers": [{"containerName": "api", "containerPort": 8080, "targetGroupArn": groups[type].arn}],
        }
        if mode == "awsvpc":
            service["networkConfiguration"] = {"subnets": []}
        assert codes(diagnostics(world, facts.SERVICE, "service", **service)) == expected


def test_only_one_capacity_provider_has_a_base() -> None:
    strategies: Value = [{"capacityProvider": name, "base": 1, "weight": 1} for name in ("FARGATE", "FARGATE_SPOT")]
    inputs: dict[str, Value] = {"capacityProviderStrategies": strategies, "networkConfiguration": {}}
    assert "Only one capacity provider" in "\n".join(found(inputs, facts.SERVICE))
    inputs["capacityProviderStrategies"] = [{"capacityProvider": "FARGATE", "weight": 0}]
    assert "At least one weight" in "\n".join(found(inputs, facts.SERVICE))


def test_what_scales_is_a_service_that_is_there_and_registered() -> None:
    world = Memory()
    target: dict[str, Value] = {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/shop/api",
        "minCapacity": 1,
        "maxCapacity": 3,
    }
    policy: dict[str, Value] = {"name": "cpu", **{key: target[key] for key in list(target)[:3]}}
    assert codes(diagnostics(world, facts.SCALING_TARGET, "target", **target)) == {"ValidationException"}
    assert codes(diagnostics(world, facts.SCALING_POLICY, "policy", **policy)) == {"ObjectNotFoundException"}
    service: dict[str, Value] = {"name": "api", "cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/shop"}
    create(world, facts.SERVICE, "service", networkConfiguration={"subnets": []}, **service)
    create(world, facts.SCALING_TARGET, "target", **target)
    assert diagnostics(world, facts.SCALING_POLICY, "policy", **policy) == []
    assert "minCapacity 1 is above maxCapacity 0" in "\n".join(
        found({**target, "maxCapacity": 0}, facts.SCALING_TARGET)
    )


def test_what_may_stand_side_by_side_has_an_id_of_its_own() -> None:
    def id_of(type: str, generation: int = 0, **inputs: Value) -> str:
        made = Record(urn="urn:it", type=type, inputs=inputs, region=REGION, generation=generation)
        return identity.outputs(made, Memory()).id

    policies = {id_of(facts.SCALING_POLICY, name="cpu", resourceId=f"service/shop/{name}") for name in ("api", "web")}
    revisions = {id_of(facts.TASK_DEFINITION, generation, family="shop-api") for generation in (0, 1)}
    assert (len(policies), len(revisions)) == (2, 2)


@pytest.mark.parametrize(
    "expression", ["rate(1 day)", "cron(0 2 * * ? *)", "cron(0 2 ? * 2 *)", "at(2026-01-01T00:00:00)"]
)
def test_good_expressions_are_accepted(expression: str) -> None:
    assert found({"scheduleExpression": expression}, facts.SCHEDULE) == []


@pytest.mark.parametrize("expression", ["0 2 * * *", "cron(0 2 * * *)", "cron(0 2 * * * *)", "rate(0 days)"])
def test_bad_expressions_are_refused(expression: str) -> None:
    assert "Invalid Schedule Expression" in "\n".join(found({"scheduleExpression": expression}, facts.SCHEDULE))


def test_every_revision_of_a_family_has_its_number() -> None:
    world = Memory()
    create(world, facts.LOG_GROUP, "log", name="/ecs/shop-api")
    made = create(world, facts.TASK_DEFINITION, "task", **task())
    assert (made.arn or "").endswith(":task-definition/shop-api:1")
