"""Rules about what a stack runs of its product, and what it changes about it."""

from collections.abc import Iterator

from settings.checks.common import repeated
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload.service import Service

_PRODUCT: tuple[Path, ...] = (("workload",),)


def check(context: StackContext) -> Iterator[Finding]:
    """Find services that are not there to be left out, asked for or changed, and changes that contradict."""
    yield from _left_out(context)
    yield from _asked_for(context)
    for name in context.stack.application.services:
        yield from _changed(context, name)


def _left_out(context: StackContext) -> Iterator[Finding]:
    """A service may be left out when the product still works without it: something runs, and nothing leads nowhere."""
    workload = context.workload
    without = context.stack.application.without
    routed = {route.service for route in workload.ingress.routes}
    for index, name in enumerate(without):
        path: Path = ("application", "without", index)
        if name not in workload.services:
            yield _unknown(context, path, name)
        elif name in routed:
            yield Finding(
                path, name, "a service without routes", "keep it, or remove its routes from the workload", _PRODUCT
            )
        elif workload.migration is not None and workload.migration.service == name:
            yield Finding(path, name, "a service that the migration does not belong to", "keep it", _PRODUCT)
    if workload.services and not context.running.services:
        yield Finding(("application", "without"), listed(without), "not every service", "keep at least one", _PRODUCT)


def _unknown(context: StackContext, path: Path, name: str) -> Finding:
    services = context.workload.services
    mend = choose(name, services, "name a service of the product")
    return Finding(path, name, f"a service: {listed(services)}", mend, _PRODUCT)


def _asked_for(context: StackContext) -> Iterator[Finding]:
    application, services = context.stack.application, context.workload.services
    optional = [name for name, service in services.items() if service.optional]
    for index, name in enumerate(application.include):
        path: Path = ("application", "include", index)
        if name not in services:
            yield _unknown(context, path, name)
        elif name not in optional:
            allowed = f"an optional service: {listed(optional, 'the product has none')}"
            yield Finding(path, name, allowed, "remove it: it runs without being asked for", _PRODUCT)
        elif name in application.without:
            concerns: tuple[Path, ...] = (("application", "without"),)
            yield Finding(path, name, "a service that is not left out", "remove it here or there", concerns)


def _changed(context: StackContext, name: str) -> Iterator[Finding]:
    path: Path = ("application", "services", name)
    if name not in context.workload.services:
        yield _unknown(context, path, name)
    elif name not in context.running.services:
        mend = "add it to application.include" if context.workload.services[name].optional else "remove it"
        yield Finding(path, name, "a service that this stack runs", mend, _PRODUCT)
    else:
        yield from _contradicting(context, path, context.workload.services[name], name)


def _contradicting(context: StackContext, path: Path, service: Service, name: str) -> Iterator[Finding]:
    change = context.stack.application.services[name]
    for variable in change.environment:
        if variable in service.secrets:
            allowed = f"a variable that {name} does not get from a secret"
            yield Finding((*path, "environment", variable), variable, allowed, "remove it", _PRODUCT)
    own = {egress.name for egress in service.egress}
    names = [((*path, "egress", index, "name"), egress.name) for index, egress in enumerate(change.egress)]
    for at, given in names:
        if given in own:
            yield Finding(at, given, f"a name that {name}'s own egress does not have", "choose another", _PRODUCT)
    yield from repeated(names, "egress name")
