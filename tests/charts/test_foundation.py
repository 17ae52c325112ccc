"""The foundation: namespace, closed network, secrets, and the database's bootstrap."""

from dataclasses import replace
from typing import Any

import pytest

from components.runtimes.kubernetes.foundation import foundation_values
from settings.workload.outputs import SecretOutput
from settings.workload.secrets import WiredSecret
from tests.charts.rendering import (
    MASTER_SECRET,
    at,
    foundation,
    render,
    rendered,
    stack,
    wiring,
    with_optional_secret,
)

_DATA = ["10.0.96.0/24", "10.0.97.0/24", "10.0.98.0/24"]


def _secret(name: str) -> Any:
    return rendered("foundation", "prod").one("ExternalSecret", name)["spec"]


@pytest.mark.requirement("OB-03")
def test_the_product_has_a_namespace_of_its_own_under_the_restricted_standard() -> None:
    labels = rendered("foundation", "prod").one("Namespace", "openibank")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"


@pytest.mark.requirement("OB-95")
@pytest.mark.requirement("OB-96")
def test_whatever_is_not_named_is_denied() -> None:
    policy = rendered("foundation", "prod").one("NetworkPolicy", "default-deny")
    assert policy["metadata"]["namespace"] == "openibank"
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_pod_may_ask_the_cluster_for_names() -> None:
    policy = rendered("foundation", "prod").one("NetworkPolicy", "allow-dns")["spec"]
    assert policy["podSelector"] == {}
    assert [(each["port"], each["protocol"]) for each in policy["egress"][0]["ports"]] == [(53, "UDP"), (53, "TCP")]


@pytest.mark.requirement("OB-61")
def test_one_secret_holds_every_environment_secret() -> None:
    spec = _secret("openibank-secrets")
    assert spec["target"]["name"] == "openibank-secrets"
    assert spec["target"]["template"]["type"] == "Opaque"
    assert set(spec["target"]["template"]["data"]) == {"DATABASE_URL", "REDIS_URL", "JWT_SECRET", "API_KEY_SALT"}


@pytest.mark.requirement("OB-45")
def test_an_optional_secret_is_there_when_it_has_a_value() -> None:
    settings = stack("prod")
    provided = with_optional_secret(settings)
    release = render("foundation", foundation(settings, provided))
    data = release.one("ExternalSecret", "openibank-secrets")["spec"]["target"]["template"]["data"]
    assert set(data) == {"DATABASE_URL", "REDIS_URL", "JWT_SECRET", "API_KEY_SALT", "OPENAI_API_KEY"}


@pytest.mark.requirement("OB-32")
def test_database_url_is_composed_in_the_cluster() -> None:
    assert _secret("openibank-secrets")["target"]["template"]["data"]["DATABASE_URL"] == (
        "postgres://{{ .database_username }}:{{ .database_password | urlquery }}"
        "@writer.openibank-prod.internal:5432/openibank?sslmode=require"
    )


@pytest.mark.requirement("OB-35")
def test_redis_url_is_encrypted_and_has_a_user() -> None:
    assert _secret("openibank-secrets")["target"]["template"]["data"]["REDIS_URL"] == (
        "rediss://{{ .cache_username }}:{{ .cache_password | urlquery }}@cache.openibank-prod.internal:6379"
    )


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("database.password", "{{ .database_password }}"),
        ("cache.password", "{{ .cache_password }}"),
        (
            "database.reader_url",
            "postgres://{{ .database_username }}:{{ .database_password | urlquery }}"
            "@reader.openibank-prod.internal:5432/openibank?sslmode=require",
        ),
    ],
)
def test_other_wired_secrets(output: SecretOutput, expected: str) -> None:
    settings = stack("prod")
    secrets = {**settings.workload.secrets, "DATABASE_URL": WiredSecret(kind="wired", output=output)}
    changed = settings.model_copy(update={"workload": settings.workload.model_copy(update={"secrets": secrets})})
    release = render("foundation", foundation_values(changed, wiring(settings)).to_helm())
    spec = release.one("ExternalSecret", "openibank-secrets")["spec"]
    assert spec["target"]["template"]["data"]["DATABASE_URL"] == expected


@pytest.mark.requirement("OB-40")
@pytest.mark.requirement("OB-43")
def test_generated_secrets_come_from_secrets_manager() -> None:
    sources = {each["secretKey"]: each["remoteRef"] for each in _secret("openibank-secrets")["data"]}
    assert sources["JWT_SECRET"] == {"key": "openibank/prod/JWT_SECRET"}
    assert sources["API_KEY_SALT"] == {"key": "openibank/prod/API_KEY_SALT"}
    assert sources["database_password"] == {"key": "openibank/prod/database-role", "property": "password"}


@pytest.mark.requirement("OB-62")
def test_a_secret_file_is_no_environment_variable() -> None:
    assert set(_secret("openibank-files")["target"]["template"]["data"]) == {"ISSUER_KEYPAIR"}
    assert "ISSUER_KEYPAIR" not in _secret("openibank-secrets")["target"]["template"]["data"]


@pytest.mark.requirement("OB-63")
def test_every_secret_is_read_hourly_and_outlives_a_mistake() -> None:
    secrets = rendered("foundation", "prod").of_kind("ExternalSecret")
    assert len(secrets) == 8
    for secret in secrets:
        assert secret["apiVersion"] == "external-secrets.io/v1"
        assert secret["spec"]["refreshInterval"] == "1h"
        assert secret["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "aws-secrets-manager"}
        assert secret["spec"]["target"]["creationPolicy"] == "Owner"
        assert secret["spec"]["target"]["deletionPolicy"] == "Retain"


@pytest.mark.requirement("OB-30")
def test_the_collector_has_a_fixed_name_in_the_product_namespace() -> None:
    service = rendered("foundation", "prod").one("Service", "otel-collector")
    assert service["metadata"]["namespace"] == "openibank"
    assert service["spec"]["type"] == "ExternalName"
    assert service["spec"]["externalName"] == "otel-collector.monitoring.svc.cluster.local"
    assert service["spec"]["ports"][0]["port"] == 4317


def _job(release: Any) -> Any:
    (job,) = release.of_kind("Job")
    return job


@pytest.mark.requirement("OB-69")
def test_the_bootstrap_job_makes_the_database_of_the_guide() -> None:
    container = at(_job(rendered("foundation", "prod")), "spec.template.spec.containers[0]")
    assert container["image"] == "public.ecr.aws/docker/library/postgres:16.10-alpine"
    variables = {item["name"]: item["value"] for item in container["env"]}
    assert variables["APP_DATABASES"] == "openibank="
    assert variables["PGHOST"] == "writer.openibank-prod.internal"
    assert variables["PGSSLMODE"] == "require"


def test_no_password_is_an_argument_and_none_is_in_plain_sight() -> None:
    job = _job(rendered("foundation", "prod"))
    container = at(job, "spec.template.spec.containers[0]")
    assert container["command"] == ["sh", "/bootstrap/bootstrap.sh"]
    assert not {"PGPASSWORD", "APP_PASSWORD"} & {item["name"] for item in container["env"]}


def test_the_administrators_password_stays_out_of_the_product_namespace() -> None:
    for item in rendered("foundation", "prod").objects:
        if item["metadata"].get("namespace") == "openibank":
            assert MASTER_SECRET not in str(item)
    holders = [item for item in rendered("foundation", "prod").objects if MASTER_SECRET in str(item)]
    assert [item["metadata"]["namespace"] for item in holders] == ["groundwork-system"]


def test_the_job_reaches_the_database_and_nothing_else() -> None:
    policy = rendered("foundation", "prod").one("NetworkPolicy", "openibank-database-bootstrap")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy
    assert [each["ipBlock"]["cidr"] for each in policy["egress"][0]["to"]] == _DATA
    assert policy["egress"][0]["ports"] == [{"port": 5432, "protocol": "TCP"}]
    job = _job(rendered("foundation", "prod"))
    assert policy["podSelector"]["matchLabels"]["app"] == at(job, "spec.template.metadata.labels.app")


def test_a_job_that_would_do_something_else_has_another_name() -> None:
    settings = stack("prod")
    given = wiring(settings)
    role = given.credentials["database"]
    changed = replace(role, entry=replace(role.entry, version="2"))
    later = replace(given, credentials={**given.credentials, "database": changed})
    names = [
        _job(render("foundation", foundation(settings, each)))["metadata"]["name"] for each in (given, given, later)
    ]
    assert names[0] == names[1]
    assert names[0] != names[2]


def test_a_product_without_database_has_no_job() -> None:
    settings = stack("prod")
    service = settings.workload.services["playground"]
    plain = settings.workload.model_copy(
        update={
            "services": {"playground": service},
            "database": None,
            "cache": None,
            "migration": None,
            "secrets": {},
        }
    )
    release = render("foundation", foundation(settings.model_copy(update={"workload": plain})))
    assert not release.of_kind("Job")
    assert not release.of_kind("ExternalSecret")
    assert release.names("NetworkPolicy") == {"default-deny", "allow-dns"}
    assert not release.of_kind("Service")
