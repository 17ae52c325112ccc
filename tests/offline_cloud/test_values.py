"""Property values between the wire and Python."""

import json

from hypothesis import given
from hypothesis import strategies as st

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.provider.values import (
    SECRET_OF_UNKNOWN_VALUE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
    Decoded,
    decode,
    dotted,
    encode,
    has_unknown,
    redact,
    restore,
)

KEY = b"0" * 32
leaves = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text() | st.just(UNKNOWN)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(st.dictionaries(st.text(), values))
def test_what_is_encoded_decodes_to_the_same(properties: Properties) -> None:
    assert decode(encode(properties)) == Decoded(properties, frozenset())


def test_secrets_are_unwrapped_and_wrapped_at_their_paths() -> None:
    secrets = frozenset({("password",), ("users", 0, "token")})
    properties: Properties = {"password": "p", "users": [{"name": "a", "token": "t"}]}
    wire = encode(properties, secrets)
    assert wire.fields["password"].struct_value.fields[SIGNATURE_KEY].string_value == SECRET_SIGNATURE
    assert wire.fields["users"].list_value.values[0].struct_value.fields["name"].string_value == "a"
    assert decode(wire) == Decoded(properties, secrets)


def test_an_unknown_value_travels_as_the_engines_sentinel() -> None:
    wire = encode({"id": UNKNOWN})
    assert wire.fields["id"].string_value == UNKNOWN_STRING
    assert has_unknown(decode(wire).properties)
    assert not has_unknown({"id": [None, {"a": 1}]})


def test_whole_numbers_stay_whole() -> None:
    decoded = decode(encode({"port": 443, "share": 0.5})).properties
    assert decoded == {"port": 443, "share": 0.5}
    assert isinstance(decoded["port"], int)


def test_paths_are_written_as_the_engine_writes_them() -> None:
    assert dotted(("ingress", 0, "fromPort")) == "ingress[0].fromPort"
    assert dotted(("tags", "a.b/c")) == 'tags["a.b/c"]'


def test_a_secret_is_redacted_wherever_its_text_turns_up() -> None:
    clear = "correct horse battery staple"
    kept = redact({"secretString": clear, "copies": {"a": [clear]}, "name": "x"}, {("secretString",)}, KEY)
    assert clear not in json.dumps(kept)
    assert kept["name"] == "x"
    copies = kept["copies"]
    assert isinstance(copies, dict)
    assert copies["a"] == [kept["secretString"]]


@given(st.text(min_size=1), st.text(min_size=1))
def test_fingerprints_tell_secrets_apart_under_one_key(one: str, other: str) -> None:
    def kept(value: Value, key: bytes = KEY) -> Value:
        return redact({"s": value}, {("s",)}, key)["s"]

    assert (kept(one) == kept(other)) == (one == other)
    assert kept(one) != kept(one, b"1" * 32)


def test_a_secret_comes_back_only_while_it_is_the_same() -> None:
    clear: Properties = {"token": {"b": "second-secret", "a": 1}, "name": "shop"}
    stored = redact(clear, [("token",)], b"key")
    assert restore(stored, {"token": {"a": 1, "b": "second-secret"}}, b"key") == clear
    assert restore(stored, {"token": {"a": 1, "b": "another"}}, b"key") == stored
    rebuilt: Properties = {"token": SECRET_OF_UNKNOWN_VALUE}
    assert restore(rebuilt, {"token": "any"}, b"key") == {"token": "any"}
