"""Rules over the whole graph: a small graph is accepted, and the same with one thing broken is not."""

from dataclasses import replace

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.registry import RULES
from policies.rule import StackRule
from policies.rules import foreign
from policies.view import Resource
from tests.policies.graphs import CASES, Case, made

_RULES = {rule.name: rule for rule in RULES if isinstance(rule, StackRule)}
_PRODUCTIONS = {
    "authorities-named",
    "data-leaves-the-region",
    "data-subnets-isolated",
    "database-in-a-backup",
    "dns-queries-logged",
    "nodes-not-in-public-subnets",
    "origin-not-bypassed",
    "secret-rotated",
    "topic-has-reader",
}
"""Rules that a stack which is no production is not held to."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_graph_is_accepted_and_broken_refused(case: Case) -> None:
    rule = _RULES[case.rule]
    assert list(rule.check(case.graph)) == []
    [(offender, message)] = rule.check(case.broken())
    assert offender.name == case.offender
    assert len(message) > 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_for_productions_leaves_others_alone(case: Case) -> None:
    dev = [replace(each, environment="dev") for each in case.broken()]
    assert bool(list(_RULES[case.rule].check(dev))) is (case.rule not in _PRODUCTIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_what_is_not_known_yet_raises_nothing(case: Case) -> None:
    """References are known in a first preview, values are not: no rule fails on them."""
    for each in case.broken():
        unknown = dict.fromkeys(each.properties, UNKNOWN_STRING_VALUE)
        list(_RULES[case.rule].check([*case.broken(), replace(each, properties=unknown_checking_proxy(unknown))]))


def test_an_account_that_is_listed_is_a_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    for case in (each for each in CASES if each.rule.startswith("foreign-account")):
        monkeypatch.setattr(foreign.PARTNERS, "value", ("999988887777",))
        assert list(_RULES[case.rule].check(case.broken())) == []


def test_without_an_arn_nobody_knows_whose_account_it_is() -> None:
    [case] = [each for each in CASES if each.rule == "foreign-account-in-trust"]
    assert list(_RULES[case.rule].check([each for each in case.broken() if each.name != "one"])) == []


def test_a_stack_reads_of_its_own_kind_of_references() -> None:
    one: Resource = made("a", "one", {"x": "two", "y": ("three", "four")})
    assert one.refers("x") == {"urn::two"}
    assert one.refers() == {"urn::two", "urn::three", "urn::four"}
    assert one.refers("z") == frozenset()
