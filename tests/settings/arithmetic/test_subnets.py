"""The subnet plan: inside the VPC, apart from each other, and never moved."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.subnets import MAXIMUM_ZONES, Tier, slot, subnet, subnets

ALL_BLOCKS = (0, 12, 13, 14, 15)


@st.composite
def vpcs(draw: st.DrawFn) -> str:
    prefix = draw(st.integers(16, 20))
    return str(IPv4Network((draw(st.integers(0, 2**prefix - 1)) << (32 - prefix), prefix)))


def every_slot(vpc: str) -> list[IPv4Network]:
    return [IPv4Network(slot(vpc, block, zone)) for block in ALL_BLOCKS for zone in range(MAXIMUM_ZONES)]


@given(vpcs())
def test_every_slot_lies_inside_the_vpc(vpc: str) -> None:
    assert all(each.subnet_of(IPv4Network(vpc)) for each in every_slot(vpc))


@given(vpcs())
def test_no_two_slots_overlap(vpc: str) -> None:
    assert not [pair for pair in combinations(every_slot(vpc), 2) if pair[0].overlaps(pair[1])]


@given(vpcs(), st.sampled_from(Tier), st.integers(1, MAXIMUM_ZONES - 1))
def test_another_zone_moves_no_subnet(vpc: str, tier: Tier, zones: int) -> None:
    assert subnets(vpc, tier, zones + 1)[:zones] == subnets(vpc, tier, zones)


@given(vpcs())
def test_the_private_tier_is_the_big_one(vpc: str) -> None:
    private, public, data = (IPv4Network(subnet(vpc, tier, 0)) for tier in (Tier.PRIVATE, Tier.PUBLIC, Tier.DATA))
    assert private.num_addresses == 16 * public.num_addresses == 16 * data.num_addresses


def test_the_plan_of_a_slash_16_is_fixed() -> None:
    """A change here moves subnets that exist: it is a replacement of every node, database and cache."""
    vpc = "10.0.0.0/16"
    assert subnets(vpc, Tier.PRIVATE, 6) == (
        "10.0.0.0/19",
        "10.0.32.0/19",
        "10.0.64.0/19",
        "10.0.96.0/19",
        "10.0.128.0/19",
        "10.0.160.0/19",
    )
    assert subnets(vpc, Tier.PUBLIC, 3) == ("10.0.192.0/23", "10.0.194.0/23", "10.0.196.0/23")
    assert subnets(vpc, Tier.DATA, 3) == ("10.0.208.0/23", "10.0.210.0/23", "10.0.212.0/23")
    assert slot(vpc, 15, 5) == "10.0.250.0/23"


def test_a_slash_20_still_has_room_for_a_load_balancer() -> None:
    assert subnets("10.9.16.0/20", Tier.PUBLIC, 2) == ("10.9.28.0/27", "10.9.28.32/27")


def test_a_vpc_that_is_too_small_is_told_the_arithmetic() -> None:
    with pytest.raises(ValueError, match=r"10.0.0.0/21 has 2048 addresses; the plan needs 4096 \(a /20\): 6 private"):
        subnet("10.0.0.0/21", Tier.PRIVATE, 0)


def test_a_range_wider_than_a_vpc_is_refused() -> None:
    with pytest.raises(ValueError, match="a VPC has at most 65536"):
        subnet("10.0.0.0/15", Tier.PRIVATE, 0)


@pytest.mark.parametrize("zone", [-1, 6])
def test_a_zone_without_a_slot_is_refused(zone: int) -> None:
    with pytest.raises(ValueError, match="the plan holds 6 zones"):
        subnet("10.0.0.0/16", Tier.DATA, zone)


@pytest.mark.parametrize("block", [-1, 1, 11, 16])
def test_a_block_that_is_no_tier_is_refused(block: int) -> None:
    with pytest.raises(ValueError, match="is not a tier's"):
        slot("10.0.0.0/16", block, 0)


def test_host_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="has host bits set"):
        subnet("10.0.0.1/16", Tier.DATA, 0)
