"""Rules become policies that read what the engine really sends."""

import json
from datetime import date

from pulumi_policy import PolicyProviderResource, ResourceValidationPolicy, StackValidationPolicy

from policies.pack import accepts_unsafe, environment_of, policies
from policies.registry import RULES


def _provider(properties: dict[str, object]) -> PolicyProviderResource:
    return PolicyProviderResource("pulumi:providers:aws", properties, "urn:pulumi:prod::groundwork::x::aws", "aws")


def test_every_rule_becomes_one_policy() -> None:
    made = policies(date(2030, 1, 1))
    assert [policy.name for policy in made] == [rule.name for rule in RULES]
    assert {type(policy) for policy in made} == {ResourceValidationPolicy, StackValidationPolicy}


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
