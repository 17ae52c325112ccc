"""Rules about TCP ports behind a Network Load Balancer."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from settings.arithmetic.tcp import WIDEST, let_in, open_to_everybody
from settings.checks.common import file_hosts, repeated, service_and_port
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.workload import Workload
from settings.workload.tcp import TcpPort

_PLACE: Path = ("ingress", "tcp_ports")


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report ports that lead nowhere, that two load balancers would share, or that are open without a word."""
    ports = workload.ingress.tcp_ports
    for index, port in enumerate(ports):
        at = (*_PLACE, index)
        yield from service_and_port(workload, at, port.service, port.port)
        yield from _alone(workload, at, port)
        yield from _opened(at, port)
    listening = (((*_PLACE, index, "listen"), str(port.listen)) for index, port in enumerate(ports))
    yield from repeated(listening, "port that clients connect to")
    targets = (((*_PLACE, index, "port"), f"{port.service} {port.port}") for index, port in enumerate(ports))
    yield from repeated(targets, "service's port")
    if ports and not workload.ingress.routes:
        allowed = "not supported: TCP ports of a product without routes, whose domain and zone come with them"
        yield Diagnostic(_PLACE, f"{len(ports)} ports", allowed, "add `ingress.routes:`", (("ingress", "routes"),))


def _alone(workload: Workload, at: Path, port: TcpPort) -> Iterator[Diagnostic]:
    routes = workload.ingress.routes
    hosts = {route.host for route in routes} | {*file_hosts(workload).values()}
    if port.host in hosts:
        allowed = "not supported: one host for HTTPS and TCP, for the two load balancers have addresses of their own"
        fix = f"choose another host, such as {'ssh' if port.host == '@' else f'ssh.{port.host}'}"
        yield Diagnostic((*at, "host"), port.host, allowed, fix, (("ingress", "routes"), *file_hosts(workload)))
    if (port.service, port.port) in {(route.service, route.port) for route in routes}:
        allowed = f"a port without routes: {port.port} of {port.service} is served over HTTPS"
        fix = "remove its routes, or state a port of its own"
        yield Diagnostic((*at, "port"), port.port, allowed, fix, (("ingress", "routes"),))


def _opened(at: Path, port: TcpPort) -> Iterator[Diagnostic]:
    ranges = [IPv4Network(cidr) for cidr in port.allowed_cidrs]
    for index, inner in enumerate(ranges):
        outer = next((each for each in ranges if inner != each and inner.subnet_of(each)), None)
        if outer is not None:
            place = (*at, "allowed_cidrs", index)
            yield Diagnostic(place, str(inner), f"a range outside {outer}, which the list holds", "remove it")
    if open_to_everybody(port) and port.open_because is None:
        allowed = f"the reason why everybody may connect: the ranges hold more than {WIDEST:,} addresses (a /8)"
        fix = "add `open_because:` with the reason, or list the ranges of those who need it"
        yield Diagnostic((*at, "open_because"), ABSENT, allowed, fix, ((*at, "allowed_cidrs"),))
    if port.open_because is not None and not open_to_everybody(port):
        allowed = "none for ranges that do not hold everybody"
        yield Diagnostic((*at, "open_because"), port.open_because, allowed, "remove it", ((*at, "allowed_cidrs"),))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Report a stack whose own ranges let nobody in to a port that the product opens to some."""
    allowed_cidrs = context.stack.ingress.allowed_cidrs
    for index, port in enumerate(context.workload.ingress.tcp_ports):
        if not let_in(port.allowed_cidrs, allowed_cidrs):
            given = ", ".join(allowed_cidrs)
            stated = ", ".join(port.allowed_cidrs)
            allowed = f"ranges that hold some of those of TCP port {port.listen} of {context.stack.workload}: {stated}"
            concerns = of_product((*_PLACE, index))
            yield Diagnostic(("ingress", "allowed_cidrs"), given, allowed, "add them, here or there", concerns)
