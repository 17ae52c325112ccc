"""From a product's TCP ports to listeners and target groups of a Network Load Balancer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses

from settings.arithmetic.routes import ServicePort
from settings.workload import Workload
from settings.workload.tcp import TcpPort

WIDEST = IPv4Network("0.0.0.0/8").num_addresses
"""Addresses that a list lets in without being open to everybody; two halves of the internet are the internet."""


@dataclass(frozen=True, kw_only=True)
class TcpPlan:
    """Connections to `listen` at `host` from `cidrs` go to the pods' `port`."""

    target: ServicePort
    host: str
    listen: int
    port: int
    cidrs: tuple[str, ...]
    proxy_protocol: bool
    health_interval_seconds: int
    idle_timeout_seconds: int


def tcp_plans(workload: Workload, allowed: Sequence[str], hostname: Callable[[str], str]) -> tuple[TcpPlan, ...]:
    """Give one plan for each TCP port, in the order of the file; `allowed` are the ranges that the stack lets in.

    Raises KeyError for an unknown service or port.
    """
    return tuple(
        TcpPlan(
            target=(stated.service, stated.port),
            host=hostname(stated.host),
            listen=stated.listen,
            port=workload.services[stated.service].pod_ports[stated.port].number,
            cidrs=let_in(stated.allowed_cidrs, allowed),
            proxy_protocol=stated.proxy_protocol,
            health_interval_seconds=stated.health_interval_seconds,
            idle_timeout_seconds=stated.idle_timeout_seconds,
        )
        for stated in workload.ingress.tcp_ports
    )


def let_in(stated: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """Return what two lists of ranges have in common, each range once."""
    return tuple(dict.fromkeys(_common(stated, allowed)))


def _common(stated: Sequence[str], allowed: Sequence[str]) -> Iterator[str]:
    for one in map(IPv4Network, stated):
        for other in map(IPv4Network, allowed):
            if one.overlaps(other):
                # Of two ranges that overlap, one holds the other.
                yield str(max(one, other, key=lambda each: each.prefixlen))


def open_to_everybody(port: TcpPort) -> bool:
    """Whether its ranges hold more addresses than a /8 has."""
    together = collapse_addresses(map(IPv4Network, port.allowed_cidrs))
    return sum(each.num_addresses for each in together) > WIDEST


def wide(cidr: str) -> bool:
    """Whether one range alone holds more addresses than a /8 has."""
    return IPv4Network(cidr).num_addresses > WIDEST


def connected(workload: Workload) -> frozenset[ServicePort]:
    """Return every port that a load balancer connects to: those that it leads to, and those that it asks for health."""
    asked = ((route.service, route.health_port) for route in workload.ingress.routes)
    return published(workload) | {(service, port) for service, port in asked if port is not None}


def published(workload: Workload) -> frozenset[ServicePort]:
    """Return every port that a load balancer leads to: of routes, and of TCP ports."""
    routes, ports = workload.ingress.routes, workload.ingress.tcp_ports
    return frozenset((each.service, each.port) for each in (*routes, *ports))
