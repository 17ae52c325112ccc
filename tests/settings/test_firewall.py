"""Exceptions from the firewall's managed rules, and the table of those rules."""

from pathlib import Path
from typing import get_args

import pytest

from settings.checks.firewall import check
from settings.facts.firewall import MANAGED_RULES, ManagedGroupName
from settings.raw import Raw
from settings.workload import Workload
from tests.components.ingress.samples import WORKLOAD
from tests.settings.product import files, with_change

_POSTS: dict[str, Raw] = {
    "group": "AWSManagedRulesCommonRuleSet",
    "rule": "CrossSiteScripting_BODY",
    "paths": ["/posts"],
    "reason": "Authors write HTML, which the service cleans",
}


def test_the_table_has_a_row_for_each_group_that_a_product_may_name() -> None:
    assert set(MANAGED_RULES) == set(get_args(ManagedGroupName))
    assert {name: len(group.labels) for name, group in MANAGED_RULES.items()} == {
        "AWSManagedRulesCommonRuleSet": 22,
        "AWSManagedRulesKnownBadInputsRuleSet": 12,
        "AWSManagedRulesSQLiRuleSet": 5,
    }


@pytest.mark.parametrize(
    ("group", "rule", "label"),
    [
        ("AWSManagedRulesCommonRuleSet", "UserAgent_BadBots_HEADER", "core-rule-set:BadBots_Header"),
        ("AWSManagedRulesCommonRuleSet", "GenericLFI_URIPATH", "core-rule-set:GenericLFI_URIPath"),
        ("AWSManagedRulesKnownBadInputsRuleSet", "PROPFIND_METHOD", "known-bad-inputs:Propfind_Method"),
        ("AWSManagedRulesKnownBadInputsRuleSet", "Log4JRCE_QUERYSTRING", "known-bad-inputs:Log4JRCE_QueryString"),
        ("AWSManagedRulesSQLiRuleSet", "SQLi_QUERYARGUMENTS", "sql-database:SQLi_QueryArguments"),
    ],
)
def test_a_rule_has_the_label_that_aws_writes(group: ManagedGroupName, rule: str, label: str) -> None:
    assert MANAGED_RULES[group].label(rule) == f"awswaf:managed:aws:{label}"


def test_an_exception_is_repeated_with_its_reason(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, "ingress.firewall_exceptions", [_POSTS])
    stated.write()
    assert (
        "ingress.firewall_exceptions[0]: CrossSiteScripting_BODY does not block on /posts, because: "
        "Authors write HTML, which the service cleans"
    ) in stated.load().notes


@pytest.mark.parametrize(("missing", "place"), [("database", "group"), ("routes", "firewall_exceptions")])
def test_an_exception_from_what_is_not_tried_is_refused(missing: str, place: str) -> None:
    raw = WORKLOAD.model_dump(by_alias=True)
    rule = {**_POSTS, "group": "AWSManagedRulesSQLiRuleSet", "rule": "SQLi_BODY", "paths": ("/posts",)}
    raw["ingress"]["firewall_exceptions"] = (rule,)
    if missing == "database":
        raw["database"] = None
    else:
        raw["ingress"]["routes"] = ()
    (diagnostic,) = check(Workload.model_validate(raw))
    assert diagnostic.path[-1] == place
