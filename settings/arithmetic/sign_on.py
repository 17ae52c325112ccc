"""Which listener rules ask people to sign on before they forward a request."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from settings.arithmetic.routes import ListenerRulePlan, listener_rules
from settings.sign_on import SignOn
from settings.workload.delivery import Route


def signed_rules(
    routes: Sequence[Route], sign_on: SignOn | None, hostname: Callable[[str], str]
) -> tuple[ListenerRulePlan, ...]:
    """Give the rules of the routes, and one more for each path that begins inside a route.

    A path that asks for sign-on covers the routes below it too. Raises ValueError as `listener_rules` does.
    """
    if sign_on is None:
        return listener_rules(routes, hostname)
    names = {hostname(label) for label in _hosts(routes, sign_on)}
    plans = listener_rules([*routes, *_inside(routes, sign_on)], hostname)
    return tuple(
        replace(plan, sign_on=plan.host in names and any(covers(path, _path(plan)) for path in sign_on.paths))
        for plan in plans
    )


def covers(prefix: str, path: str) -> bool:
    """Tell whether a path is a prefix's own or lies below it."""
    return path.rstrip("/") == prefix.rstrip("/") or path.startswith(f"{prefix.rstrip('/')}/")


def _hosts(routes: Sequence[Route], sign_on: SignOn) -> set[str]:
    routed = {route.host for route in routes}
    return routed & set(sign_on.hosts) if sign_on.hosts else routed


def _inside(routes: Sequence[Route], sign_on: SignOn) -> list[Route]:
    """Part what asks for sign-on from the route that it lies in: same target, a deeper path."""
    parted: list[Route] = []
    for host in sorted(_hosts(routes, sign_on)):
        own = {route.path.rstrip("/") or "/": route for route in routes if route.host == host}
        for path in dict.fromkeys(sign_on.paths):
            around = [prefix for prefix in own if covers(prefix, path)]
            if path not in own and around:
                parted.append(own[max(around, key=len)].model_copy(update={"path": path}))
    return parted


def _path(plan: ListenerRulePlan) -> str:
    return "/" if plan.patterns == ("/*",) else plan.patterns[0]
