"""Functions that are invoked: their own code is run against the offline cloud's ECS."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value
from offline_cloud.cloud.services.awslambda.functions import INVOCATION, FunctionFailedError, NotRunHereError, invoke
from tests.offline_cloud.cloud.memory import Memory, codes, diagnostics

RUNS = """
import time
from botocore.exceptions import ClientError
from botocore.session import get_session

def handler(event, context):
    ecs = get_session().create_client("ecs")
    assert ecs.list_tasks(cluster="shop")["taskArns"] == []
    try:
        task = ecs.run_task(networkConfiguration={}, **event)["tasks"][0]["taskArn"]
    except ClientError as error:
        raise ValueError("refused: " + str(error))
    time.sleep(600)
    assert context.get_remaining_time_in_millis() == 300_000
    (ended,) = ecs.describe_tasks(cluster="shop", tasks=[task])["tasks"]
    return [each.get("exitCode", ended["stoppedReason"]) for each in ended["containers"]]
"""


def _world(code: str = RUNS) -> tuple[Memory, Record]:
    world = Memory()
    world.add("aws:ecs/cluster:Cluster", "cluster", name="shop")
    world.add(facts.ROLE, "role", name="shop-execution", assumeRolePolicy="{}")
    world.add(facts.ROLE_POLICY, "policy", role="shop-execution", name="permissions", policy="{}")
    role = "arn:aws:iam::000000000000:role/shop-execution"
    containers = json.dumps([{"name": "main"}])
    task = world.add(
        facts.TASK_DEFINITION,
        "task",
        family="shop-bootstrap",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        executionRoleArn=role,
        containerDefinitions=containers,
    )
    archive: Value = {"assets": {"run.py": {"text": code}}}
    world.add(facts.FUNCTION, "function", name="shop-run", handler="run.handler", code=archive)
    return world, task


def _asked(world: Memory, task: Record, **changes: str) -> Record:
    event = {"cluster": "shop", "taskDefinition": task.arn, "launchType": "FARGATE", **changes}
    return world.draft(INVOCATION, "run", functionName="shop-run", input=json.dumps(event))


def _never(_family: str) -> bool:
    return False


def test_the_functions_own_code_runs_the_task_and_a_wait_takes_no_time() -> None:
    world, task = _world()
    assert json.loads(invoke(_asked(world, task), world, _never)) == [0]


def test_a_task_of_a_named_family_can_be_made_to_fail() -> None:
    world, task = _world()
    families: list[str] = []
    assert json.loads(invoke(_asked(world, task), world, lambda family: not families.append(family))) == [1]
    assert families == ["shop-bootstrap"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cluster": "gone"}, "ClusterNotFoundException"),
        ({"taskDefinition": "arn:aws:ecs:us-east-1:000000000000:task-definition/gone:1"}, "TaskDefinition not found"),
        ({"launchType": "EC2"}, "not for EC2"),
    ],
)
def test_ecs_refuses_what_is_not_there(change: dict[str, str], said: str) -> None:
    world, task = _world()
    with pytest.raises(FunctionFailedError, match=said):
        invoke(_asked(world, task, **change), world, _never)


def test_a_task_whose_role_may_do_nothing_yet_never_begins() -> None:
    world, task = _world()
    world.remove(world.of_type(facts.ROLE_POLICY)[0])
    assert "AccessDenied" in json.loads(invoke(_asked(world, task), world, _never))[0]


def test_a_function_that_calls_another_service_is_not_run() -> None:
    code = "from botocore.session import get_session\ndef handler(e, c): get_session().create_client('s3')\n"
    world, task = _world(code)
    with pytest.raises(NotRunHereError, match="s3"):
        invoke(_asked(world, task), world, _never)


def test_a_function_that_is_not_there_cannot_be_invoked() -> None:
    world, _ = _world()
    refused = diagnostics(world, INVOCATION, "run", functionName="gone", input="{}")
    assert codes(refused) == {"ResourceNotFoundException"}
