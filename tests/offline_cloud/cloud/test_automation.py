"""Automation documents and the rules that start them."""

import json

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import ACCOUNT_ID, Properties
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

STEP: dict[str, object] = {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1M"}}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def document(*steps: dict[str, object], name: str = "take-over") -> Properties:
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": list(steps)})
    return {"name": name, "documentType": "Automation", "documentFormat": "JSON", "content": content}


def said(inputs: Properties) -> set[str]:
    return codes(rules.check(facts.SSM_DOCUMENT, inputs, "us-east-1"))


def test_a_document_with_known_steps_is_accepted() -> None:
    assert said(document({**STEP, "nextStep": "end", "onFailure": "step:end"}, {**STEP, "name": "end"})) == set()


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{**STEP, "action": "aws:wish"}],
        [STEP, STEP],
        [{**STEP, "name": "not a name"}],
        [{**STEP, "nextStep": "nowhere"}],
        [{**STEP, "onFailure": "step:nowhere"}],
        [{**STEP, "onFailure": "Ignore"}],
        [{**STEP, "isCritical": 0}],
    ],
)
def test_a_document_that_leads_nowhere_is_refused(steps: list[dict[str, object]]) -> None:
    assert said(document(*steps)) == {"InvalidDocumentContent"}


def test_a_document_is_json_and_has_a_name() -> None:
    assert said({**document(STEP), "content": "{"}) == {"InvalidDocumentContent"}
    assert said(document(STEP, name="no blanks")) == {"InvalidParameterValue"}


def test_a_rule_starts_a_document_of_its_region_by_a_role() -> None:
    world = Memory()
    create(world, facts.SSM_DOCUMENT, "document", **document(STEP))
    create(world, facts.EVENT_RULE, "rule", name="alarm", eventPattern="{}")
    role = create(world, facts.ROLE, "starts", name="starts", assumeRolePolicy=TRUST)
    arn = f"arn:aws:ssm:us-east-1:{ACCOUNT_ID}:automation-definition/{{}}:$DEFAULT"
    target: Properties = {"rule": "alarm", "targetId": "start", "arn": arn.format("take-over"), "roleArn": role.arn}
    assert diagnostics(world, facts.EVENT_TARGET, "start", **target) == []
    unheard = diagnostics(world, facts.EVENT_TARGET, "start", **{**target, "arn": arn.format("unheard")})
    assert codes(unheard) == {"InvalidDocument"}
    anonymous = {key: value for key, value in target.items() if key != "roleArn"}
    assert codes(diagnostics(world, facts.EVENT_TARGET, "start", **anonymous)) == {"ValidationException"}
