"""Changes of the way in: routes, the firewall, limits, headers, who may come, and the domain."""

from collections.abc import Mapping
from typing import Any, Final, cast

from tools.life.change import NOTHING, Change, Given, Move, Operation, of_product, of_stack
from tools.life.proofs import mentioned, stands, unmentioned
from tools.operations.files import Edits
from tools.plan.words import Kind

_PATH: Final = "/years-path"
_BLOCKED: Final = "/years-blocked"
_LIMIT: Final = "years"
_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
_RANGE: Final = "203.0.113.0/24"
"""A range for documentation: RFC 5737."""
_DOMAINS: Final = ("example.org", "example.net")


def _routes(given: Given) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", given.listed("ingress", "routes"))


def _route_added(given: Given) -> Move | None:
    routes = _routes(given)
    if not routes or any(each.get("path") == _PATH for each in routes):
        return None
    added = {**routes[0], "path": _PATH}
    return of_product({("ingress", "routes"): [*routes, added]}, mentioned(_PATH))


def _route_removed(given: Given) -> Move | None:
    routes = _routes(given)
    kept = [each for each in routes if each.get("path") != _PATH]
    return of_product({("ingress", "routes"): kept}, unmentioned(_PATH)) if kept != routes else None


def _health_slower(given: Given) -> Move | None:
    routes = _routes(given)
    if not routes:
        return None
    seconds = int(routes[0].get("health_interval_seconds", 15)) + 1
    service = routes[0]["service"]
    changed = [{**each, "health_interval_seconds": seconds} if each["service"] == service else each for each in routes]
    return of_product({("ingress", "routes"): changed})


def _limited(given: Given) -> Move | None:
    limit = given.settings.workload.ingress.rate_limit
    if limit is None:
        return None
    return of_product({("ingress", "rate_limit", "requests"): limit.requests + 10})


def _path_limited(given: Given) -> Move | None:
    limits = given.listed("ingress", "rate_limits")
    if any(each["name"] == _LIMIT for each in limits):
        return None
    made = {"name": _LIMIT, "path": "/years-limit", "requests": 600, "window_seconds": 60}
    return of_product({("ingress", "rate_limits"): [*limits, made]}, mentioned("/years-limit"))


def _path_unlimited(given: Given) -> Move | None:
    limits = given.listed("ingress", "rate_limits")
    kept = [each for each in limits if each["name"] != _LIMIT]
    return (
        of_product({("ingress", "rate_limits"): kept or None}, unmentioned("/years-limit")) if kept != limits else None
    )


def _excepted(given: Given) -> Move | None:
    had = given.listed("ingress", "firewall_exceptions")
    if had:
        return None
    made = {
        "group": "AWSManagedRulesCommonRuleSet",
        "rule": "CrossSiteScripting_BODY",
        "paths": ["/years-upload"],
        "reason": "Pages are uploaded there as they are, and the product cleans them",
    }
    return of_product({("ingress", "firewall_exceptions"): [made]}, mentioned("/years-upload"))


def _unexcepted(given: Given) -> Move | None:
    if not given.has("ingress", "firewall_exceptions"):
        return None
    return of_product({("ingress", "firewall_exceptions"): None}, unmentioned("/years-upload"))


def _blocked(given: Given) -> Move | None:
    paths = given.listed("ingress", "blocked_paths")
    if any(each["path"] == _BLOCKED for each in paths):
        return None
    return of_product({("ingress", "blocked_paths"): [*paths, {"path": _BLOCKED}]}, mentioned(_BLOCKED))


def _unblocked(given: Given) -> Move | None:
    paths = given.listed("ingress", "blocked_paths")
    kept = [each for each in paths if each["path"] != _BLOCKED]
    return of_product({("ingress", "blocked_paths"): kept or None}, unmentioned(_BLOCKED)) if kept != paths else None


def _framed(given: Given) -> Move:
    had = given.settings.workload.ingress.headers.frame_options
    return of_product({("ingress", "headers", "frame_options"): "SAMEORIGIN" if had == "DENY" else "DENY"})


def _idle(given: Given) -> Move | None:
    seconds = given.settings.workload.ingress.idle_timeout_seconds
    seconds += 5 if seconds <= 3900 else -5  # noqa: PLR2004
    return of_product({("ingress", "idle_timeout_seconds"): seconds}, stands(_BALANCER, idleTimeout=seconds))


def _drained(given: Given) -> Move | None:
    seconds = given.settings.workload.ingress.deregistration_delay_seconds - 1
    return of_product({("ingress", "deregistration_delay_seconds"): seconds}) if seconds > 0 else None


def _balanced(given: Given) -> Move:
    had = given.settings.workload.ingress.balancing
    other = "round_robin" if had != "round_robin" else "least_outstanding_requests"
    return of_product({("ingress", "balancing"): other}, mentioned(other))


def _narrowed(given: Given) -> Move | None:
    if given.settings.stack.ingress.allowed_cidrs != ("0.0.0.0/0",):
        return None
    return of_stack({("ingress", "allowed_cidrs"): [_RANGE]}, mentioned(_RANGE))


def _widened(given: Given) -> Move | None:
    if given.files.given(("ingress", "allowed_cidrs")) is None:
        return None
    return of_stack({("ingress", "allowed_cidrs"): None}, unmentioned(_RANGE))


def _log_kept_longer(given: Given) -> Move:
    days = given.settings.stack.ingress.access_log_retention_days + 1
    return of_stack({("ingress", "access_log_retention_days"): days})


def _moved(given: Given) -> Move:
    to = next(each for each in _DOMAINS if each != given.settings.stack.domain)
    # The zone that the stack made goes with the domain.
    edits = Edits(stack={("domain",): to})
    return Move(edits=edits, operation=Operation("move-domain", to=to), proofs=(mentioned(to),), gives_up=("zone",))


CHANGES: Final = (
    Change("route-added", NOTHING, _route_added),
    Change("route-removed", Kind.REPLACES, _route_removed, after="route-added"),
    Change("health-check-slower", NOTHING, _health_slower),
    Change("rate-limit-higher", NOTHING, _limited),
    Change("path-limit-added", NOTHING, _path_limited),
    Change("path-limit-removed", NOTHING, _path_unlimited, after="path-limit-added"),
    Change("firewall-exception-added", NOTHING, _excepted),
    Change("firewall-exception-removed", NOTHING, _unexcepted, after="firewall-exception-added"),
    Change("path-blocked", NOTHING, _blocked),
    Change("path-unblocked", Kind.REPLACES, _unblocked, after="path-blocked"),
    Change("header-changed", NOTHING, _framed),
    Change("idle-timeout", NOTHING, _idle),
    Change("drained-sooner", NOTHING, _drained),
    Change("balanced-otherwise", NOTHING, _balanced),
    Change("allowed-addresses-narrowed", Kind.REPLACES, _narrowed),
    Change("allowed-addresses-widened", Kind.REPLACES, _widened, after="allowed-addresses-narrowed"),
    Change("access-logs-kept-longer", NOTHING, _log_kept_longer),
    Change("domain-moved", None, _moved),
)
