"""Lists, pairs, signing keys and users: what is drawn, what is stored, and what stays when something changes."""

import base64
import json
from typing import Any

import bcrypt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pulumi.output import Unknown

from components.secrets.secret_store import SecretStore, SecretStoreArgs
from components.secrets.values import key_pair
from offline_cloud.provider import random_values
from settings.workload import Workload
from tests.components.recording import Recorder, build, random_bytes
from tests.components.secrets.test_secret_store import SERVICE

BYTES = "random:index/randomBytes:RandomBytes"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SEED = base64.b64encode(bytes(range(32))).decode()


def _store(preview: bool = False, **secrets: Any) -> Recorder[SecretStore]:
    stated = {"name": "shop", "description": "A shop", "services": {"api": SERVICE}, "secrets": secrets}
    args = SecretStoreArgs(
        prefix="shop-prod",
        workload=Workload.model_validate(stated, strict=False),
        path="shop/prod",
        secrets_key_arn="arn:secrets",
        logs_key_arn="arn:logs",
        log_retention_days=365,
        provided={},
        protect=True,
    )
    return build(lambda: SecretStore("secrets", args), preview=preview)


def _stored(recorder: Recorder[SecretStore], secret: str) -> str:
    version = recorder.one(VERSION, f"secrets-{secret}-version")
    assert "secretString" in version.secret_inputs
    return str(version.inputs["secretString"])


def _tokens(generation: int, **more: Any) -> Recorder[SecretStore]:
    return _store(API_TOKENS={"kind": "generated", "tokens": 2, "generation": generation, **more})


@pytest.mark.requirement("SL-31")
@pytest.mark.requirement("SL-40")
def test_a_list_holds_several_random_tokens() -> None:
    recorder = _tokens(1)
    assert {each.inputs["length"] for each in recorder.of_type(BYTES)} == {32}
    newest, other = _stored(recorder, "api-tokens").split(",")
    assert newest == "secrets-api-tokens-generation-1-value-hex"
    assert other == "secrets-api-tokens-initial-1-value-hex"


@pytest.mark.requirement("SL-31")
@pytest.mark.requirement("SL-40")
def test_a_new_generation_stands_before_the_old_one_which_stays_as_it_was() -> None:
    before, after = (_tokens(generation) for generation in (4, 5))
    kept, dropped = _stored(before, "api-tokens").split(",")
    newest, second = _stored(after, "api-tokens").split(",")
    assert second == kept
    assert newest not in (kept, dropped)
    name = "secrets-api-tokens-generation-4-value"
    assert before.one(BYTES, name).inputs == after.one(BYTES, name).inputs


@pytest.mark.parametrize(
    "kind", [{"kind": "generated"}, {"kind": "generated", "tokens": 2}, {"kind": "signing_key"}], ids=str
)
def test_a_new_name_shares_the_value_and_keeps_it_when_the_old_one_is_gone(kind: dict[str, Any]) -> None:
    renamed = {**kind, "renamed_from": "OLD_KEY"}
    both, alone = _store(OLD_KEY=kind, NEW_KEY=renamed), _store(NEW_KEY=renamed)
    assert _stored(both, "new-key") == _stored(both, "old-key")
    drawn = [each.name for each in both.of_type(BYTES)]
    assert all(name.startswith("secrets-old-key-") for name in drawn)
    assert [each.aliases for each in alone.of_type(BYTES)] == [(name,) for name in drawn]
    assert {name.replace("old", "new") for name in drawn} == {each.name for each in alone.of_type(BYTES)}


def test_the_value_before_is_that_of_either_name() -> None:
    old, new = {"kind": "generated"}, {"kind": "generated", "renamed_from": "OLD_KEY"}
    before = _store(OLD_KEY=old, BEFORE={"kind": "previous", "of": "OLD_KEY"})
    for of in ("OLD_KEY", "NEW_KEY"):
        both = _store(OLD_KEY=old, NEW_KEY=new, BEFORE={"kind": "previous", "of": of})
        assert _stored(both, "new-key") == _stored(both, "old-key") == _stored(before, "old-key")
        assert both.result.entries["BEFORE"].property == "previous"


def test_more_tokens_keep_those_that_are_there() -> None:
    (two, three) = (_stored(_tokens(2, tokens=tokens), "api-tokens").split(",") for tokens in (2, 3))
    assert three[:2] == two


@pytest.mark.requirement("SL-31")
def test_a_scheduled_rotation_knows_how_many_tokens_it_keeps() -> None:
    function = _tokens(1, rotate_every_days=90).one("aws:lambda/function:Function").inputs
    assert json.loads(function["environment"]["variables"]["ROTATED"]) == {
        "shop/prod/API_TOKENS": {"bytes": 32, "encoding": "hex", "form": "list", "tokens": 2}
    }


def _pair(generation: int) -> Recorder[SecretStore]:
    return _store(
        JWT_SECRET_BEFORE={"kind": "previous", "of": "JWT_SECRET"},
        JWT_SECRET={"kind": "generated", "generation": generation, "rotate_every_days": 90},
    )


@pytest.mark.requirement("OB-64")
def test_the_value_before_is_read_beside_the_current_one() -> None:
    before, after = (json.loads(_stored(_pair(generation), "jwt-secret")) for generation in (1, 2))
    assert after["previous"] == before["current"]
    assert after["current"] != before["current"]
    entries = _pair(1).result.entries
    assert (entries["JWT_SECRET"].remote_name, entries["JWT_SECRET"].property) == ("shop/prod/JWT_SECRET", "current")
    assert (entries["JWT_SECRET_BEFORE"].remote_name, entries["JWT_SECRET_BEFORE"].property) == (
        "shop/prod/JWT_SECRET",
        "previous",
    )


def test_a_secret_of_one_value_is_stored_as_ever() -> None:
    recorder = _store(JWT_SECRET={"kind": "generated"})
    assert _stored(recorder, "jwt-secret") == "secrets-jwt-secret-value-hex"
    assert recorder.result.entries["JWT_SECRET"].property is None


@pytest.mark.requirement("SL-36")
def test_an_ed25519_key_is_drawn_once_and_written_in_base64() -> None:
    recorder = _store(RANDOM_SIGNING_KEY={"kind": "signing_key"})
    drawn = recorder.one(BYTES, "secrets-random-signing-key-value").inputs
    assert drawn == {"length": 32, "keepers": {"generation": "1"}}
    assert _stored(recorder, "random-signing-key") == random_bytes("secrets-random-signing-key-value", 32)


@pytest.mark.requirement("SL-36")
def test_a_pair_signs_what_its_public_half_verifies() -> None:
    pair = base64.b64decode(key_pair(SEED), validate=True)
    assert (len(pair), pair[:32]) == (64, bytes(range(32)))
    signature = Ed25519PrivateKey.from_private_bytes(pair[:32]).sign(b"drawn")
    Ed25519PublicKey.from_public_bytes(pair[32:]).verify(signature, b"drawn")
    assert key_pair(SEED) == key_pair(SEED)


def test_a_pair_is_unknown_until_its_seed_is() -> None:
    recorder = _store(preview=True, RANDOM_SIGNING_KEY={"kind": "signing_key", "form": "pair"})
    value = recorder.one(VERSION, "secrets-random-signing-key-version").inputs["secretString"]
    assert isinstance(value, Unknown)


_USERS = {"kind": "users", "users": {"admin": {"role": "admin"}, "auditor": {"role": "read", "generation": 2}}}


@pytest.mark.requirement("SL-32")
def test_users_are_name_hash_and_role() -> None:
    admin, auditor = _stored(_store(AUTH_USERS=_USERS), "auth-users").split(",")
    assert admin == "admin:secrets-auth-users.admin-password-bcryptHash:admin"
    assert auditor == "auditor:secrets-auth-users.auditor-password-bcryptHash:read"


@pytest.mark.requirement("SL-32")
def test_each_password_is_kept_in_a_secret_of_its_own() -> None:
    recorder = _store(AUTH_USERS=_USERS)
    names = {each.inputs["name"] for each in recorder.of_type("aws:secretsmanager/secret:Secret")}
    assert names == {"shop/prod/AUTH_USERS", "shop/prod/AUTH_USERS/admin", "shop/prod/AUTH_USERS/auditor"}
    assert json.loads(_stored(recorder, "auth-users.admin")) == {
        "username": "admin",
        "password": "secrets-auth-users.admin-password-result",
    }
    assert "result" not in _stored(recorder, "auth-users")


def test_a_users_password_changes_with_the_users_generation_alone() -> None:
    recorder = _store(AUTH_USERS=_USERS)
    keepers = {
        name: recorder.named(f"secrets-auth-users.{name}-password").inputs["keepers"] for name in ("admin", "auditor")
    }
    assert keepers == {"admin": {"generation": "1"}, "auditor": {"generation": "2"}}


@pytest.mark.requirement("SL-32")
def test_the_password_that_is_kept_opens_the_hash_that_the_product_gets() -> None:
    drawn = _store(AUTH_USERS=_USERS).named("secrets-auth-users.admin-password").inputs
    _, made = random_values.create("random:index/randomPassword:RandomPassword", {**drawn})
    password, hashed = str(made["result"]), str(made["bcryptHash"])
    # Bcrypt reads no more than 72 bytes, and the list's separators must not be part of a hash.
    assert len(password) <= 72
    assert bcrypt.checkpw(password.encode(), hashed.encode())
    assert not bcrypt.checkpw(b"another", hashed.encode())
    assert not {",", ":"} & set(hashed)


def test_no_output_holds_a_value() -> None:
    recorder = _store(AUTH_USERS=_USERS, API_TOKENS={"kind": "generated", "tokens": 2})
    shown = repr([recorder.value(entry.arn) for entry in recorder.result.entries.values()])
    assert "-value-" not in shown
    assert "-password-" not in shown
