"""A stack with a cluster says how the machine that runs `up` reaches the Kubernetes API.

The API's endpoint is private, and that machine is in no network of the stack's yet. Without a way in, the first Helm
release fails after network, database and cluster were made.
https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from settings.checks.common import repeated
from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.runtimes import Feature
from settings.suggest import listed

_WAY: Path = ("cluster", "api_access")
_PUBLIC: Path = ("cluster", "public_access_cidrs")
_NETWORK: Path = ("cluster", "network_access")

_INSIDE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918 and RFC 6598: what a peered network, a transit gateway or a VPN can come from."""


def check(context: StackContext) -> Iterator[Diagnostic]:
    if Feature.KUBERNETES_API not in context.stack.offers:
        return
    yield from _way(context)
    yield from _ranges(context)


def _way(context: StackContext) -> Iterator[Diagnostic]:
    cluster = context.stack.cluster
    if cluster.api_access is None:
        allowed = "public, tunnel or network: how the machine that runs `up` reaches the Kubernetes API"
        if cluster.public_access_cidrs:
            fix = "write public, since public_access_cidrs is stated"
        elif cluster.network_access:
            fix = "write network, for network_access is stated"
        else:
            fix = (
                "write tunnel (Session Manager, from anywhere); or public, with public_access_cidrs;"
                " or network, with network_access"
            )
        yield Diagnostic(_WAY, ABSENT, allowed, fix, (("runtime",), _PUBLIC, _NETWORK))
    elif cluster.api_access == "public" and not cluster.public_access_cidrs:
        allowed = "the ranges that `up` and its people come from, with api_access: public"
        fix = 'write them, as in ["203.0.113.0/24"], or api_access: tunnel'
        yield Diagnostic(_PUBLIC, ABSENT, allowed, fix, (_WAY,))
    elif cluster.api_access == "network" and cluster.network_access is None:
        allowed = "a section with the runner's ranges, with api_access: network"
        fix = 'write `network_access: {cidrs: ["10.200.0.0/16"]}`, or api_access: tunnel'
        yield Diagnostic(_NETWORK, ABSENT, allowed, fix, (_WAY,))
    network = context.stack.network
    if cluster.api_access == "tunnel" and network.nat == "none" and not network.interface_endpoints:
        allowed = "public or network: without NAT and interface endpoints no node reaches Session Manager"
        fix = "write network.interface_endpoints: true, or choose one of these"
        yield Diagnostic(_WAY, "tunnel", allowed, fix, (("network", "nat"), ("network", "interface_endpoints")))


def _ranges(context: StackContext) -> Iterator[Diagnostic]:
    access = context.stack.cluster.network_access
    if access is None:
        return
    items = [((*_NETWORK, "cidrs", index), cidr) for index, cidr in enumerate(access.cidrs)]
    yield from repeated(items, "range")
    own = IPv4Network(context.stack.network.cidr)
    for path, cidr in items:
        network = IPv4Network(cidr)
        if not any(network.subnet_of(inside) for inside in _INSIDE):
            allowed = f"inside a private range: {listed(map(str, _INSIDE))}"
            yield Diagnostic(path, cidr, allowed, "state a public range under public_access_cidrs", (_PUBLIC,))
        elif access.peering and network.overlaps(own):
            allowed = f"no overlap with network.cidr, {own}, over a peering connection"
            yield Diagnostic(path, cidr, allowed, "peer with a VPC of another range", (("network", "cidr"),))
