"""Overrides of single rules of a rule group: what WAF refuses, next to what it accepts."""

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Properties, Record
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

HOME = "eu-west-1"
RULE_GROUP = "aws:wafv2/ruleGroup:RuleGroup"
SHOWN: Properties = {"cloudwatchMetricsEnabled": False, "metricName": "shop", "sampledRequestsEnabled": False}
BLOCKS: Properties = {
    "name": "blocks-france",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"geoMatchStatement": {"countryCodes": ["FR"]}},
    "visibilityConfig": SHOWN,
}


@pytest.fixture
def world() -> Memory:
    return Memory(HOME)


@pytest.fixture
def group(world: Memory) -> Record:
    stated: Properties = {"capacity": 10, "scope": "REGIONAL", "rules": [BLOCKS], "visibilityConfig": SHOWN}
    return create(world, RULE_GROUP, "own", HOME, name="own", **stated)


def with_override(statement: str, rule: str, **group: str) -> Properties:
    override: Properties = {"name": rule, "actionToUse": {"count": {}}}
    return {
        "name": "shop",
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": SHOWN,
        "rules": [
            {
                "name": "group",
                "priority": 1,
                "overrideAction": {"none": {}},
                "statement": {statement: {**group, "ruleActionOverrides": [override]}},
                "visibilityConfig": SHOWN,
            }
        ],
    }


def test_an_override_names_a_rule_of_the_accounts_own_group(world: Memory, group: Record) -> None:
    known = with_override("ruleGroupReferenceStatement", "blocks-france", arn=str(group.arn))
    assert diagnostics(world, facts.WEB_ACL, "acl", HOME, **known) == []
    misspelt = with_override("ruleGroupReferenceStatement", "Blocks-France", arn=str(group.arn))
    (found,) = diagnostics(world, facts.WEB_ACL, "acl", HOME, **misspelt)
    assert codes([found]) == {"WAFInvalidParameterException"}
    assert found.path == "rules[0].statement.ruleGroupReferenceStatement.ruleActionOverrides[0].name"
    assert "it has blocks-france" in found.reason


def test_waf_ignores_an_override_of_a_rule_that_a_managed_group_lacks(world: Memory) -> None:
    managed = with_override(
        "managedRuleGroupStatement", "Misspelt", name="AWSManagedRulesSQLiRuleSet", vendorName="AWS"
    )
    assert diagnostics(world, facts.WEB_ACL, "acl", HOME, **managed) == []
