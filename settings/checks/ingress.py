"""Rules about routes and time-outs."""

from collections.abc import Iterator, Mapping

from settings.checks.common import repeated, service_and_port
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import Path
from settings.workload import Workload
from settings.workload.container import EnvironmentValue
from settings.workload.delivery import Route

_MAXIMUM_SEGMENTS = 14


def check(workload: Workload) -> Iterator[Finding]:
    ingress = workload.ingress
    for index, route in enumerate(ingress.routes):
        yield from service_and_port(workload, ("ingress", "routes", index), route.service, route.port)
    hosts = ((("ingress", "routes", index), _place(route)) for index, route in enumerate(ingress.routes))
    yield from repeated(hosts, "host and path")
    yield from _depth(workload)
    yield from _health_paths(workload)
    if ingress.rate_limit and not ingress.routes:
        place = ("ingress", "rate_limit")
        limit = ingress.rate_limit.requests
        yield Finding(
            place, limit, "a limit on routes that exist", "add `routes:`, or remove it", (("ingress", "routes"),)
        )
    yield from _leaving(workload)
    yield from _closed_paths(workload)
    yield from _front(workload)
    yield from _static_sites(workload)


def _place(route: Route) -> str:
    """Where a route starts; `/v1` and `/v1/` are the same place."""
    return f"{route.host} {route.path.rstrip('/') or '/'}"


def _depth(workload: Workload) -> Iterator[Finding]:
    """Deeper paths are tried first, and the order has room for 14 levels."""
    for index, route in enumerate(workload.ingress.routes):
        segments = [part for part in route.path.split("/") if part]
        if len(segments) > _MAXIMUM_SEGMENTS:
            mend = f"shorten it to /{'/'.join(segments[:_MAXIMUM_SEGMENTS])}"
            path = ("ingress", "routes", index, "path")
            yield Finding(path, route.path, f"at most {_MAXIMUM_SEGMENTS} segments", mend)


def _health_paths(workload: Workload) -> Iterator[Finding]:
    """Routes to one port share its target group, which has one health check and one stickiness."""
    first: dict[tuple[str, str], tuple[int, Route]] = {}
    for index, route in enumerate(workload.ingress.routes):
        other, earlier = first.setdefault((route.service, route.port), (index, route))
        for key, what in _SHARED.items():
            given, stated = getattr(route, key), getattr(earlier, key)
            if given != stated:
                allowed = f"one {what} for port {route.port} of {route.service}: {stated}"
                path = ("ingress", "routes", index, key)
                mend = f"write {stated}, or change the other"
                yield Finding(path, given, allowed, mend, (("ingress", "routes", other, key),))


_SHARED = {
    "health_path": "health path",
    "health_interval_seconds": "health check interval",
    "sticky_seconds": "stickiness",
}


def _closed_paths(workload: Workload) -> Iterator[Finding]:
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
        if length > _PATTERN_LENGTH:
            allowed = f"paths of {_PATTERN_LENGTH} characters together (WAF); these have {length}"
            yield Finding(("ingress", key), f"{len(stated)} paths", allowed, "block what they have in common")
    blocked = {path for _, path in lists["blocked_paths"]}
    for index, route in enumerate(ingress.routes):
        path = route.path.rstrip("/")
        if any(path == each or path.startswith(f"{each}/") for each in blocked):
            mend = "remove the route, or the blocked path"
            concerns: tuple[Path, ...] = (("ingress", "blocked_paths"),)
            allowed = "a path that is not blocked"
            yield Finding(("ingress", "routes", index, "path"), route.path, allowed, mend, concerns)
    names = (
        ((("ingress", "rate_limits", index, "name")), limit.name) for index, limit in enumerate(ingress.rate_limits)
    )
    yield from repeated(names, "limit's name")


_PATTERN_LENGTH = 400


def _front(workload: Workload) -> Iterator[Finding]:
    ingress = workload.ingress
    if ingress.cdn and not ingress.routes:
        place: Path = ("ingress", "cdn")
        yield Finding(place, "a CDN", "a CDN before routes that exist", "add `routes:`, or remove it")
    if ingress.cors and len(ingress.cors.origins) > 1 and not ingress.cdn:
        given = ", ".join(ingress.cors.origins)
        mend = "name one, add `cdn: {}`, or leave `cors:` out and let the product answer"
        yield Finding(("ingress", "cors", "origins"), given, "one origin at a load balancer", mend)
    yield from _outputs(workload, ("environment",), workload.environment)
    for name, service in workload.services.items():
        yield from _outputs(workload, ("services", name, "environment"), service.environment)


def _outputs(workload: Workload, path: Path, environment: Mapping[str, EnvironmentValue]) -> Iterator[Finding]:
    """Only a product that is reached from outside has a host, and only one that names origins has those."""
    for variable, value in environment.items():
        if isinstance(value, str):
            continue
        at = (*path, variable, "output")
        if value.output == "cors.origins" and not workload.ingress.cors:
            mend = "add `ingress.cors:` with its origins, or write them here"
            yield Finding(at, value.output, "an output that the file has; it states no origins", mend)
        if value.output == "hostname" and not workload.ingress.routes:
            mend = "add `ingress.routes:`, or write the host here"
            yield Finding(at, value.output, "an output that the file has; it states no routes", mend)


def _static_sites(workload: Workload) -> Iterator[Finding]:
    routed = {route.host for route in workload.ingress.routes}
    sites = workload.static_sites.items()
    yield from repeated(((("static_sites", name, "host"), site.host) for name, site in sites), "site's host")
    for name, site in sites:
        path: Path = ("static_sites", name, "host")
        if site.host in routed:
            concerns: tuple[Path, ...] = (("ingress", "routes"),)
            yield Finding(path, site.host, "a host without routes", "choose another host", concerns)
        if not routed:
            allowed = "a host in the zone that the routes' hosts are in; there are no routes"
            yield Finding(path, site.host, allowed, "add `ingress.routes:`")


def _leaving(workload: Workload) -> Iterator[Finding]:
    """A pod that is killed while the load balancer still sends it requests answers them with 502."""
    delay = workload.ingress.deregistration_delay_seconds
    place = ("ingress", "deregistration_delay_seconds")
    for name in dict.fromkeys(route.service for route in workload.ingress.routes):
        service = workload.services.get(name)
        if service and delay > service.termination_grace_seconds:
            grace = service.termination_grace_seconds
            allowed = f"at most services.{name}.termination_grace_seconds, {grace}"
            mend = f"lower it to {grace}, or raise the grace to {delay}"
            yield Finding(place, delay, allowed, mend, (("services", name, "termination_grace_seconds"),))


_COMMON_NAME = 64
_HOST_NAME = 253
"""https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html: the first name has 64 characters."""


def _name_lengths(context: StackContext) -> Iterator[Finding]:
    """The certificate is the domain's, and each host is a name of its own."""
    domain, workload = context.stack.domain, context.workload
    sites = [site.host for site in workload.static_sites.values()]
    hosts = [*(route.host for route in workload.ingress.routes), *sites]
    if hosts and len(domain) > _COMMON_NAME:
        yield Finding(("domain",), domain, f"at most {_COMMON_NAME} characters (ACM)", "choose a shorter one")
    longest = max(hosts, key=len, default="@")
    if longest != "@" and len(f"{longest}.{domain}") > _HOST_NAME:
        allowed = f"a domain below which {longest} has at most {_HOST_NAME} characters"
        yield Finding(("domain",), domain, allowed, "choose a shorter one, or a shorter host", (("workload",),))


def check_stack(context: StackContext) -> Iterator[Finding]:
    """What a stack's own settings make of the product's ingress."""
    ingress, workload = context.stack.ingress, context.workload
    product: tuple[Path, ...] = (("workload",),)
    yield from _name_lengths(context)
    if ingress.routing and workload.ingress.cdn and ingress.cdn:
        mend = "remove it: a CDN answers near every client from one origin"
        allowed = "none for hosts behind a CDN, which belong to one distribution (CloudFront)"
        yield Finding(("ingress", "routing"), ingress.routing, allowed, mend, product)
    if workload.ingress.operator_paths and not ingress.waf:
        mend = "set it to true, or remove `operator_paths:` from the workload"
        allowed = "true for a product with operator paths: the firewall alone knows the operators' addresses"
        yield Finding(("ingress", "waf"), False, allowed, mend, product)
