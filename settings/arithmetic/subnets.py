"""Where every subnet lies inside the VPC: an append-only plan.

The VPC is cut into 16 blocks. Blocks 0 to 11 belong to the private tier, two for each of six zones, since prefix
delegation hands every node addresses in sixteens. Each of blocks 12 to 15 belongs to one small tier, with eight slots
for zones. A subnet's place follows from its tier and the position of its zone alone, so a new zone or a new tier moves
nothing.

| VPC | private subnet | small subnet |
|---|---|---|
| /16 | /19, 8192 addresses | /23, 512 addresses |
| /20 | /23, 512 addresses | /27, 32 addresses |
"""

from enum import Enum
from ipaddress import IPv4Network
from typing import Final

MAXIMUM_ZONES: Final = 6
LARGEST_VPC: Final = 16
"""A VPC's widest range. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""
SMALLEST_SUBNET: Final = 27
"""A load balancer's subnet must be at least a /27.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""

_BLOCK_BITS: Final = 4
_PRIVATE_BITS: Final = 3
_SMALL_BITS: Final = 7
_FIRST_SMALL_BLOCK: Final = 12
SMALLEST_VPC: Final = SMALLEST_SUBNET - _SMALL_BITS


class Tier(Enum):
    """A tier and its block. Numbers are never reused or changed; a new tier takes the next of 12 to 15."""

    PRIVATE = 0
    PUBLIC = 12
    DATA = 13


def subnet(vpc: str, tier: Tier, zone: int) -> str:
    """Return the CIDR of a tier's subnet in the zone at position `zone` (0 to 5) of the stack's list.

    Raises ValueError if `vpc` is not a network, is wider than a VPC or too small for the plan, or `zone` has no slot.
    """
    return slot(vpc, tier.value, zone)


def slot(vpc: str, block: int, zone: int) -> str:
    """Return the CIDR in `block` (0: private; 12 to 15: the small tiers, in use or not) for a zone's position."""
    network = _checked(vpc)
    if not 0 <= zone < MAXIMUM_ZONES:
        raise ValueError(f"zone {zone + 1} has no slot: the plan holds {MAXIMUM_ZONES} zones")
    if block == Tier.PRIVATE.value:
        return _part(network, _PRIVATE_BITS, zone)
    if not _FIRST_SMALL_BLOCK <= block < 2**_BLOCK_BITS:
        raise ValueError(f"block {block} is not a tier's: 0 is the private tier, 12 to 15 are the small ones")
    return _part(network, _SMALL_BITS, block * 2 ** (_SMALL_BITS - _BLOCK_BITS) + zone)


def subnets(vpc: str, tier: Tier, zones: int) -> tuple[str, ...]:
    """Return the CIDRs of a tier in the first `zones` zones, in their order. Raises ValueError as `subnet` does."""
    return tuple(subnet(vpc, tier, zone) for zone in range(zones))


def block(vpc: str, tier: Tier) -> str:
    """Return the one range that holds a small tier's subnets of every zone. Raises ValueError as `slot` does."""
    if tier is Tier.PRIVATE:
        raise ValueError("the private tier has twelve blocks, which are no one range")
    return _part(_checked(vpc), _BLOCK_BITS, tier.value)


def _part(network: IPv4Network, bits: int, position: int) -> str:
    prefix = network.prefixlen + bits
    start = int(network.network_address) + position * 2 ** (32 - prefix)
    return str(IPv4Network((start, prefix)))


def _checked(vpc: str) -> IPv4Network:
    network = IPv4Network(vpc)
    if network.prefixlen < LARGEST_VPC:
        raise ValueError(f"{vpc} has {network.num_addresses} addresses; a VPC has at most 65536 (a /{LARGEST_VPC})")
    if network.prefixlen > SMALLEST_VPC:
        small = 2 ** (32 - SMALLEST_SUBNET)
        private = small * 2 ** (_SMALL_BITS - _PRIVATE_BITS)
        needed = 2 ** (32 - SMALLEST_VPC)
        raise ValueError(
            f"{vpc} has {network.num_addresses} addresses; the plan needs {needed} (a /{SMALLEST_VPC}): "
            f"{MAXIMUM_ZONES} private subnets of {private} and 4 tiers x 8 slots of {small}, "
            f"the least that a load balancer accepts"
        )
    return network
