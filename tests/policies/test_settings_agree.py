"""What the settings accept, no policy refuses, in any environment: each rule is stated once, and both sides agree."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from pulumi import Output
from pulumi_policy import PolicyProviderResource

from components.platform import Platform
from policies.addresses import WIDEST_PREFIX
from policies.pack import accepts_unsafe, environment_of
from policies.registry import RULES
from policies.rule import Level, ResourceRule, StackRule
from policies.view import Resource
from settings import PlatformSettings, SettingsError
from settings.arithmetic.tcp import WIDEST
from settings.checks.production import LEAST_BACKUP_DAYS
from settings.raw import dotted
from settings.runtimes import RuntimeName
from settings.stack import EnvironmentName
from tests.components.recording import Recorder, Registration, build
from tests.policies.settled import PRODUCTS, accepted, base, changed, changes, drawn, settled
from tests.settings.product import files, with_change

DRAWN = settings(
    max_examples=2,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""The same draws in every run: an example takes seconds. One more of them tries every setting of a stack once more."""


@pytest.mark.parametrize("runtime", PRODUCTS)
@pytest.mark.parametrize("environment", get_args(EnvironmentName))
def test_no_policy_refuses_what_the_settings_accept(environment: EnvironmentName, runtime: RuntimeName) -> None:
    @DRAWN
    @given(data=st.data())
    def judge(data: st.DataObject) -> None:
        of_stack, of_product = data.draw(changes(environment, runtime))
        with TemporaryDirectory() as folder:
            stated = base(environment, runtime, Path(folder))
            kept = settled(stated, of_stack)
            stated = changed(stated, kept)
            kept_of_product = settled(stated, of_product)
            platform = accepted(changed(stated, kept_of_product))
        assert len(kept) > len(of_stack) / 2
        assert len(kept_of_product) > len(of_product) / 2
        note("\n".join(f"{dotted(each.path)}: {each.value}" for each in (*kept, *kept_of_product)))
        assert list(_violations(platform)) == []

    judge()


def test_every_setting_of_a_stack_and_of_a_capability_is_drawn() -> None:
    of_stack, of_product = drawn("production", "eks")
    assert {"ingress.waf", "network.nat", "cluster.workload_nodes.architecture", "ingress.sign_on"} <= {
        dotted(path) for path, _ in of_stack
    }
    sections = {
        "database",
        "cache",
        "timeseries",
        "event_bus",
        "buckets",
        "queues",
        "topics",
        "ingress",
        "image_policy",
    }
    assert sections <= {str(path[0]) for path, _ in of_product}


def test_the_least_retention_is_the_policys(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "database.backup_retention_days", LEAST_BACKUP_DAYS)
    assert list(_violations(accepted(stated))) == []
    stated.stack = with_change(stated.stack, "database.backup_retention_days", LEAST_BACKUP_DAYS - 1)
    with pytest.raises(SettingsError):
        accepted(stated)


def test_ranges_are_open_to_everybody_from_the_same_size_on() -> None:
    assert 2 ** (32 - WIDEST_PREFIX) == WIDEST


def test_a_policy_is_there_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above judge what they mean to: one figure below the bound, not accepted, and the policy speaks."""
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "database.backup_retention_days", LEAST_BACKUP_DAYS - 1)
    stated.stack = with_change(stated.stack, "protection.allow_unsafe", value=True)
    platform = accepted(stated)
    assert list(_violations(platform)) == []
    monkeypatch.setattr("components.foundation.provider._accepted", _nothing)
    assert any(each.startswith("database-backups: ") for each in _violations(platform))


def _nothing(_: PlatformSettings) -> dict[str, str]:
    return {}


def _violations(settings: PlatformSettings) -> Iterator[str]:
    """Build what the settings ask for, and hold every resource of it against every policy."""
    secrets = Output.secret(dict.fromkeys(settings.stack.provided_secrets, "v"))
    recorder: Recorder[Platform] = build(lambda: Platform("platform", settings, secrets))
    (made,) = recorder.of_type("pulumi:providers:aws")
    provider = PolicyProviderResource(made.type, _inputs(made), made.urn, made.name)
    resources = [
        Resource(
            type=each.type,
            name=each.name,
            urn=each.urn,
            properties=_inputs(each),
            protect=each.protect,
            environment=environment_of(provider),
            accepts_unsafe=accepts_unsafe(provider),
            parent=each.parent,
            references=each.property_dependencies,
        )
        for each in recorder.registrations
    ]
    for rule in (each for each in RULES if each.level is Level.MANDATORY):
        if isinstance(rule, ResourceRule):
            found = [(resource, message) for resource in resources for message in rule.violations(resource)]
        elif isinstance(rule, StackRule):
            found = list(rule.check(resources))
        else:
            continue  # tests/charts judges the objects of releases
        for resource, message in found:
            yield f"{rule.name}: {resource.name}: {message}"


def _inputs(registration: Registration) -> Mapping[str, Any]:
    """A provider's inputs reach the engine as JSON text each, and a policy as what they say."""
    if not registration.type.startswith("pulumi:providers:"):
        return registration.inputs
    return {key: _parsed(value) for key, value in registration.inputs.items()}


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value
