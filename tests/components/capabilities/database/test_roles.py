"""Who connects to the database as which role, on both runtimes."""

import json
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings import PlatformSettings
from settings.arithmetic.roles import owner
from tests.components.capabilities.on_runtimes import platform_of, settings_on
from tests.components.recording import Recorder
from tests.settings.product import DELETE

_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_MIGRATION = {"service": "api", "command": ["migrate"], "secrets": ["DATABASE_URL", "PARTNER_KEY"]}
_READER = {"role": "shop_reader", "users": ["reports"]}
_REPORTS = {
    "service": "api",
    "command": ["report"],
    "schedule": "0 3 * * *",
    "uses": ["database"],
    "secrets": ["DATABASE_URL"],
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}},
}
_LOG_INS = {f"{each}_{half}" for each in ("APP", "APP_OWNER", "APP_READER") for half in ("LOGIN", "PASSWORD")}


def _settings(runtime: str, **changes: Any) -> PlatformSettings:
    stated = {"migration": _MIGRATION, "jobs.reports": _REPORTS, "database.reader": _READER, **changes}
    return settings_on(runtime, stated)


@cache
def _platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


def _values(part: str) -> dict[str, Any]:
    (found,) = [
        each.inputs["values"] for each in _platform("eks").of_type(_RELEASE) if part in each.inputs.get("values", {})
    ]
    return dict(found)


def _task(name: str, container: str) -> dict[str, Any]:
    definitions = json.loads(_platform("ecs").one(_TASK, f"application-{name}-task").inputs["containerDefinitions"])
    (found,) = [each for each in definitions if each["name"] == container]
    return {each["name"]: each["valueFrom"] for each in found["secrets"]}


@pytest.mark.requirement("GX-85")
def test_on_a_cluster_the_migration_has_the_owners_address_and_a_reader_its_own() -> None:
    made = {each["name"]: each for each in _values("bootstrap")["externalSecrets"]}
    for name, key in (
        ("shop-secrets", "database"),
        ("shop-secrets-database-owner", "database_owner"),
        ("shop-secrets-database-reader", "database_reader"),
    ):
        assert f"{{{{ .{key}_username }}}}:{{{{ .{key}_password" in made[name]["data"]["DATABASE_URL"], name
    assert "PARTNER_KEY" in made["shop-secrets-database-owner"]["data"]
    run = _values("migration")
    for place, name in (
        (run["migration"], "shop-secrets-database-owner"),
        (run["jobs"]["reports"], "shop-secrets-database-reader"),
        (run["services"]["api"], "shop-secrets"),
    ):
        assert place["secretEnvironment"]["name"] == name
    assert run["dump"]["secret"] == "shop-database-owner"
    assert made["shop-database-owner"]["data"]["PGUSER"] == "{{ .database_owner_username }}"


def test_on_a_cluster_the_bootstrap_knows_every_role_and_its_password() -> None:
    bootstrap = _values("bootstrap")["bootstrap"]
    stated = {name: value for name, value in bootstrap["variables"].items() if "TIMEOUT" not in name}
    assert stated == {
        "APP_DATABASES": "shop=",
        "APP_OWNER": "shop_owner",
        "APP_ROLE": "shop",
        "APP_READER": "shop_reader",
        "APP_METRICS": "groundwork_metrics",
        "APP_PRIVILEGES": "SELECT, INSERT, UPDATE, DELETE",
    }
    assert set(bootstrap["secret"]["data"]) > {*_LOG_INS, "APP_METRICS_PASSWORD", "APP_METRICS_LOGIN"}


@pytest.mark.requirement("GX-85")
@pytest.mark.requirement("GX-30")
def test_a_task_has_the_address_of_its_role() -> None:
    recorder = _platform("ecs")
    for label, name, container, role in (
        ("", "api", "api", "shop"),
        ("database-owner-", "migration", "migration", "shop_owner"),
        ("database-reader-", "reports", "reports", "shop_reader"),
    ):
        version = f"task-secrets-{label}database-url-version"
        stored = recorder.one("aws:secretsmanager/secretVersion:SecretVersion", version)
        assert stored.inputs["secretString"].startswith(f"postgres://{role}:"), name
        assert "secretString" in stored.secret_inputs
        assert f"{version}-versionId" in _task(name, container)["DATABASE_URL"]
    owner_secret = _task("database-dump", "dump")["PGUSER"]
    assert "database-owner" in owner_secret
    assert set(_task("database-bootstrap", "database-bootstrap")) > _LOG_INS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "shop_owner"),
        ({"migration": DELETE}, "shop"),
        ({"migration": {**_MIGRATION, "secrets": ["PARTNER_KEY"]}}, "shop"),
        ({"database.owner": "shop"}, "shop"),
        ({"database.owner": "builder", "migration": DELETE}, "builder"),
        ({"database.role": "a" * 63}, f"{'a' * 57}_owner"),
    ],
)
def test_who_migrates_owns(changes: dict[str, Any], expected: str) -> None:
    workload = _settings("eks", **changes).workload
    assert workload.database is not None
    assert owner(workload, "database", workload.database) == expected


def test_a_product_that_migrates_by_itself_has_one_role_as_before() -> None:
    recorder = platform_of(_settings("eks", **{"migration": DELETE, "database.reader": DELETE}))
    assert [each.name for each in recorder.registrations if "database-owner" in each.name] == []
