"""Mistakes in how the Kubernetes API is reached."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack
from tests.settings.product import DELETE

_WAY, _PUBLIC, _NETWORK = "cluster.api_access", "cluster.public_access_cidrs", "cluster.network_access"
_PEERING: dict[str, Raw] = {"vpc_id": "vpc-0123456789abcdef0", "route_table_ids": ["rtb-0123456789abcdef0"]}

CASES = (
    stack(_WAY, DELETE, "public, tunnel or network: how the machine", "write tunnel (Session Manager", given="nothing"),
    stack(
        _WAY,
        DELETE,
        "public, tunnel or network",
        "write public, since public_access_cidrs is stated",
        also={_PUBLIC: ["203.0.113.0/24"]},
    ),
    stack(
        _WAY,
        DELETE,
        "public, tunnel or network",
        "write network, for network_access is stated",
        also={_NETWORK: {"cidrs": ["10.200.0.0/16"]}},
    ),
    stack(_WAY, "vpn", "public | tunnel | network", "write public"),
    stack(_WAY, "public", "the ranges that `up`", '["203.0.113.0/24"]', at=_PUBLIC, given="nothing"),
    stack(
        _WAY, "network", "a section with the runner's ranges", "network_access: {cidrs", at=_NETWORK, given="nothing"
    ),
    stack(
        _WAY,
        "tunnel",
        "no node reaches Session Manager",
        "write network.interface_endpoints: true",
        also={"network.nat": "none", "network.interface_endpoints": False},
    ),
    stack(_NETWORK, {"cidrs": []}, "at least 1", "10.0.0.0/16", at=f"{_NETWORK}.cidrs"),
    stack(
        f"{_NETWORK}.cidrs",
        ["203.0.113.0/24"],
        "inside a private range",
        "state a public range under public_access_cidrs",
        at=f"{_NETWORK}.cidrs[0]",
    ),
    stack(
        f"{_NETWORK}.cidrs",
        ["10.200.0.0/16", "10.200.0.0/16"],
        "each range once",
        "remove it",
        at=f"{_NETWORK}.cidrs[1]",
    ),
    stack(
        _NETWORK,
        {"cidrs": ["10.0.64.0/20"], "peering": _PEERING},
        "no overlap with network.cidr, 10.0.0.0/16",
        "another range",
        at=f"{_NETWORK}.cidrs[0]",
        given="10.0.64.0/20",
    ),
    stack(
        f"{_NETWORK}.peering",
        {**_PEERING, "vpc_id": "vpc-1"},
        "a VPC's id",
        "vpc-0123456789abcdef0",
        at=f"{_NETWORK}.peering.vpc_id",
        also={f"{_NETWORK}.cidrs": ["10.200.0.0/16"]},
    ),
)
