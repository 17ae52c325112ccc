"""Rules about routes and time-outs."""

from collections.abc import Iterator

from settings.arithmetic.routes import MAXIMUM_SEGMENTS
from settings.checks.common import file_hosts, known_port, repeated, service_and_port
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.delivery import PATTERN_LENGTH, Route


def check(workload: Workload) -> Iterator[Diagnostic]:
    ingress = workload.ingress
    for index, route in enumerate(ingress.routes):
        yield from service_and_port(workload, ("ingress", "routes", index), route.service, route.port)
        yield from _health_port(workload, index, route)
    hosts = ((("ingress", "routes", index), _place(route)) for index, route in enumerate(ingress.routes))
    yield from repeated(hosts, "host and path")
    yield from _depth(workload)
    yield from _health_paths(workload)
    if ingress.rate_limit and not ingress.routes:
        place = ("ingress", "rate_limit")
        limit = ingress.rate_limit.requests
        yield Diagnostic(
            place, limit, "a limit on routes that exist", "add `routes:`, or remove it", (("ingress", "routes"),)
        )
    yield from _leaving(workload)
    yield from _closed_paths(workload)
    yield from _front(workload)
    yield from _file_hosts(workload)


def _health_port(workload: Workload, index: int, route: Route) -> Iterator[Diagnostic]:
    """The load balancer asks in the protocol of the target group."""
    service = workload.services.get(route.service)
    if route.health_port is None or service is None:
        return
    at: Path = ("ingress", "routes", index, "health_port")
    yield from known_port(workload, at, route.service, route.health_port)
    asked, serving = service.pod_ports.get(route.health_port), service.pod_ports.get(route.port)
    if asked is None or serving is None:
        return
    own, other = serving.app_protocol or "http", asked.app_protocol or "http"
    if own != other:
        allowed = f"a port that speaks {own}, as {route.port} does; {route.health_port} speaks {other}"
        yield Diagnostic(
            at, route.health_port, allowed, "leave it out, or name another", (("services", route.service),)
        )


def _place(route: Route) -> str:
    """Where a route starts; `/v1` and `/v1/` are the same place."""
    return f"{route.host} {route.path.rstrip('/') or '/'}"


def _depth(workload: Workload) -> Iterator[Diagnostic]:
    """Deeper paths are tried first, and the order has room for 14 levels."""
    for index, route in enumerate(workload.ingress.routes):
        segments = [part for part in route.path.split("/") if part]
        if len(segments) > MAXIMUM_SEGMENTS:
            fix = f"shorten it to /{'/'.join(segments[:MAXIMUM_SEGMENTS])}"
            path = ("ingress", "routes", index, "path")
            yield Diagnostic(path, route.path, f"at most {MAXIMUM_SEGMENTS} segments", fix)


def _health_paths(workload: Workload) -> Iterator[Diagnostic]:
    """Routes to one port share its target group, which has one health check and one stickiness."""
    first: dict[tuple[str, str], tuple[int, Route]] = {}
    for index, route in enumerate(workload.ingress.routes):
        other, earlier = first.setdefault((route.service, route.port), (index, route))
        for key, what in _SHARED.items():
            given, stated = getattr(route, key), getattr(earlier, key)
            if given != stated:
                allowed = f"one {what} for port {route.port} of {route.service}: {stated}"
                path = ("ingress", "routes", index, key)
                fix = f"write {stated}, or change the other"
                yield Diagnostic(path, given, allowed, fix, (("ingress", "routes", other, key),))


_SHARED = {
    "health_path": "health path",
    "health_grpc_codes": "set of gRPC codes",
    "health_interval_seconds": "health check interval",
    "health_port": "health port",
    "sticky_seconds": "stickiness",
}


def _closed_paths(workload: Workload) -> Iterator[Diagnostic]:
    """WAF holds all the paths of one list in a pattern of 512 characters."""
    ingress = workload.ingress
    lists: dict[str, list[tuple[Path, str]]] = {
        "blocked_paths": [
            (("ingress", "blocked_paths", index, "path"), blocked.path)
            for index, blocked in enumerate(ingress.blocked_paths)
        ],
        "operator_paths": [
            (("ingress", "operator_paths", index), path) for index, path in enumerate(ingress.operator_paths)
        ],
    }
    for key, stated in lists.items():
        yield from repeated(stated, "path")
        length = sum(len(path) + 1 for _, path in stated)
        if length > PATTERN_LENGTH:
            allowed = f"paths of {PATTERN_LENGTH} characters together (WAF); these have {length}"
            yield Diagnostic(("ingress", key), f"{len(stated)} paths", allowed, "block what they have in common")
    blocked = {path for _, path in lists["blocked_paths"]}
    for index, route in enumerate(ingress.routes):
        path = route.path.rstrip("/")
        if any(path == each or path.startswith(f"{each}/") for each in blocked):
            fix = "remove the route, or the blocked path"
            concerns: tuple[Path, ...] = (("ingress", "blocked_paths"),)
            allowed = "a path that is not blocked"
            yield Diagnostic(("ingress", "routes", index, "path"), route.path, allowed, fix, concerns)
    names = (
        ((("ingress", "rate_limits", index, "name")), limit.name) for index, limit in enumerate(ingress.rate_limits)
    )
    yield from repeated(names, "limit's name")


def _front(workload: Workload) -> Iterator[Diagnostic]:
    ingress = workload.ingress
    if ingress.cdn and not ingress.routes:
        place: Path = ("ingress", "cdn")
        yield Diagnostic(place, "a CDN", "a CDN before routes that exist", "add `routes:`, or remove it")
    if ingress.cors and len(ingress.cors.origins) > 1 and not ingress.cdn:
        given = ", ".join(ingress.cors.origins)
        fix = "name one, add `cdn: {}`, or leave `cors:` out and let the product answer"
        yield Diagnostic(("ingress", "cors", "origins"), given, "one origin at a load balancer", fix)


def _file_hosts(workload: Workload) -> Iterator[Diagnostic]:
    routed = {route.host for route in workload.ingress.routes}
    hosts = file_hosts(workload).items()
    yield from repeated(hosts, "host of files")
    for path, host in hosts:
        if host in routed:
            concerns: tuple[Path, ...] = (("ingress", "routes"),)
            yield Diagnostic(path, host, "a host without routes", "choose another host", concerns)
        if not routed:
            allowed = "a host in the zone that the routes' hosts are in; there are no routes"
            yield Diagnostic(path, host, allowed, "add `ingress.routes:`")


def _leaving(workload: Workload) -> Iterator[Diagnostic]:
    """A pod that is killed while the load balancer still sends it requests answers them with 502."""
    delay = workload.ingress.deregistration_delay_seconds
    place = ("ingress", "deregistration_delay_seconds")
    for name in dict.fromkeys(each.service for each in (*workload.ingress.routes, *workload.ingress.tcp_ports)):
        service = workload.services.get(name)
        if service and delay > service.termination_grace_seconds:
            grace = service.termination_grace_seconds
            allowed = f"at most services.{name}.termination_grace_seconds, {grace}"
            fix = f"lower it to {grace}, or raise the grace to {delay}"
            yield Diagnostic(place, delay, allowed, fix, (("services", name, "termination_grace_seconds"),))


_COMMON_NAME = 64
_HOST_NAME = 253
"""https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html: the first name has 64 characters."""


def _name_lengths(context: StackContext) -> Iterator[Diagnostic]:
    """The certificate is the domain's, and each host is a name of its own."""
    domain, workload = context.stack.domain, context.workload
    routes = [*(route.host for route in workload.ingress.routes), *(port.host for port in workload.ingress.tcp_ports)]
    hosts = [*routes, *file_hosts(workload).values()]
    if hosts and len(domain) > _COMMON_NAME:
        yield Diagnostic(("domain",), domain, f"at most {_COMMON_NAME} characters (ACM)", "choose a shorter one")
    longest = max(hosts, key=len, default="@")
    if longest != "@" and len(f"{longest}.{domain}") > _HOST_NAME:
        allowed = f"a domain below which {longest} has at most {_HOST_NAME} characters"
        concerns = of_product(("ingress", "routes"), *_host_places(workload))
        yield Diagnostic(("domain",), domain, allowed, "choose a shorter one, or a shorter host", concerns)


def _host_places(workload: Workload) -> Iterator[Path]:
    yield from (("ingress", "routes", index, "host") for index in range(len(workload.ingress.routes)))
    yield from (("ingress", "tcp_ports", index, "host") for index in range(len(workload.ingress.tcp_ports)))
    yield from file_hosts(workload)


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """What a stack's own settings make of the product's ingress."""
    ingress, workload = context.stack.ingress, context.workload
    yield from _name_lengths(context)
    if ingress.routing and workload.ingress.cdn and ingress.cdn:
        fix = "remove it: a CDN answers every client from a location near it, and has one origin"
        allowed = "none for hosts behind a CDN, which belong to one distribution (CloudFront)"
        concerns = of_product(("ingress", "cdn"))
        yield Diagnostic(("ingress", "routing"), ingress.routing, allowed, fix, concerns)
    served = [name for name, bucket in workload.buckets.items() if bucket.cdn is not None]
    if ingress.routing and served:
        allowed = f"none for a product that serves {', '.join(served)} by a CDN: its host belongs to one distribution"
        fix = "remove it, or remove `cdn:` from the bucket: each region has buckets of its own"
        concerns = of_product(*(("buckets", name, "cdn") for name in served))
        yield Diagnostic(("ingress", "routing"), ingress.routing, allowed, fix, concerns)
    if workload.ingress.operator_paths and not ingress.waf:
        fix = "set it to true, or remove `operator_paths:` from the workload"
        allowed = "true for a product with operator paths: only the firewall restricts them to the operators' addresses"
        yield Diagnostic(("ingress", "waf"), False, allowed, fix, of_product(("ingress", "operator_paths")))
