"""Traffic held back at the load balancer, and let through again."""

import json

import pytest

from settings.arithmetic.routes import MAINTENANCE_PRIORITY, blocked_rules
from settings.workload.delivery import BlockedPath
from tests.components.ingress.test_ingress import RULE, edge, with_settings

BLOCKED = [BlockedPath(path=f"/private-{number}") for number in range(2000)]


@pytest.mark.requirement("GX-155")
def test_one_rule_before_all_others_answers_every_path_of_every_host() -> None:
    closed = {each.name: each.inputs for each in edge(with_settings(maintenance=True)).of_type(RULE)}
    rule = closed.pop("ingress-listeners-maintenance")
    assert rule["conditions"] == [{"pathPattern": {"values": ["/*"]}}]
    (action,) = rule["actions"]
    answer = action["fixedResponse"]
    assert (action["type"], answer["statusCode"]) == ("fixed-response", "503")
    assert json.loads(answer["messageBody"]) == {"error": "maintenance", "retry_after_seconds": 60}
    assert closed
    assert all(rule["priority"] < other["priority"] for other in closed.values())


@pytest.mark.requirement("GX-155")
def test_traffic_resumes_by_the_removal_of_that_rule_alone() -> None:
    closed = {each.name: each.inputs for each in edge(with_settings(maintenance=True)).registrations}
    opened = {each.name: each.inputs for each in edge().registrations}
    assert closed.keys() - opened.keys() == {"ingress-listeners-maintenance"}
    assert opened == {name: inputs for name, inputs in closed.items() if name in opened}


def test_no_other_rule_takes_its_place() -> None:
    assert min(rule.priority for rule in blocked_rules(BLOCKED)) > MAINTENANCE_PRIORITY
