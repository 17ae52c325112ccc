"""From a product's routes to listener rules and target groups of an Application Load Balancer."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from settings.facts import name_lengths
from settings.workload import Workload
from settings.workload.container import AppProtocol
from settings.workload.delivery import BlockedPath, Route

MAXIMUM_PRIORITY = 50_000
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""
MAINTENANCE_PRIORITY = 1
"""Before every other rule."""
MAXIMUM_SEGMENTS = 14
_BLOCKED_SEGMENTS = MAXIMUM_SEGMENTS + 1
"""Blocked paths stand before every route, as if they were deeper than any."""
_BAND = MAXIMUM_PRIORITY // (_BLOCKED_SEGMENTS + 1)

ServicePort = tuple[str, str]
"""A service and the name of one of its ports."""

ProtocolVersion = Literal["HTTP1", "HTTP2", "GRPC"]
_VERSIONS: Final[dict[AppProtocol | None, ProtocolVersion]] = {
    None: "HTTP1",
    "http": "HTTP1",
    "http2": "HTTP2",
    "grpc": "GRPC",
}
_HTTP_CODES: Final = "200-299"
_UNKNOWN_METHOD: Final = ("/AWS.ALB/healthcheck", "12")
"""What an Application Load Balancer asks a gRPC server where nothing else is said, and the answer of one that is well,
UNIMPLEMENTED: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"""


@dataclass(frozen=True, kw_only=True)
class ListenerRulePlan:
    """One rule: requests for `host` whose path fits one of `patterns` go to `target`. `key` names it for good.

    With `sign_on` people sign on first.
    """

    key: str
    host: str
    patterns: tuple[str, ...]
    target: ServicePort
    priority: int
    sign_on: bool = False


@dataclass(frozen=True, kw_only=True)
class BlockedRulePlan:
    """One rule: requests on any host whose path fits one of `patterns` are answered with `status`."""

    key: str
    patterns: tuple[str, ...]
    status: int
    priority: int


@dataclass(frozen=True, kw_only=True)
class TargetGroupPlan:
    """The pods behind one port of one service, and how the load balancer sees whether a pod is well."""

    target: ServicePort
    port: int
    health_path: str
    health_interval_seconds: int = 15
    sticky_seconds: int | None = None
    protocol_version: ProtocolVersion = "HTTP1"
    """What the load balancer speaks with them; all but HTTP1 ask for a listener over TLS."""
    health_codes: str = _HTTP_CODES
    """Answers of a healthy pod: statuses of HTTP, or codes of gRPC."""
    health_port: int | None = None
    """The port that is asked; None for the one that serves."""

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that the load balancer connects to."""
        return (self.port, self.health_port) if self.health_port else (self.port,)


def listener_rules(routes: Sequence[Route], hostname: Callable[[str], str]) -> tuple[ListenerRulePlan, ...]:
    """Give one rule per route, in the order in which the load balancer tries them.

    `hostname` turns a route's label into a full host name. A deeper path always comes before a shallower one, so the
    most specific prefix wins. Each depth has a band of 3,125 priorities, and a rule's place in its band follows from
    its own host and path: a new route leaves the others where they are, because the load balancer refuses a priority
    that another rule still holds. Raises ValueError for a repeated host and path, and for a path of more than 14
    segments.
    """
    taken: set[int] = set()
    plans: list[ListenerRulePlan] = []
    seen: set[tuple[str, str]] = set()
    for route in sorted(routes, key=lambda route: _digest(route.host, _normal(route.path))):
        path = _normal(route.path)
        if (route.host, path) in seen:
            raise ValueError(f"two routes for host {route.host!r} and path {path!r}")
        seen.add((route.host, path))
        priority = _free_priority(route.host, path, taken)
        taken.add(priority)
        plans.append(
            ListenerRulePlan(
                key=_key(route.host, path),
                host=hostname(route.host),
                patterns=("/*",) if path == "/" else (path, f"{path}/*"),
                target=(route.service, route.port),
                priority=priority,
            )
        )
    return tuple(sorted(plans, key=lambda plan: plan.priority))


def blocked_rules(paths: Sequence[BlockedPath]) -> tuple[BlockedRulePlan, ...]:
    """Give one rule per blocked path, before every rule of a route. Raises ValueError for a repeated path."""
    taken: set[int] = {MAINTENANCE_PRIORITY}
    plans: list[BlockedRulePlan] = []
    for blocked in sorted(paths, key=lambda blocked: _digest("blocked", blocked.path)):
        if any(plan.patterns[0] == blocked.path for plan in plans):
            raise ValueError(f"path {blocked.path!r} is blocked twice")
        priority = _free_place(_BLOCKED_SEGMENTS, _digest("blocked", blocked.path), taken)
        taken.add(priority)
        plans.append(
            BlockedRulePlan(
                key=_key("blocked", blocked.path),
                patterns=(blocked.path, f"{blocked.path}/*"),
                status=blocked.status,
                priority=priority,
            )
        )
    return tuple(sorted(plans, key=lambda plan: plan.priority))


def region_health_priority(paths: Sequence[BlockedPath]) -> int:
    """Return the priority of the rule for the region's own health check; it stands among the rules of blocked paths."""
    taken = {MAINTENANCE_PRIORITY, *(rule.priority for rule in blocked_rules(paths))}
    return _free_place(_BLOCKED_SEGMENTS, _digest("region health"), taken)


def target_groups(workload: Workload) -> tuple[TargetGroupPlan, ...]:
    """Give one target group per service port that a route names, in the order of the routes.

    Raises ValueError when two routes to the same port disagree on health checks or stickiness, and KeyError for an
    unknown service or port.
    """
    plans: dict[ServicePort, TargetGroupPlan] = {}
    for route in workload.ingress.routes:
        target = (route.service, route.port)
        ports = workload.services[route.service].pod_ports
        port = ports[route.port]
        version = _VERSIONS[port.app_protocol]
        path, codes = _health(route, version)
        plan = TargetGroupPlan(
            target=target,
            port=port.number,
            health_path=path,
            health_interval_seconds=route.health_interval_seconds,
            sticky_seconds=route.sticky_seconds,
            protocol_version=version,
            health_codes=codes,
            health_port=ports[route.health_port].number if route.health_port else None,
        )
        if plans.setdefault(target, plan) != plan:
            raise ValueError(
                f"two kinds of health check or stickiness for port {route.port!r} of service {route.service!r}"
            )
    return tuple(plans.values())


def _health(route: Route, version: ProtocolVersion) -> tuple[str, str]:
    """Return the path that is asked, and the answers of a healthy pod."""
    if version != "GRPC":
        return route.health_path, _HTTP_CODES
    if route.health_path != "/":
        return route.health_path, route.health_grpc_codes or "0"
    path, code = _UNKNOWN_METHOD
    return path, route.health_grpc_codes or code


def leading_route(routes: Sequence[Route], host: str, path: str) -> int | None:
    """Return the place among `routes` of the one that a request for a host and path takes; None for none.

    A query counts for nothing.
    """
    asked = path.partition("?")[0]
    fitting = [
        (len(_normal(route.path)), index)
        for index, route in enumerate(routes)
        if route.host == host and _below(asked, _normal(route.path))
    ]
    return max(fitting)[1] if fitting else None


def asked_by_region(workload: Workload) -> Route | None:
    """Return the first route by whose health path Route 53 can see whether a region answers; None without any.

    It asks over HTTP/1, and comes to the port that serves.
    """
    routes = workload.ingress.routes
    return next((each for each in routes if each.health_port is None and speaks_http1(workload, each)), None)


def speaks_http1(workload: Workload, route: Route) -> bool:
    """Whether a client of HTTP/1 is answered; gRPC and HTTP/2 target groups answer it with an error.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """
    service = workload.services.get(route.service)
    port = service.pod_ports.get(route.port) if service is not None else None
    return port is None or _VERSIONS[port.app_protocol] == "HTTP1"


_GRPC_PORT: Final = 50051
"""The port of gRPC's own examples: https://grpc.io/docs/languages/go/basics/"""


def looks_like_grpc(name: str, number: int) -> bool:
    """Whether a port's name or number says that it speaks gRPC."""
    return "grpc" in name.split("-") or number == _GRPC_PORT


def _below(path: str, prefix: str) -> bool:
    return prefix in ("/", path) or path.startswith(f"{prefix}/")


def hosts(routes: Sequence[Route], hostname: Callable[[str], str]) -> tuple[str, ...]:
    """Give the full host names of the routes, each once, in the order of the routes."""
    return tuple(dict.fromkeys(hostname(route.host) for route in routes))


def target_group_name(prefix: str, target: ServicePort, immutable: Mapping[str, str | int]) -> str:
    """Name a target group, with a digest of what cannot be changed in place.

    When one of the `immutable` properties changes, so does the name, and the new group can be made before the old one
    is removed. The VPC is left out: its identifier is not known in a first preview, and a VPC is never replaced alone.
    """
    parts = [prefix, *target, *(f"{key}={value}" for key, value in sorted(immutable.items()))]
    head = f"{prefix}-{'-'.join(target)}"[: name_lengths.LOAD_BALANCER - 7].rstrip("-")
    return f"{head}-{_digest(*parts)[:6]}"


def _normal(path: str) -> str:
    return path.rstrip("/") or "/"


def _free_priority(host: str, path: str, taken: set[int]) -> int:
    """Find the rule's own place in the band of its depth, or the next free one; deeper bands come first."""
    segments = len([part for part in path.split("/") if part])
    if segments > MAXIMUM_SEGMENTS:
        raise ValueError(f"path {path!r} has {segments} segments; a route may have {MAXIMUM_SEGMENTS}")
    return _free_place(segments, _digest(host, path), taken)


def _free_place(segments: int, digest: str, taken: set[int]) -> int:
    start = (_BLOCKED_SEGMENTS - segments) * _BAND + 1
    place = int(digest, 16) % _BAND
    free = (start + (place + step) % _BAND for step in range(_BAND))
    return next(priority for priority in free if priority not in taken)


def _key(host: str, path: str) -> str:
    """Give a readable name that no other host and path share (a host label holds no underscore)."""
    if path == "/":
        return host
    slug = path.strip("/").replace("/", "-")
    plain = re.fullmatch(r"[a-z0-9/]+", path) is not None
    return f"{host}_{slug}" if plain else f"{host}_{re.sub('[^A-Za-z0-9-]', '-', slug)}-{_digest(path)[:6]}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
