"""The deploying role's policies: every type covered, every action real, what has a name kept to it, short enough."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from tests.charts.whole_platform import settings
from tests.components.existing.test_found import settings_of
from tools.deploy_policy import generate
from tools.deploy_policy.__main__ import main
from tools.deploy_policy.graph import Planned, planned
from tools.deploy_policy.policy import (
    POLICIES,
    POLICY_CHARACTERS,
    Permissions,
    UnknownTypeError,
    arns,
    length,
    policies,
)
from tools.stack import ROOT

_URNS = Path(__file__).parents[1] / "platform" / "urns"
_STACKS = (("openibank", "prod"), ("gridtokenx", "prod"), ("waiver-exchange", "budget"))
_NAMED = {
    # Type -> the input that names the resource, and what its ARN says before the name.
    "aws:cloudwatch/eventRule:EventRule": ("name", "events:{r}:{a}:rule/"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", "logs:{r}:{a}:log-group:"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("name", "cloudwatch:{r}:{a}:alarm:"),
    "aws:ecr/repository:Repository": ("name", "ecr:{r}:{a}:repository/"),
    "aws:ecs/cluster:Cluster": ("name", "ecs:{r}:{a}:cluster/"),
    "aws:ecs/taskDefinition:TaskDefinition": ("family", "ecs:{r}:{a}:task-definition/"),
    "aws:eks/cluster:Cluster": ("name", "eks:{r}:{a}:cluster/"),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "replicationGroupId",
        "elasticache:{r}:{a}:replicationgroup:",
    ),
    "aws:elasticache/user:User": ("userId", "elasticache:{r}:{a}:user:"),
    "aws:iam/role:Role": ("name", "iam::{a}:role/"),
    "aws:iam/instanceProfile:InstanceProfile": ("name", "iam::{a}:instance-profile/"),
    "aws:lambda/function:Function": ("name", "lambda:{r}:{a}:function:"),
    "aws:rds/instance:Instance": ("identifier", "rds:{r}:{a}:db:"),
    "aws:rds/parameterGroup:ParameterGroup": ("name", "rds:{r}:{a}:pg:"),
    "aws:rds/subnetGroup:SubnetGroup": ("name", "rds:{r}:{a}:subgrp:"),
    "aws:s3/bucket:Bucket": ("bucket", "s3:::"),
    "aws:scheduler/schedule:Schedule": ("name", "scheduler:{r}:{a}:schedule/default/"),
    "aws:secretsmanager/secret:Secret": ("name", "secretsmanager:{r}:{a}:secret:"),
    "aws:sns/topic:Topic": ("name", "sns:{r}:{a}:"),
    "aws:sqs/queue:Queue": ("name", "sqs:{r}:{a}:"),
    "aws:ssm/document:Document": ("name", "ssm:{r}:{a}:document/"),
}


@cache
def graph(workload: str, stack: str) -> list[Planned]:
    return planned(settings(workload, stack))


def _statements(documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for document in documents:
        yield from cast("list[dict[str, Any]]", document["Statement"])


def _policies(workload: str, stack: str) -> list[dict[str, Any]]:
    return policies(settings(workload, stack), {each.type for each in graph(workload, stack)})


def test_what_is_kept_is_what_the_sources_say() -> None:
    """Every action exists: what the service authorization reference does not list is not written."""
    assert generate.rendered() == generate.FILE.read_text(encoding="utf-8"), "run `make generate`"


def test_the_page_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--table"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "reference" / "deploy-policy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(_URNS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_type_of_every_stack_is_covered(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    types = {part for line in lines for part in line.replace("::", "$").split("$") if part.startswith("aws:")}
    assert types
    for type in types:
        assert Permissions.read().of([type]), type


def test_every_type_that_the_program_may_use_is_covered() -> None:
    assert set(generate.program_types()) <= set(Permissions.read().types)


@pytest.mark.parametrize(("workload", "stack"), _STACKS)
def test_the_policies_are_as_short_and_as_few_as_iam_takes(workload: str, stack: str) -> None:
    documents = _policies(workload, stack)
    assert 0 < len(documents) <= POLICIES
    assert all(length(document) <= POLICY_CHARACTERS for document in documents)
    allowed = {action for each in _statements(documents) for action in _listed(each["Action"])}
    for action in Permissions.read().of(each.type for each in graph(workload, stack)):
        assert any(fnmatchcase(action, pattern) for pattern in allowed), action


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize(("workload", "stack"), _STACKS)
def test_every_name_of_the_stack_lies_in_the_arns_that_its_service_is_kept_to(workload: str, stack: str) -> None:
    of = settings(workload, stack)
    seen: set[str] = set()
    for each in graph(workload, stack):
        key, start = _NAMED.get(each.type, ("", ""))
        name = each.inputs.get(key) if key else None
        if not isinstance(name, str):
            continue
        arn = f"arn:aws:{start.format(r=of.stack.region, a='111122223333')}{name}"
        service = start.partition(":")[0]
        assert any(fnmatchcase(arn, pattern) for pattern in arns(service, of)), arn
        seen.add(service)
    assert {"iam", "logs", "rds", "cloudwatch", "secretsmanager"} <= seen


@pytest.mark.parametrize(("workload", "stack"), _STACKS)
def test_roles_are_handed_to_the_services_that_take_them_and_no_others(workload: str, stack: str) -> None:
    (passing,) = [each for each in _statements(_policies(workload, stack)) if each["Action"] == "iam:PassRole"]
    allowed = set(passing["Condition"]["StringEquals"]["iam:PassedToService"])
    assert passing["Resource"] == f"arn:aws:iam::*:role/{settings(workload, stack).prefix}*"
    for each in graph(workload, stack):
        trust = each.inputs.get("assumeRolePolicy")
        if isinstance(trust, str):
            (statement,) = cast("list[Mapping[str, Any]]", json.loads(trust)["Statement"])
            assert statement["Principal"]["Service"] in allowed


def test_nothing_that_is_kept_secret_is_read_everywhere() -> None:
    for each in _statements(_policies("openibank", "prod")):
        if each["Resource"] == "*" and "Condition" not in each:
            assert not {"secretsmanager:GetSecretValue", "s3:GetObject"} & set(_listed(each["Action"]))
            assert not any(action.endswith(":*") or action == "*" for action in _listed(each["Action"]))


def test_a_type_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownTypeError, match="aws:new/thing:Thing"):
        policies(settings("openibank", "prod"), ["aws:new/thing:Thing"])
    with pytest.raises(ValueError, match="aws:new/thing:Thing"):
        generate.generate(["aws:new/thing:Thing"])


def test_the_account_stands_in_the_arns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "budget", "--account", "111122223333"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {f"waiver-exchange-budget-deploy-{number}" for number in range(1, len(printed) + 1)}
    assert "arn:aws:iam::111122223333:role/waiver-exchange-budget*" in json.dumps(printed)


def test_a_stack_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prdo"]) == 1
    assert "Pulumi.prdo.yaml" in capsys.readouterr().err


def test_what_is_taken_over_is_named_and_planned_without_an_account() -> None:
    given = settings_of()
    named = {
        "rds": "arn:aws:rds:*:1:db:shop*",
        "eks": "arn:aws:eks:*:1:cluster/old*",
    }
    for service, arn in named.items():
        assert arn in arns(service, given, "1")
        assert f"{given.prefix}*" in arns(service, given, "1")[0]
    assert "aws:ec2/subnet:Subnet" not in {each.type for each in planned(given)}
