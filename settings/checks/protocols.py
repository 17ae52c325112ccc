"""Rules about what ports speak: gRPC and HTTP/2 behind the load balancer, and what asks in HTTP/1."""

import re
from collections.abc import Iterator

from settings.arithmetic.routes import asked_by_region, leading_route, looks_like_grpc, speaks_http1
from settings.arithmetic.sign_on import covers
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.container import Port
from settings.workload.delivery import Route
from settings.workload.service import Service
from settings.workload.verification import CertificateProof

_METHOD = re.compile(r"/[A-Za-z_][A-Za-z0-9_.]*/[A-Za-z_][A-Za-z0-9_]*")


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report ports that do not say what they speak, and what would ask them in another protocol."""
    for name, service in workload.services.items():
        yield from _transport(("services", name), service)
    for index, route in enumerate(workload.ingress.routes):
        service = workload.services.get(route.service)
        port = service.pod_ports.get(route.port) if service is not None else None
        if service is not None and port is not None:
            yield from _route(workload, index, service, port)
    yield from _asked_in_http1(workload)


def _transport(path: Path, service: Service) -> Iterator[Diagnostic]:
    containers = [(path, service.ports)]
    containers += [((*path, "sidecars", name), sidecar.ports) for name, sidecar in service.sidecars.items()]
    for at, ports in containers:
        for name, port in ports.items():
            if port.app_protocol is not None and port.protocol != "TCP":
                place = (*at, "ports", name)
                concerns = ((*place, "protocol"),)
                allowed = "none for a UDP port: http, http2 and grpc are spoken over TCP"
                yield Diagnostic(
                    (*place, "app_protocol"),
                    port.app_protocol,
                    allowed,
                    "remove it, or write `protocol: TCP`",
                    concerns,
                )


def _route(workload: Workload, index: int, service: Service, port: Port) -> Iterator[Diagnostic]:
    route = workload.ingress.routes[index]
    at: Path = ("ingress", "routes", index)
    to: Path = ("services", route.service)
    if port.app_protocol is None and _may_speak_grpc(service, route.port, port):
        allowed = (
            "a port that states its app_protocol: without it the load balancer speaks HTTP/1, and this looks like gRPC"
        )
        fix = f"add `app_protocol: grpc` to port {route.port} of {route.service} (or http2, or http)"
        yield Diagnostic((*at, "port"), route.port, allowed, fix, (to,))
    if port.app_protocol == "grpc":
        yield from _asked_method(at, to, route)
    elif route.health_grpc_codes is not None:
        allowed = f"none for port {route.port} of {route.service}, which does not speak gRPC"
        fix = f"remove it, or add `app_protocol: grpc` to port {route.port} of {route.service}"
        yield Diagnostic((*at, "health_grpc_codes"), route.health_grpc_codes, allowed, fix, (to,))
    if port.app_protocol == "http2" and workload.ingress.cdn is not None:
        allowed = (
            "not supported: HTTP/2 behind a CDN, which asks the load balancer in HTTP/1 for all but gRPC (CloudFront)"
        )
        fix = "leave `cdn:` out, or let the port speak HTTP/1"
        yield Diagnostic((*at, "port"), route.port, allowed, fix, (to, ("ingress", "cdn")))


def _may_speak_grpc(service: Service, name: str, port: Port) -> bool:
    containers = (service, *service.sidecars.values())
    probes = [
        probe
        for each in containers
        for probe in (each.probes.startup, each.probes.readiness, each.probes.liveness)
        if probe is not None
    ]
    probed = any(probe.grpc is not None and probe.grpc.port == name for probe in probes)
    return probed or looks_like_grpc(name, port.number)


def _asked_method(at: Path, to: Path, route: Route) -> Iterator[Diagnostic]:
    """AWS asks a gRPC server for a method: its health service's, or one that no server has."""
    if route.health_path != "/" and _METHOD.fullmatch(route.health_path) is None:
        allowed = "a method, /package.service/method, of a port that speaks gRPC"
        fix = "write /grpc.health.v1.Health/Check, or leave it out: then any answer counts"
        yield Diagnostic((*at, "health_path"), route.health_path, allowed, fix, (to,))
    first, _, last = (route.health_grpc_codes or "").partition("-")
    if last and int(first) > int(last):
        allowed = "a range from the lower to the higher code"
        yield Diagnostic((*at, "health_grpc_codes"), route.health_grpc_codes, allowed, f"write {last}-{first}")


def _asked_in_http1(workload: Workload) -> Iterator[Diagnostic]:
    """Report what asks a path over HTTP/1 whose route leads to a port of gRPC or HTTP/2."""
    asked: list[tuple[Path, str, str]] = []
    check, smoke, load = workload.health_check, workload.verification.smoke, workload.verification.load
    if check is not None:
        asked.append((("health_check", "path"), check.host, check.path))
    for index, proof in enumerate(smoke.checks if smoke is not None else ()):
        if not isinstance(proof, CertificateProof):
            asked.append((("verification", "smoke", "checks", index, "path"), proof.host, proof.path))
    routes = workload.ingress.routes
    for place, host, path in asked:
        index = leading_route(routes, host, path)
        if index is not None and not speaks_http1(workload, routes[index]):
            yield _unanswered(workload, place, path, routes[index], ("ingress", "routes", index))
    service = workload.services.get(load.service) if load is not None else None
    port = service.pod_ports.get(load.port) if load is not None and service is not None else None
    if load is not None and port is not None and port.app_protocol in ("grpc", "http2"):
        allowed = f"not supported: a load test of a port that speaks {port.app_protocol}; it asks in HTTP/1"
        fix = "name a port that speaks HTTP/1"
        yield Diagnostic(("verification", "load", "port"), load.port, allowed, fix, (("services", load.service),))


def _unanswered(workload: Workload, place: Path, path: str, route: Route, at: Path) -> Diagnostic:
    spoken = workload.services[route.service].pod_ports[route.port].app_protocol
    allowed = f"not supported: asking port {route.port} of {route.service}, which speaks {spoken}, in HTTP/1"
    return Diagnostic(place, path, allowed, "name a path that leads to a port of HTTP/1", (at, ("services",)))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Report what a stack does before all routes, and a load balancer does for HTTP/1 alone."""
    ingress, workload = context.stack.ingress, context.workload
    routes = workload.ingress.routes
    if ingress.routing and routes and asked_by_region(workload) is None:
        allowed = "not supported: none of the product's routes leads to a port of HTTP/1 whose own health path is asked"
        fix = "add a route to such a port, by which Route 53 asks the region, or leave it out"
        yield Diagnostic(("ingress", "routing"), ingress.routing, allowed, fix, of_product(("ingress",), ("services",)))
    yield from _signed(context)


def _signed(context: StackContext) -> Iterator[Diagnostic]:
    """A load balancer takes no action but `forward` for a target group of gRPC or HTTP/2: it asks nobody to sign on."""
    workload, sign_on = context.workload, context.stack.ingress.sign_on
    if sign_on is None:
        return
    routes = workload.ingress.routes
    others = [
        (index, route)
        for index, route in enumerate(routes)
        if not speaks_http1(workload, route) and (not sign_on.hosts or route.host in sign_on.hosts)
    ]
    for position, path in enumerate(sign_on.paths):
        for index, route in others:
            if covers(path, route.path) or leading_route(routes, route.host, path) == index:
                place: Path = ("ingress", "sign_on", "paths", position)
                port = (
                    f"port {route.port} of {route.service}, which speaks no HTTP/1: a load balancer only forwards to it"
                )
                allowed = f"not supported: signing on before {port}"
                fix = "name paths that lead to ports of HTTP/1"
                yield Diagnostic(place, path, allowed, fix, of_product(("ingress", "routes", index), ("services",)))
                break
