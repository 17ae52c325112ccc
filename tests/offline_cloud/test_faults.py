"""Faults on demand."""

import pytest

from offline_cloud.faults import Faults, FaultSyntaxError, parse

DATABASE = "aws:rds/instance:Instance"


def test_the_nth_request_that_matches_fails() -> None:
    faults = Faults(parse(f"create:{DATABASE}:2=error; *:*:4=crash"))
    asked = [("create", DATABASE), ("create", "aws:ec2/vpc:Vpc"), ("create", DATABASE), ("delete", DATABASE)]
    assert [faults.next(*request) for request in asked] == [None, None, "error", "crash"]


def test_the_first_rule_that_applies_decides() -> None:
    assert Faults(parse("create:*:1=error; create:*:1=crash")).next("create", DATABASE) == "error"


def test_a_star_in_the_place_of_the_number_means_always() -> None:
    faults = Faults(parse("read:*:*=throttle"))
    assert [faults.next("read", DATABASE) for _ in range(3)] == ["throttle"] * 3
    assert faults.next("create", DATABASE) is None


@pytest.mark.parametrize(
    "text", ["create", "create:*=error", "create:*:0=error", "make:*:1=error", "create:*:1=explode"]
)
def test_a_rule_that_cannot_be_read_is_quoted(text: str) -> None:
    with pytest.raises(FaultSyntaxError, match="OFFLINE_CLOUD_FAULTS: cannot read"):
        parse(text)
