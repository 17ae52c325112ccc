"""What the settings accept, no policy refuses, in any environment: each rule is stated once, and both sides agree."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pulumi import Output
from pulumi_policy import PolicyProviderResource
from pydantic import BaseModel

from components.platform import Platform
from components.refusals import settled
from policies.exemptions import exempt
from policies.pack import accepts_unsafe, environment_of
from policies.registry import RULES
from policies.rule import ResourceRule
from policies.view import Resource
from settings import PlatformSettings, SettingsError
from settings.checks.production import LEAST_BACKUP_DAYS
from settings.load import Examined
from settings.raw import Raw, value_at
from settings.stack import StackSettings
from tests.components.recording import Recorder, Registration, build
from tests.settings.product import Files, files, with_change

JUDGED: dict[str, tuple[Raw, ...]] = {
    "database.backup_retention_days": (0, 1, 3, 6, 7, 35),
    "database.multi_az": (False,),
    "database.deletion_protection": (False,),
    "database.read_replicas": (0, 15),
    "database.insights": ("standard",),
    "cache.snapshot_retention_days": (0, 1, 35),
    "cache.replicas_per_shard": (0, 1, 5),
    "cluster.deletion_protection": (False,),
    "cluster.public_access_cidrs": (["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["203.0.113.0/24"]),
    "network.flow_log_retention_days": (1, 3653),
    "network.interface_endpoints": (False,),
    "ingress.deletion_protection": (False,),
    "ingress.waf": (False,),
    "ingress.allowed_cidrs": (["0.0.0.0/0"], ["203.0.113.0/24"]),
    "ingress.access_log_retention_days": (1,),
    "backup.retention_days": (1, 3650),
    "backup.vault_lock": (False,),
    "backup.object_lock_days": (0,),
    "monitoring.log_retention_days": (1,),
    "protection.stateful": (False,),
}
"""Settings that something in `policies/` looks at, with the ends of what their types and the rules take."""

OF_THE_PRODUCT: tuple[tuple[str, Raw], ...] = (
    ("cache.replicas_per_shard", 0),
    ("ingress", {"routes": [{"host": "api", "service": "api", "port": "http"}]}),
    ("database.read_replicas", 0),
)


def _accepted(stated: Files) -> PlatformSettings | None:
    stated.write()
    try:
        return settled(Examined(stated.load(), ()))
    except SettingsError:
        return None


def _inputs(registration: Registration) -> Mapping[str, Any]:
    """A provider's inputs reach the engine as JSON text each, and a policy as what they say."""
    if not registration.type.startswith("pulumi:providers:"):
        return registration.inputs
    return {key: _parsed(value) for key, value in registration.inputs.items()}


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value


def _violations(settings: PlatformSettings) -> Iterator[str]:
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
        )
        for each in recorder.registrations
    ]
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            found = [(resource, message) for resource in resources for message in rule.violations(resource)]
        else:
            found = list(rule.check(resources))
        for resource, message in found:
            if not exempt(rule.name, resource.name, date(2026, 12, 1)):
                yield f"{rule.name}: {resource.name}: {message}"


def _with(stated: Files, path: str, value: Raw) -> Files:
    changed = with_change(stated.stack, path, value)
    if path == "cluster.public_access_cidrs":
        changed = with_change(changed, "cluster.api_access", "public")
    if path == "backup.retention_days":
        changed = with_change(changed, "backup.object_lock_days", 0)
    return Files(stated.folder, changed, stated.workload)


@pytest.mark.parametrize("end", [0, -1], ids=["least", "most"])
def test_no_policy_refuses_what_a_production_stack_may_state(end: int, tmp_path: Path) -> None:
    """Every setting at the end of what is accepted, all at once: a build for each value would take minutes."""
    stated = files(tmp_path)
    for path, values in JUDGED.items():
        accepted = [value for value in values if _accepted(_with(stated, path, value)) is not None]
        if accepted:
            stated = _with(stated, path, accepted[end])
    settings = _accepted(stated)
    assert settings is not None
    assert settings.stack.database is not None
    assert settings.stack.database.backup_retention_days == (LEAST_BACKUP_DAYS, 35)[end]
    assert list(_violations(settings)) == []


@pytest.mark.parametrize(("path", "value"), OF_THE_PRODUCT, ids=lambda part: str(part)[:40])
def test_no_policy_refuses_what_a_product_may_state(path: str, value: Raw, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, path, value)
    settings = _accepted(stated)
    if settings is not None:
        assert list(_violations(settings)) == []


def test_the_product_of_the_tests_is_accepted_and_the_least_retention_is_the_policys(tmp_path: Path) -> None:
    stated = files(tmp_path)
    for days, accepted in ((LEAST_BACKUP_DAYS - 1, False), (LEAST_BACKUP_DAYS, True)):
        stated.stack = with_change(stated.stack, "database.backup_retention_days", days)
        assert (_accepted(stated) is not None) is accepted


def test_a_policy_is_there_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above judge what they mean to: one figure below the bound, not accepted, and the policy speaks."""
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "database.backup_retention_days", 6)
    stated.stack = with_change(stated.stack, "protection.allow_unsafe", value=True)
    settings = _accepted(stated)
    assert settings is not None
    assert list(_violations(settings)) == []
    monkeypatch.setattr("components.assembly.provider._accepted", _nothing)
    assert any(each.startswith("database-backups: ") for each in _violations(settings))


def _nothing(_: PlatformSettings) -> dict[str, str]:
    return {}


def _switches(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[Raw, ...]]]:
    """Every key of a stack that is on or off, or one of a few words or figures, with what it takes."""
    for name, field in model.model_fields.items():
        for kind in _kinds(field.annotation):
            if isinstance(kind, tuple):
                yield ".".join((*path, name)), kind
            else:
                yield from _switches(kind, (*path, name))


def _kinds(annotation: Any) -> Iterator[tuple[Raw, ...] | type[BaseModel]]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for each in get_args(annotation):
            yield from _kinds(each)
    elif origin is Literal:
        yield get_args(annotation)
    elif annotation is bool:
        yield (True, False)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation


SWITCHES = {**dict(_switches(StackSettings)), **JUDGED}
_KEPT = ("environment", "protection.allow_unsafe", "cluster.api_access")
SECTIONS = sorted({path.partition(".")[0] for path in SWITCHES if path not in _KEPT})


def test_the_switches_of_a_stack_are_found() -> None:
    assert {"ingress.waf", "network.nat", "cluster.workload_nodes.architecture", "runtime"} <= set(SWITCHES)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("environment", ["dev", "production"])
def test_no_policy_refuses_what_a_section_switches(environment: str, section: str, tmp_path: Path) -> None:
    """Each switch of a section turned, as long as the settings take it, in dev and in a production that accepts it."""
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "environment", environment)
    stated.stack = with_change(stated.stack, "protection.allow_unsafe", value=environment == "production")
    base = _accepted(stated)
    assert base is not None
    for path, values in SWITCHES.items():
        if path.partition(".")[0] != section or path in _KEPT:
            continue
        given = value_at(base.stack.model_dump(mode="json"), tuple(path.split(".")))
        turned = [_with(stated, path, value) for value in values if value != given]
        stated = next((each for each in turned if _accepted(each) is not None), stated)
    settings = _accepted(stated)
    assert settings is not None
    assert list(_violations(settings)) == []
