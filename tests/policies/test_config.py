"""The pack's configuration: levels and exemptions for every stack or one, and one line for each mistake."""

from datetime import date
from typing import Any

import pytest
import yaml
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies import parameters
from policies.about import Severity
from policies.config import FILE, Config, ConfigError, load
from policies.pack import policies, refused
from policies.registry import RULES
from policies.rule import Level
from policies.rules.foreign import PARTNERS
from policies.rules.secret_use import LONGEST_ROTATION

TODAY = date(2030, 1, 31)
_ONE = {
    "rule": "log-encrypted",
    "resource": "ingress-*",
    "reason": "the service takes no customer key yet",
    "owner": "platform lead",
    "until": TODAY,
}


def _load(stack: str = "prod", **stated: Any) -> Config:
    return load(yaml.safe_dump(stated), stack, RULES, TODAY)


def _mistakes(**stated: Any) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        _load(**stated)
    return str(raised.value).splitlines()


def test_the_projects_own_configuration_is_accepted() -> None:
    load(FILE.read_text("utf-8"), "prod", RULES, date(2026, 12, 1))


def test_a_stacks_levels_go_before_those_of_all() -> None:
    stated: dict[str, Any] = {
        "levels": {"key-rotation": "advisory"},
        "stacks": {"dev": {"levels": {"key-rotation": "disabled"}}},
    }
    assert _level(_load(**stated), "key-rotation") is Level.ADVISORY
    assert _level(_load("dev", **stated), "key-rotation") is Level.DISABLED
    assert _level(_load("dev", **stated), "image-scanned") is Level.MANDATORY


def _level(config: Config, name: str) -> Level:
    return config.level(next(rule for rule in RULES if rule.name == name))


def test_rules_are_selected_by_framework_and_severity() -> None:
    config = _load(select={"frameworks": ["PCI DSS", "CIS EKS"], "least_severity": "medium"})
    asked = [rule for rule in RULES if config.level(rule) is not Level.DISABLED]
    assert 50 < len(asked) < len(RULES)
    assert all(rule.about.of_framework("PCI DSS") or rule.about.of_framework("CIS EKS") for rule in asked)
    assert {str(rule.about.severity) for rule in asked} == {"critical", "high", "medium"}
    named = _load(select={"least_severity": "critical"}, levels={"key-rotation": "advisory"})
    assert _level(named, "key-rotation") is Level.ADVISORY
    assert {rule.about.severity for rule in RULES if named.level(rule) is Level.MANDATORY} == {Severity.CRITICAL}


def test_a_stacks_selection_and_figures_go_before_those_of_all() -> None:
    stated: dict[str, Any] = {
        "select": {"least_severity": "high"},
        "parameters": {"secret-rotated-often": {"days": 30}, "log-ends": {"days": 400}},
        "stacks": {"dev": {"select": {}, "parameters": {"log-ends": {"days": 30}}}},
    }
    assert _load(**stated).select.least_severity is Severity.HIGH
    dev = _load("dev", **stated)
    assert dev.select.least_severity is Severity.LOW
    assert dev.parameters == {"secret-rotated-often": {"days": 30}, "log-ends": {"days": 30}}


def test_rules_read_the_stated_figures_and_their_own_again() -> None:
    try:
        parameters.use({"secret-rotated-often": {"days": 30}, "foreign-account-in-policy": {"accounts": ["1"]}})
        assert (LONGEST_ROTATION.value, PARTNERS.value) == (30, ("1",))
    finally:
        parameters.use({})
    assert (LONGEST_ROTATION.value, PARTNERS.value) == (90, ())


def test_a_parameter_is_of_a_rule_that_there_is() -> None:
    names = {rule.name for rule in RULES}
    assert {each.rule for each in parameters.everything()} <= names


def test_an_exemption_covers_its_rule_and_resources_until_its_last_day() -> None:
    config = _load(exemptions=[_ONE])
    assert config.exemption("log-encrypted", "ingress-logs")
    assert config.exemption("log-encrypted", "database-logs") is None
    assert config.exemption("log-retention", "ingress-logs") is None
    assert _load("dev", stacks={"prod": {"exemptions": [_ONE]}}).exemptions == ()


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"levels": {"key-rotatoin": "advisory"}}, "levels: there is no rule key-rotatoin; "),
        ({"stacks": {"dev": {"levels": {"no": "advisory"}}}}, "stacks.dev.levels: there is no rule no; "),
        ({"levels": {"key-rotation": "off"}}, "levels.key-rotation: Input should be 'remediate', "),
        ({"exemptions": [{**_ONE, "rule": "no"}]}, "exemptions.0: there is no rule no; "),
        (
            {"exemptions": [{**_ONE, "until": date(2030, 1, 30)}]},
            "exemptions.0: the exemption of ingress-* from log-encr",
        ),
        ({"exemptions": [{**_ONE, "until": "soon"}]}, "exemptions.0.until: Input should be a valid date"),
        ({"exemptions": [{**_ONE, "reason": "later"}]}, "exemptions.0.reason: String should have at least 20"),
        ({"exemptions": [{**_ONE, "ressource": "a"}]}, "exemptions.0.ressource: Extra inputs are not permitted"),
        ({"exemptions": [{**_ONE, "owner": ""}]}, "exemptions.0.owner: String should have at least 1"),
        ({"exemption": []}, "exemption: Extra inputs are not permitted"),
        ({"select": {"frameworks": ["PCI"]}}, "select.frameworks: there is no PCI; there are checkov, CIS AWS"),
        ({"select": {"least_severity": "some"}}, "select.least_severity: Input should be 'critical', "),
        ({"levels": {"key-rotation": "remediate"}}, "levels.key-rotation: the rule repairs nothing; "),
        ({"parameters": {"log-ends": {"day": 3}}}, "parameters.log-ends: there is no day; the rule has days"),
        ({"parameters": {"key-rotation": {"days": 3}}}, "parameters.key-rotation: there is no days; the rule has none"),
        ({"parameters": {"log-ends": {"days": "long"}}}, "parameters.log-ends.days: Input should be a valid integer"),
    ],
)
def test_a_mistake_is_one_clear_line(stated: dict[str, Any], told: str) -> None:
    [line] = _mistakes(**stated)
    assert line.startswith(f"config.yaml: {told}")


def test_all_mistakes_are_told_at_once_and_text_that_is_no_yaml_is_one() -> None:
    assert len(_mistakes(levels={"a": "advisory", "b": "advisory"}, exemptions=[{**_ONE, "rule": "c"}])) == 3
    with pytest.raises(ConfigError, match=r"config\.yaml is not YAML: "):
        load("levels: [", "prod", RULES, TODAY)


def test_levels_reach_the_engine() -> None:
    made = {
        each.name: each for each in policies(_load(levels={"key-rotation": "advisory", "image-scanned": "disabled"}))
    }
    assert made["key-rotation"].enforcement_level is EnforcementLevel.ADVISORY
    assert made["image-scanned"].enforcement_level is EnforcementLevel.DISABLED
    assert made["pod-probed"].enforcement_level is EnforcementLevel.ADVISORY
    assert made["database-encrypted"].enforcement_level is EnforcementLevel.MANDATORY


_OPTIONS = PolicyResourceOptions(False, [], False, [], None, [], "")  # pyright: ignore[reportArgumentType]


def _judge(policy: Any, args: object, messages: list[str]) -> None:
    def report(message: str, urn: str | None = None) -> None:
        del urn
        messages.append(message)

    policy.validate(args, report)


def _told(policy: Policy, type_: str, name: str) -> list[str]:
    messages: list[str] = []
    args = ResourceValidationArgs(type_, {}, f"urn::{name}", name, _OPTIONS, None, None, {})
    assert isinstance(policy, ResourceValidationPolicy)
    _judge(policy, args, messages)
    return messages


def test_an_exemption_that_allows_nothing_is_told_and_one_that_does_is_not() -> None:
    made = {each.name: each for each in policies(_load(exemptions=[_ONE]))}
    group = "aws:cloudwatch/logGroup:LogGroup"

    def unused() -> list[str]:
        messages: list[str] = []
        last = made["exemptions-used"]
        assert isinstance(last, StackValidationPolicy)
        _judge(last, StackValidationArgs([], {}, {}), messages)
        return messages

    assert _told(made["log-encrypted"], group, "database-logs") != []
    [message] = unused()
    assert message.startswith("the exemption of ingress-* from log-encrypted allows nothing here")
    assert _told(made["log-encrypted"], group, "ingress-logs") == []
    assert unused() == []


def test_a_wrong_configuration_stops_the_first_resource() -> None:
    [only] = refused(["config.yaml: levels: there is no rule a"])
    assert only.enforcement_level is EnforcementLevel.MANDATORY
    assert _told(only, "pulumi:pulumi:Stack", "groundwork-prod") == ["config.yaml: levels: there is no rule a"]
    assert _told(only, "aws:ec2/vpc:Vpc", "network-vpc") == []
