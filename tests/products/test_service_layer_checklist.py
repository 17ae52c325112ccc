"""Service Layer's checklist before a deployment, held against what its production registers and renders."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from components.monitoring.charts import NAMESPACE as MONITORING
from tests.charts.service_layer import release
from tests.charts.whole_platform import RELEASE, recorded
from tests.components.recording import Registration
from tests.products.proof import DATABASE, LIFECYCLE, RANDOM_BYTES

_PRODUCT = "service-layer"
_PASSWORD = "random:index/randomPassword:RandomPassword"
_SECRET = "aws:secretsmanager/secret:Secret"
_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
_VAULT_PLAN = "aws:backup/plan:Plan"
_LEAST_CHARACTERS, _LEAST_BYTES = 32, 32


def _all(token: str) -> list[Registration]:
    return recorded(_PRODUCT, "production").of_type(token)


def _external_secrets() -> list[Mapping[str, Any]]:
    return [each for each in release("foundation").objects if each["kind"] == "ExternalSecret"]


@pytest.mark.requirement("SL-58")
def test_the_databases_password_is_made_by_the_platform_and_kept_in_its_store() -> None:
    made = recorded(_PRODUCT, "production").one(_PASSWORD, "secrets-database-role-password")
    assert made.inputs["length"] == 48
    stored = recorded(_PRODUCT, "production").one(_VERSION, "secrets-database-role-version")
    assert "secretString" in stored.secret_inputs


@pytest.mark.requirement("SL-65")
def test_secrets_are_read_again_every_hour() -> None:
    found = {each["metadata"]["name"]: each["spec"]["refreshInterval"] for each in _external_secrets()}
    assert "service-layer-secrets" in found
    assert set(found.values()) == {"1h"}


@pytest.mark.requirement("SL-66")
def test_a_remote_secrets_name_is_system_stack_and_variable() -> None:
    (secrets,) = [each for each in _external_secrets() if each["metadata"]["name"] == "service-layer-secrets"]
    keys = {each["secretKey"]: each["remoteRef"]["key"] for each in secrets["spec"]["data"]}
    for variable in ("API_TOKENS", "SECRET_ENCRYPTION_KEY", "AUTH_JWT_SECRET"):
        assert keys[variable] == f"service-layer/prod/{variable}"
    assert keys["database_password"] == "service-layer/prod/database-role"


@pytest.mark.requirement("SL-99")
@pytest.mark.requirement("SL-135")
def test_every_password_token_and_key_is_machine_made_and_long() -> None:
    passwords, keys = _all(_PASSWORD), _all(RANDOM_BYTES)
    assert len(passwords) >= 5
    assert len(keys) >= 3
    assert [each.name for each in passwords if each.inputs["length"] < _LEAST_CHARACTERS] == []
    assert [each.name for each in keys if each.inputs["length"] < _LEAST_BYTES] == []


def _is_there(secret: object) -> bool:
    return getattr(secret, "required", True)


@pytest.mark.requirement("SL-136")
def test_no_secret_lives_outside_the_store() -> None:
    """Each one is an entry of Secrets Manager, whose value is secret in the state; none is in a manifest."""
    workload = recorded(_PRODUCT, "production").result.foundation.settings.workload
    stored = {each.inputs["name"] for each in _all(_SECRET)}
    # A value that is put together from others is nowhere whole, and one that nobody has to provide may be missing.
    kept = {name for name, secret in workload.secrets.items() if secret.kind != "wired" and _is_there(secret)}
    assert len(kept) >= 5
    assert {f"service-layer/prod/{name}" for name in kept} <= stored
    assert [each.name for each in _all(_VERSION) if not each.secret_inputs & {"secretString", "secretStringWo"}] == []
    objects = [*release("foundation").objects, *release("workload").objects]
    assert [each["metadata"]["name"] for each in objects if each["kind"] == "Secret"] == []
    plain = [
        variable["name"]
        for each in objects
        # The restore test's own, throw-away server has an address without a secret.
        if each["kind"] in ("Deployment", "Job") or each["metadata"]["name"] in ("database-dump", "smoke")
        for variable in _variables(each)
        if "value" in variable
    ]
    assert "GASBANK_RESOLVER_URL" in plain
    assert [name for name in plain if name in workload.secrets] == []


def _variables(part: object) -> Iterator[Mapping[str, Any]]:
    """Find every variable below a part of a manifest."""
    if isinstance(part, Mapping):
        found = cast("Mapping[str, object]", part)
        yield from cast("list[Mapping[str, Any]]", found.get("env") or [])
        for each in found.values():
            yield from _variables(each)
    elif isinstance(part, list):
        for each in cast("list[object]", part):
            yield from _variables(each)


@pytest.mark.requirement("SL-137")
def test_backups_are_on_are_kept_for_a_month_and_a_late_one_is_told() -> None:
    assert recorded(_PRODUCT, "production").one(DATABASE, "database-primary").inputs["backupRetentionPeriod"] >= 30
    (rule,) = recorded(_PRODUCT, "production").one(_VAULT_PLAN).inputs["rules"]
    assert rule["lifecycle"]["deleteAfter"] >= 30
    rules = recorded(_PRODUCT, "production").one(LIFECYCLE, "backups-store-lifecycle").inputs["rules"]
    days = [each["expiration"]["days"] for each in rules if "days" in each.get("expiration", {})]
    assert days
    assert min(days) >= 30
    assert release("workload").one("CronJob", "database-dump")["spec"].get("suspend", False) is False
    assert "DatabaseDumpOverdue" in _alerts()


def _alerts() -> set[str]:
    groups = release("workload").one("PrometheusRule", "service-layer")["spec"]["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}


@pytest.mark.requirement("SL-138")
def test_metrics_are_scraped_rules_are_loaded_and_somebody_receives_alerts() -> None:
    (endpoint,) = release("workload").one("ServiceMonitor", "service-layer")["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"
    assert {"ServiceLayerDown", "HighLatency", "ModuleFailed"} <= _alerts()
    (stack,) = [each for each in _all(RELEASE) if each.inputs["chart"] == "kube-prometheus-stack"]
    assert stack.inputs["namespace"] == MONITORING
    alertmanager = stack.inputs["values"]["alertmanager"]["config"]
    receivers = {each["name"]: each for each in alertmanager["receivers"]}
    assert receivers[alertmanager["route"]["receiver"]].keys() & {"sns_configs"}
