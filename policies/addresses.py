"""How much of the internet a list of address ranges lets in: two halves of it are all of it."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

WIDEST_PREFIX = 8
"""A list that holds more than one range of this length is open to everybody, of IPv4 and of IPv6."""


def open_to_everybody(ranges: Iterable[object]) -> bool:
    """Whether the ranges hold more than a /8 together; what is no range is not counted."""
    networks = [network for each in ranges if (network := _network(each)) is not None]
    four = [each for each in networks if isinstance(each, IPv4Network)]
    six = [each for each in networks if isinstance(each, IPv6Network)]
    return sum(map(_share, collapse_addresses(four))) > 1 or sum(map(_share, collapse_addresses(six))) > 1


def _network(stated: object) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(str(stated), strict=False)
    except ValueError:
        return None


def _share(network: IPv4Network | IPv6Network) -> float:
    """Return how many ranges of the widest length it is."""
    return 2.0 ** (WIDEST_PREFIX - network.prefixlen)
