"""Rules become policies that read what the engine really sends."""

import importlib
import json
import pkgutil

from pulumi_policy import PolicyProviderResource, ResourceValidationPolicy, StackValidationPolicy

from policies import rules
from policies.config import Config
from policies.pack import accepts_unsafe, environment_of, policies
from policies.registry import RULES
from policies.rule import ObjectRule, ResourceRule, StackRule
from policies.rules import database
from settings.checks.production import LEAST_BACKUP_DAYS


def _provider(properties: dict[str, object]) -> PolicyProviderResource:
    return PolicyProviderResource("pulumi:providers:aws", properties, "urn:pulumi:prod::groundwork::x::aws", "aws")


def test_every_rule_becomes_one_policy() -> None:
    made = policies(Config())
    of_the_pack = ["objects-judged", "exemptions-used"]
    assert [policy.name for policy in made] == [*(rule.name for rule in RULES), *of_the_pack]
    assert {type(policy) for policy in made} == {ResourceValidationPolicy, StackValidationPolicy}


def test_every_rule_of_a_module_is_in_the_pack() -> None:
    """A module lists its rules by hand: one that is left out of its list would never be asked."""
    written = [
        rule
        for module in pkgutil.iter_modules(rules.__path__)
        for rule in vars(importlib.import_module(f"policies.rules.{module.name}")).values()
        if isinstance(rule, ObjectRule | ResourceRule | StackRule)
    ]
    assert {rule.name for rule in written} == {rule.name for rule in RULES}


def test_policies_and_settings_ask_for_the_same_days_of_backups() -> None:
    assert database.LEAST_BACKUP_DAYS == LEAST_BACKUP_DAYS


def test_the_environment_is_read_from_the_providers_tags_whether_text_or_structure() -> None:
    tags = {"tags": {"Environment": "production"}}
    assert environment_of(_provider({"defaultTags": json.dumps(tags)})) == "production"
    assert environment_of(_provider({"defaultTags": tags})) == "production"


def test_what_a_production_accepts_in_writing_is_read_from_there_too() -> None:
    tags = {"tags": {"Environment": "production", "AllowUnsafe": "true"}}
    assert accepts_unsafe(_provider({"defaultTags": json.dumps(tags)}))
    assert not accepts_unsafe(_provider({"defaultTags": {"tags": {"Environment": "production"}}}))
    assert not accepts_unsafe(None)


def test_no_provider_or_no_tags_means_no_environment() -> None:
    assert environment_of(None) is None
    assert environment_of(_provider({})) is None
