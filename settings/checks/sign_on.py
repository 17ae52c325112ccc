"""Rules about signing on at the load balancer."""

from collections.abc import Collection, Iterator

from settings.checks.common import repeated
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.sign_on import SignOn
from settings.suggest import choose, listed

_PLACE: Path = ("ingress", "sign_on")


def check(context: StackContext) -> Iterator[Diagnostic]:
    """Hold the paths and hosts against the product's routes, and the client's secret against what is provided."""
    sign_on = context.stack.ingress.sign_on
    if sign_on is None:
        return
    yield from _secret(context, sign_on)
    yield from repeated((((*_PLACE, "paths", index), path) for index, path in enumerate(sign_on.paths)), "path")
    hosts = {route.host for route in context.workload.ingress.routes}
    for index, host in enumerate(sign_on.hosts):
        if host not in hosts:
            fix = choose(host, hosts, "remove it")
            yield Diagnostic((*_PLACE, "hosts", index), host, f"a routed host: {listed(hosts)}", fix, _routes(context))
    known = [host for host in sign_on.hosts if host in hosts] or hosts
    for index, path in enumerate(sign_on.paths):
        if not _led_to(context, known, path):
            routes = listed(route.path for route in context.workload.ingress.routes)
            allowed = f"a path that a route leads to: {routes}"
            yield Diagnostic((*_PLACE, "paths", index), path, allowed, "remove it, or add the route", _routes(context))
    yield from _uptime(context, sign_on)


def _secret(context: StackContext, sign_on: SignOn) -> Iterator[Diagnostic]:
    name = sign_on.client_secret
    if name not in context.stack.provided_secrets:
        allowed = f"a value, which ingress.sign_on names as its client's secret ({name})"
        fix = f"set it with `pulumi config set --secret --path groundwork:secrets.{name}`"
        yield Diagnostic(("secrets", name), ABSENT, allowed, fix, ((*_PLACE, "client_secret"),))


def _routes(context: StackContext) -> tuple[Path, ...]:
    """List what says which hosts and paths are routed."""
    routes = range(len(context.workload.ingress.routes))
    parts = (("ingress", "routes", index, key) for index in routes for key in ("host", "path"))
    return of_product(("ingress", "routes"), *parts)


def _led_to(context: StackContext, hosts: Collection[str], path: str) -> bool:
    routes = [route for route in context.workload.ingress.routes if route.host in hosts]
    return any(_below(path, route.path) or _below(route.path, path) for route in routes)


def _uptime(context: StackContext, sign_on: SignOn) -> Iterator[Diagnostic]:
    """A health check from outside is a program: it would be sent to the provider for ever."""
    check = context.workload.health_check
    if check is None or (sign_on.hosts and check.host not in sign_on.hosts):
        return
    for index, path in enumerate(sign_on.paths):
        if _below(check.path, path):
            concerns = of_product(("health_check", "path"), ("health_check", "host"))
            allowed = f"paths without {check.path}, which {context.stack.workload}'s health_check asks for from outside"
            yield Diagnostic((*_PLACE, "paths", index), path, allowed, "name the paths that people use", concerns)


def _below(path: str, prefix: str) -> bool:
    start = prefix.rstrip("/")
    return path.rstrip("/") == start or path.startswith(f"{start}/")
