"""What a rule says of itself, and the page that is made of it."""

import pytest

from policies import reference
from policies.about import Severity, framework_of, high
from policies.registry import RULES
from policies.rule import Rule

_LEAST_CHARACTERS = 15


def test_the_reference_is_what_the_rules_say() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == reference.rendered(), "run python -m policies.reference"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_in_sentences_what_it_protects_against_and_how_to_mend_it(rule: Rule) -> None:
    for text in (rule.about.risk, rule.about.fix):
        assert text.endswith(".")
        assert len(text) >= _LEAST_CHARACTERS
    assert len(set(rule.about.controls)) == len(rule.about.controls)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_controls_are_told_apart_by_how_they_are_written() -> None:
    about = high("Anybody reads it.", "Encrypt it.", "CKV2_AWS_6", "CIS AWS 2.1.4", "PCI DSS 3.5.1", "SOC 2 A1.1")
    assert about.severity is Severity.HIGH
    assert about.of_framework("checkov") == ("CKV2_AWS_6",)
    assert about.of_framework("PCI DSS") == ("3.5.1",)
    assert about.of_framework("CIS EKS") == ()


@pytest.mark.parametrize("wrong", ["CKV-AWS-6", "CIS 2.1.4", "PCI 3.5.1", "CIS EKS 5.4"])
def test_a_control_of_no_framework_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no control of"):
        framework_of(wrong)
