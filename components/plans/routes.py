"""From a product's routes to listener rules and target groups of an Application Load Balancer."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from settings.workload import Workload
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
    """Give the place of the rule for the region's own health check: among the blocked paths, which are not its."""
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
        plan = TargetGroupPlan(
            target=target,
            port=workload.services[route.service].pod_ports[route.port].number,
            health_path=route.health_path,
            health_interval_seconds=route.health_interval_seconds,
            sticky_seconds=route.sticky_seconds,
        )
        if plans.setdefault(target, plan) != plan:
            raise ValueError(
                f"two kinds of health check or stickiness for port {route.port!r} of service {route.service!r}"
            )
    return tuple(plans.values())


def hosts(routes: Sequence[Route], hostname: Callable[[str], str]) -> tuple[str, ...]:
    """Give the full host names of the routes, each once, in the order of the routes."""
    return tuple(dict.fromkeys(hostname(route.host) for route in routes))


def target_group_name(prefix: str, target: ServicePort, immutable: Mapping[str, str | int]) -> str:
    """Name a target group within 32 characters, with a digest of what cannot be changed in place.

    When one of the `immutable` properties changes, so does the name, and the new group can be made before the old one
    is removed. The VPC is left out: its identifier is not known in a first preview, and a VPC is never replaced alone.
    """
    parts = [prefix, *target, *(f"{key}={value}" for key, value in sorted(immutable.items()))]
    head = f"{prefix}-{'-'.join(target)}"[:25].rstrip("-")
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
