import json
from typing import Any

import pytest
from pulumi import Output

from components.secrets.credential import StoreUser
from components.secrets.secret_store import SecretStore, SecretStoreArgs
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT, RetentionSettings
from settings.workload import Workload
from tests.components.recording import ACCOUNT, Recorder, build, random_bytes

SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
BYTES = "random:index/randomBytes:RandomBytes"
KEY = "arn:aws:kms:us-east-1:111122223333:key/secrets"

SERVICE = {
    "image": {"repository": "shop/api", "tag": "v1"},
    "ports": {"http": {"number": 8080}},
    "replicas": {"minimum": 1, "maximum": 1},
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
}
SECRETS: dict[str, Any] = {
    "JWT_SECRET": {"kind": "generated", "bytes": 32},
    "API_KEY_SALT": {"kind": "generated", "bytes": 16, "encoding": "base64", "generation": 3},
    "OPENAI_API_KEY": {"kind": "provided", "required": False},
    "PARTNER_KEY": {"kind": "external"},
    "SHARED_KEY": {"kind": "external", "name": "team/shared"},
    "DATABASE_URL": {"kind": "wired", "output": "database.url"},
}
STORES: dict[str, Any] = {
    "database": {"version": "16", "name": "shop", "role": "shop_owner", "instance_class": "db.m7g.large"},
    "cache": {"version": "7.1", "node_type": "cache.m7g.large"},
}


USERS = (
    StoreUser(
        key="database",
        label="database-role",
        username="shop_owner",
        description="Role shop_owner of database shop",
        shared=True,
    ),
    StoreUser(key="cache", label="cache-user", username="shop", description="The application's cache user"),
)


def _workload(secrets: dict[str, Any] | None = None, stores: dict[str, Any] | None = None) -> Workload:
    return Workload.model_validate(
        {
            "name": "shop",
            "description": "A shop",
            "services": {"api": SERVICE},
            "secrets": SECRETS if secrets is None else secrets,
            **(STORES if stores is None else stores),
        },
        strict=False,
    )


def _store(workload: Workload | None = None, **changes: Any) -> Recorder[SecretStore]:
    given: dict[str, Any] = {
        "prefix": "shop-prod",
        "workload": workload or _workload(),
        "logs_key_arn": "arn:logs",
        "log_retention_days": 365,
        "path": "shop/prod",
        "secrets_key_arn": KEY,
        "provided": {"OPENAI_API_KEY": Output.secret("sk-real")},
        "protect": True,
        "users": USERS,
        **changes,
    }
    return build(lambda: SecretStore("secrets", SecretStoreArgs(**given)))


@pytest.mark.requirement("OB-63")
def test_every_value_is_in_secrets_manager_under_one_path_with_the_customer_key() -> None:
    secrets = _store().of_type(SECRET)
    assert [secret.inputs["name"] for secret in secrets] == [
        "shop/prod/API_KEY_SALT",
        "shop/prod/cache-user",
        "shop/prod/database-role",
        "shop/prod/JWT_SECRET",
        "shop/prod/OPENAI_API_KEY",
    ]
    assert {secret.inputs["kmsKeyId"] for secret in secrets} == {KEY}


@pytest.mark.requirement("OB-40")
def test_a_signing_key_is_256_random_bits() -> None:
    recorder = _store()
    made = recorder.one(BYTES, "secrets-jwt-secret-value")
    assert made.inputs["length"] * 8 == 256
    assert recorder.named("secrets-jwt-secret-version").inputs["secretString"] == "secrets-jwt-secret-value-hex"


@pytest.mark.requirement("OB-43")
def test_a_generated_value_changes_with_its_generation_and_nothing_else() -> None:
    recorder = _store()
    salt = recorder.one(BYTES, "secrets-api-key-salt-value")
    assert salt.inputs["keepers"] == {"generation": "3"}
    stored = recorder.named("secrets-api-key-salt-version").inputs["secretString"]
    assert stored == random_bytes("secrets-api-key-salt-value", int(salt.inputs["length"]))


@pytest.mark.requirement("OB-45")
def test_an_operators_value_is_stored_and_an_optional_one_may_be_left_out() -> None:
    assert _store().named("secrets-openai-api-key-version").inputs["secretString"] == "sk-real"
    recorder = _store(provided={})
    assert "OPENAI_API_KEY" not in recorder.result.entries
    assert "shop/prod/OPENAI_API_KEY" not in {item.inputs["name"] for item in recorder.of_type(SECRET)}


def test_an_external_value_is_only_referred_to() -> None:
    recorder = _store()
    assert recorder.result.entries["PARTNER_KEY"].remote_name == "shop/prod/PARTNER_KEY"
    assert recorder.result.entries["SHARED_KEY"].remote_name == "team/shared"
    assert recorder.result.entries["SHARED_KEY"].arn is None
    assert "team/shared" not in {item.inputs["name"] for item in recorder.of_type(SECRET)}


def test_a_wired_value_is_composed_elsewhere() -> None:
    assert "DATABASE_URL" not in _store().result.entries


@pytest.mark.requirement("OB-32")
def test_the_database_role_is_stored_as_user_name_and_password() -> None:
    recorder = _store()
    value = json.loads(recorder.named("secrets-database-role-version").inputs["secretString"])
    assert value == {"username": "shop_owner", "password": "secrets-database-role-password-result"}
    entry = recorder.result.credentials["database"].entry
    assert entry.remote_name == "shop/prod/database-role"
    assert recorder.value(entry.version) == "secrets-database-role-version-versionId"


@pytest.mark.requirement("OB-35")
def test_the_cache_user_is_stored_with_the_password_that_the_cache_gets() -> None:
    recorder = _store()
    value = json.loads(recorder.named("secrets-cache-user-version").inputs["secretString"])
    credential = recorder.result.credentials["cache"]
    assert value["username"] == credential.user == "shop"
    assert value["password"] == recorder.value(credential.password)


def test_passwords_need_no_escaping_in_a_url() -> None:
    for password in _store().of_type("random:index/randomPassword:RandomPassword"):
        assert password.inputs["special"] is False
        assert 16 <= password.inputs["length"] <= 128


def test_a_product_without_stores_has_no_credentials() -> None:
    assert _store(_workload(stores={}), users=()).result.credentials == {}


def test_a_region_that_shares_secrets_uses_the_primarys_copy_of_a_shared_user() -> None:
    credentials = _store(copies="shop/primary").result.credentials
    assert credentials["database"].entry.remote_name == "shop/primary/database-role"
    assert credentials["database"].password is None
    assert credentials["cache"].entry.remote_name == "shop/prod/cache-user"


def test_every_value_is_a_secret_to_the_engine() -> None:
    recorder = _store(provided={"OPENAI_API_KEY": "given in the clear"})
    for version in recorder.of_type(VERSION):
        assert "secretString" in version.secret_inputs


def test_each_secret_is_copied_to_the_other_regions_with_their_keys() -> None:
    replica = {"region": "eu-west-1", "kmsKeyId": "arn:there"}
    for secret in _store(replica_key_arns={"eu-west-1": "arn:there"}).of_type(SECRET):
        assert secret.inputs["replicas"] == [replica]


def test_other_accounts_never_read_a_secret() -> None:
    recorder = _store()
    policy = recorder.named("secrets-jwt-secret-policy")
    (statement,) = policy.document("policy")["Statement"]
    assert statement["Effect"] == "Deny"
    assert "secretsmanager:GetSecretValue" in statement["Action"]
    # The policy goes with the copies in other regions, where the primary's ARN is nobody's.
    assert statement["Resource"] == "*"
    assert statement["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": ACCOUNT}
    assert policy.inputs["blockPublicPolicy"] is True


@pytest.mark.parametrize("protect", [True, False])
@pytest.mark.parametrize(("retention", "window"), [(EVERYTHING_KEPT, 30), (NOTHING_KEPT, 0)])
def test_a_secret_can_be_recovered_for_thirty_days_whether_it_is_protected_or_not(
    protect: bool, retention: RetentionSettings, window: int
) -> None:
    for secret in _store(protect=protect, retention=retention).of_type(SECRET):
        assert secret.inputs["recoveryWindowInDays"] == window
        assert secret.protect is protect


def test_a_new_value_may_replace_the_one_before_and_leaves_it_readable() -> None:
    for version in _store().of_type(VERSION):
        assert not version.protect
        assert version.retain_on_delete


def test_nothing_rotates_unless_it_is_asked_to() -> None:
    recorder = _store()
    assert recorder.result.rotation is None
    assert recorder.of_type("aws:lambda/function:Function") == []


def test_no_output_holds_a_value() -> None:
    recorder = _store()
    shown = repr([recorder.value(entry.arn) for entry in recorder.result.entries.values()])
    assert "-hex" not in shown
    assert "sk-real" not in shown
