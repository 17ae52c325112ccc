"""The random provider."""

import base64
import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.provider import random_values
from offline_cloud.provider.catalog import resource_type

PASSWORD = "random:index/randomPassword:RandomPassword"
counts = st.integers(0, 5)


@given(st.integers(20, 64), counts, counts, counts, counts)
def test_a_password_has_its_length_and_its_minimums(
    length: int, lower: int, upper: int, digits: int, special: int
) -> None:
    inputs: Properties = {
        "length": length,
        "minLower": lower,
        "minUpper": upper,
        "minNumeric": digits,
        "minSpecial": special,
        "overrideSpecial": "_-",
    }
    drawn = str(random_values.create(PASSWORD, inputs)[1]["result"])
    assert len(drawn) == length
    assert sum(letter in string.ascii_lowercase for letter in drawn) >= lower
    assert sum(letter in string.ascii_uppercase for letter in drawn) >= upper
    assert sum(letter in string.digits for letter in drawn) >= digits
    assert sum(letter in "_-" for letter in drawn) >= special
    assert set(drawn) <= set(string.ascii_letters + string.digits + "_-")


def test_a_class_that_is_off_is_not_drawn() -> None:
    inputs: Properties = {"length": 200, "special": False, "upper": False, "number": False}
    assert set(str(random_values.create(PASSWORD, inputs)[1]["result"])) <= set(string.ascii_lowercase)


def test_bytes_ids_and_uuids_agree_with_themselves() -> None:
    _, drawn = random_values.create("random:index/randomBytes:RandomBytes", {"length": 32})
    assert base64.b64decode(str(drawn["base64"])).hex() == drawn["hex"]
    assert len(str(drawn["hex"])) == 64
    id, drawn = random_values.create("random:index/randomId:RandomId", {"byteLength": 8, "prefix": "p-"})
    assert drawn["b64Url"] == f"p-{id}"
    assert int(str(drawn["hex"]).removeprefix("p-"), 16) == int(str(drawn["dec"]).removeprefix("p-"))
    id, drawn = random_values.create("random:index/randomUuid:RandomUuid", {})
    assert str(uuid.UUID(id)) == drawn["result"]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"length": 0}, "at least 1"),
        ({"length": 3, "minLower": 2, "minUpper": 2}, "below the 4 characters"),
        ({"length": 8, "lower": False, "upper": False, "numeric": False, "special": False}, "no character class"),
    ],
)
def test_impossible_passwords_are_refused(inputs: Properties, reason: str) -> None:
    assert reason in str(random_values.check(PASSWORD, inputs)[0])


def test_outputs_are_the_sdks_and_unknown_in_a_preview() -> None:
    for name in ("Password", "String", "Bytes", "Id", "Uuid", "Integer"):
        token = f"random:index/random{name}:Random{name}"
        inputs: Properties = {"length": 9, "byteLength": 4, "min": 1, "max": 6}
        _, made = random_values.create(token, inputs)
        shown = random_values.preview(token, inputs)
        assert made.keys() - inputs.keys() <= resource_type(token).outputs
        assert {key for key, value in shown.items() if value is UNKNOWN} == random_values.outputs_are_random(token)
