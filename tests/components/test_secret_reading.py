"""Code that reads its secrets itself: on both runtimes it gets those that it names, and no others."""

import json
from functools import cache
from typing import Any

import pytest
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.workload.secrets import GeneratedSecret, PreviousSecret, Secret
from tests.charts.gridtokenx import gridtokenx
from tests.components.recording import ACCOUNT, Recorder, Registration, build

SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
RUNTIMES = {"eks": "api-gateway-secrets-permissions", "ecs": "application-api-gateway-roles-task-permissions"}
KEYPAIR = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:gridtokenx/blockchain-keypair-??????"


def _settings(runtime: str) -> PlatformSettings:
    given = gridtokenx("prod")
    return given.model_copy(update={"stack": given.stack.model_copy(update={"runtime": runtime})})


@cache
def platform(runtime: str) -> Recorder[Platform]:
    given = _settings(runtime)
    return build(lambda: Platform("platform", given, Output.secret(dict.fromkeys(given.stack.provided_secrets, "v"))))


def _url(runtime: str) -> Registration:
    needs = _settings(runtime).workload.database
    assert needs is not None
    (url,) = [
        each
        for each in platform(runtime).of_type(VERSION)
        if str(each.inputs.get("secretString", "")).startswith(f"postgres://{needs.role}:")
        and "-database-url-" in each.name
    ]
    return url


def _statements(runtime: str) -> dict[str, Any]:
    policy = platform(runtime).one(POLICY, RUNTIMES[runtime])
    return {each["Sid"]: each for each in policy.document("policy")["Statement"]}


@pytest.mark.requirement("GX-82")
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_role_reads_the_named_secrets_and_nothing_else(runtime: str) -> None:
    allowed = _statements(runtime)
    read = allowed["ReadSecrets"]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    held, keypair = read["Resource"]
    assert keypair == KEYPAIR
    assert held.startswith("arn:aws:secretsmanager:")
    assert "database-url" in held
    decrypt = allowed["DecryptSecrets"]
    assert decrypt["Action"] == "kms:Decrypt"
    assert "*" not in decrypt["Resource"]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}


@pytest.mark.requirement("GX-80")
@pytest.mark.requirement("GX-82")
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_database_url_is_there_as_a_string_under_the_products_path(runtime: str) -> None:
    assert "gridtokenx/prod/DATABASE_URL" in {each.inputs["name"] for each in platform(runtime).of_type(SECRET)}
    url = _url(runtime)
    assert "secretString" in url.secret_inputs
    assert url.inputs["secretString"].endswith("/gridtokenx?sslmode=require")


@pytest.mark.requirement("GX-82")
def test_pods_of_that_service_get_the_role_when_they_start() -> None:
    recorder = platform("eks")
    association = recorder.one(ASSOCIATION, "api-gateway-secrets-association")
    assert association.inputs["serviceAccount"] == "api-gateway"
    assert association.inputs["namespace"] == "gridtokenx"
    release = recorder.one("kubernetes:helm.sh/v3:Release", "application-workload")
    assert recorder.comes_after(release, association)


@pytest.mark.requirement("GX-82")
def test_secrets_manager_answers_inside_the_network() -> None:
    (endpoint,) = [
        each
        for each in platform("eks").of_type("aws:ec2/vpcEndpoint:VpcEndpoint")
        if each.inputs["serviceName"] == "com.amazonaws.us-east-1.secretsmanager"
    ]
    assert endpoint.inputs["privateDnsEnabled"] is True


def test_no_value_is_in_a_helm_release() -> None:
    recorder = platform("eks")
    values = {str(each.inputs["secretString"]) for each in recorder.of_type(VERSION)}
    assert values
    for release in recorder.of_type("kubernetes:helm.sh/v3:Release"):
        told = json.dumps(release.inputs["values"], default=str)
        assert not any(value in told for value in values)


@pytest.mark.requirement("GX-82")
def test_two_services_read_each_what_it_names() -> None:
    given = _settings("eks")
    gateway = given.workload.services["api-gateway"]
    services = {
        "api-gateway": gateway.model_copy(update={"reads_secrets": ("BLOCKCHAIN_KEYPAIR",)}),
        "ledger": gateway.model_copy(update={"reads_secrets": ("JWT_SECRET",)}),
    }
    both = given.model_copy(update={"workload": given.workload.model_copy(update={"services": services})})
    recorder = build(lambda: Platform("platform", both))
    read = {
        service: recorder.one(POLICY, f"{service}-secrets-permissions").document("policy")["Statement"][0]["Resource"]
        for service in services
    }
    assert read["api-gateway"] == [KEYPAIR]
    (key,) = read["ledger"]
    assert "jwt-secret" in key


@pytest.mark.parametrize(("days", "pinned"), [(None, True), (90, False)])
def test_what_rotates_is_read_anew_and_all_else_by_its_version(days: int | None, pinned: bool) -> None:
    """The key and the one before stand in one entry: both follow its rotation (OB-64)."""
    given = _settings("ecs")
    secrets: dict[str, Secret] = {
        **given.workload.secrets,
        "JWT_SECRET": GeneratedSecret(kind="generated", rotate_every_days=days),
        "JWT_BEFORE": PreviousSecret(kind="previous", of="JWT_SECRET"),
    }
    gateway = given.workload.services["api-gateway"].model_copy(update={"secrets": ("JWT_SECRET", "JWT_BEFORE")})
    changes = {"secrets": secrets, "services": {"api-gateway": gateway}}
    rotating = given.model_copy(update={"workload": given.workload.model_copy(update=changes)})
    recorder = build(lambda: Platform("platform", rotating))
    (main,) = [
        each
        for each in recorder.named("application-api-gateway-task").document("containerDefinitions")
        if each["name"] == "api-gateway"
    ]
    handed = {each["name"]: each["valueFrom"] for each in main["secrets"]}
    for name, key in (("JWT_SECRET", "current"), ("JWT_BEFORE", "previous")):
        assert f":{key}::" in handed[name]
        assert handed[name].endswith("-versionId") is pinned


def test_a_service_that_names_none_has_no_role() -> None:
    given = _settings("eks")
    services = {name: each.model_copy(update={"reads_secrets": ()}) for name, each in given.workload.services.items()}
    without = given.model_copy(update={"workload": given.workload.model_copy(update={"services": services})})
    recorder = build(lambda: Platform("platform", without))
    assert not [
        each
        for each in recorder.of_type(ASSOCIATION)
        if each.inputs["namespace"] == "gridtokenx" and each.inputs["serviceAccount"] == "api-gateway"
    ]
    assert "gridtokenx/prod/DATABASE_URL" not in {each.inputs["name"] for each in recorder.of_type(SECRET)}
