"""Rules about signing on at the load balancer."""

from collections.abc import Collection, Iterator

from settings.checks.common import repeated
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.sign_on import SignOn
from settings.suggest import choose, listed

_PLACE: Path = ("ingress", "sign_on")
_PRODUCT: tuple[Path, ...] = (("workload",),)


def check(context: StackContext) -> Iterator[Finding]:
    """Hold the paths and hosts against the product's routes, and the client's secret against what is provided."""
    sign_on = context.stack.ingress.sign_on
    if sign_on is None:
        return
    yield from _secret(context, sign_on)
    yield from repeated((((*_PLACE, "paths", index), path) for index, path in enumerate(sign_on.paths)), "path")
    hosts = {route.host for route in context.workload.ingress.routes}
    for index, host in enumerate(sign_on.hosts):
        if host not in hosts:
            mend = choose(host, hosts, "remove it")
            yield Finding((*_PLACE, "hosts", index), host, f"a routed host: {listed(hosts)}", mend, _PRODUCT)
    known = [host for host in sign_on.hosts if host in hosts] or hosts
    for index, path in enumerate(sign_on.paths):
        if not _led_to(context, known, path):
            routes = listed(route.path for route in context.workload.ingress.routes)
            allowed = f"a path that a route leads to: {routes}"
            yield Finding((*_PLACE, "paths", index), path, allowed, "remove it, or add the route", _PRODUCT)
    yield from _uptime(context, sign_on)


def _secret(context: StackContext, sign_on: SignOn) -> Iterator[Finding]:
    name = sign_on.client_secret
    if name not in context.stack.provided_secrets:
        allowed = f"a value, which ingress.sign_on names as its client's secret ({name})"
        mend = f"set it with `pulumi config set --secret --path groundwork:secrets.{name}`"
        yield Finding(("secrets", name), ABSENT, allowed, mend, ((*_PLACE, "client_secret"),))


def _led_to(context: StackContext, hosts: Collection[str], path: str) -> bool:
    routes = [route for route in context.workload.ingress.routes if route.host in hosts]
    return any(_below(path, route.path) or _below(route.path, path) for route in routes)


def _uptime(context: StackContext, sign_on: SignOn) -> Iterator[Finding]:
    """A health check from outside is a program: it would be sent to the provider for ever."""
    check = context.workload.health_check
    if check is None or (sign_on.hosts and check.host not in sign_on.hosts):
        return
    for index, path in enumerate(sign_on.paths):
        if _below(check.path, path):
            allowed = f"paths without {check.path}, which {context.workload.name}'s health_check asks for from outside"
            yield Finding((*_PLACE, "paths", index), path, allowed, "name the paths that people use", _PRODUCT)


def _below(path: str, prefix: str) -> bool:
    start = prefix.rstrip("/")
    return path.rstrip("/") == start or path.startswith(f"{start}/")
