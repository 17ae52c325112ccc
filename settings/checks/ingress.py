"""Rules about routes and time-outs."""

from collections.abc import Iterator

from settings.checks.common import repeated, service_and_port
from settings.problems import Finding
from settings.workload import Workload
from settings.workload.delivery import Route

_MAXIMUM_SEGMENTS = 15


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


def _place(route: Route) -> str:
    """Where a route starts; `/v1` and `/v1/` are the same place."""
    return f"{route.host} {route.path.rstrip('/') or '/'}"


def _depth(workload: Workload) -> Iterator[Finding]:
    """Deeper paths are tried first, and the order has room for 15 levels."""
    for index, route in enumerate(workload.ingress.routes):
        segments = [part for part in route.path.split("/") if part]
        if len(segments) > _MAXIMUM_SEGMENTS:
            mend = f"shorten it to /{'/'.join(segments[:_MAXIMUM_SEGMENTS])}"
            path = ("ingress", "routes", index, "path")
            yield Finding(path, route.path, f"at most {_MAXIMUM_SEGMENTS} segments", mend)


def _health_paths(workload: Workload) -> Iterator[Finding]:
    """Routes to one port share its target group, which has one health path."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for index, route in enumerate(workload.ingress.routes):
        other, health_path = first.setdefault((route.service, route.port), (index, route.health_path))
        if route.health_path != health_path:
            allowed = f"one health path for port {route.port} of {route.service}: {health_path}"
            path = ("ingress", "routes", index, "health_path")
            mend = f"write {health_path}, or change the other"
            yield Finding(path, route.health_path, allowed, mend, (("ingress", "routes", other, "health_path"),))


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
