"""Rules about address ranges that let somebody in: each once, and no more of the internet than a stack's people use."""

from collections.abc import Iterator
from ipaddress import IPv4Network, collapse_addresses

from settings.arithmetic.tcp import WIDEST
from settings.checks.common import repeated
from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import Path

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_NOBODYS = (*_PRIVATE, *map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))
"""Ranges that EKS refuses for its public endpoint, for no request from outside comes from them
(https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html)."""

_API_RANGES = 40
"""https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html"""


def check(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    lists: dict[Path, tuple[str, ...]] = {
        ("cluster", "public_access_cidrs"): stack.cluster.public_access_cidrs,
        ("ingress", "allowed_cidrs"): stack.ingress.allowed_cidrs,
        ("ingress", "operator_cidrs"): stack.ingress.operator_cidrs,
        ("consoles", "allowed_cidrs"): stack.consoles.allowed_cidrs,
    }
    for path, cidrs in lists.items():
        yield from repeated((((*path, index), cidr) for index, cidr in enumerate(cidrs)), "range")
        yield from _covered(path, cidrs)
        # Anybody may read a web site; nobody but its people enters the rest.
        if path != ("ingress", "allowed_cidrs"):
            yield from _wide(path, cidrs)
    yield from _of_the_cluster(stack.cluster.public_access_cidrs)


def _covered(path: Path, cidrs: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Report a range inside another of the same list: it says nothing, and hides what the list lets in."""
    ranges = [IPv4Network(cidr) for cidr in cidrs]
    for index, inner in enumerate(ranges):
        outer = next((each for each in ranges if inner != each and inner.subnet_of(each)), None)
        if outer is not None:
            yield Diagnostic((*path, index), str(inner), f"a range outside {outer}, which the list holds", "remove it")


def _wide(path: Path, cidrs: tuple[str, ...]) -> Iterator[Diagnostic]:
    if not cidrs:
        return
    together = collapse_addresses(map(IPv4Network, cidrs))
    public = sum(each.num_addresses for each in together if not any(each.subnet_of(private) for private in _PRIVATE))
    if public > WIDEST:
        index, widest = min(enumerate(cidrs), key=lambda item: IPv4Network(item[1]).prefixlen)
        allowed = f"narrower ranges: {WIDEST:,} public addresses together (a /8); these are {public:,}"
        yield Diagnostic((*path, index), widest, allowed, "list the ranges of your offices and pipelines")


def _of_the_cluster(cidrs: tuple[str, ...]) -> Iterator[Diagnostic]:
    path: Path = ("cluster", "public_access_cidrs")
    for index, cidr in enumerate(cidrs):
        network = IPv4Network(cidr)
        inside = next((each for each in _NOBODYS if network.subnet_of(each)), None)
        if inside is not None:
            allowed = f"public addresses: no request reaches the public endpoint from {inside} (EKS)"
            yield Diagnostic((*path, index), cidr, allowed, "remove it, or write it under cluster.network_access")
    if len(cidrs) > _API_RANGES:
        allowed = f"at most {_API_RANGES} ranges (EKS)"
        yield Diagnostic(path, f"{len(cidrs)} ranges", allowed, "name wider ranges that hold several")
