"""Rules about what a stack runs of its product, and what it changes about it."""

from collections.abc import Iterator

from settings.arithmetic.tcp import published
from settings.checks.common import repeated
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload.service import Service

_SERVICES = of_product(("services",))
"""The names of the services; what is wrong within one of them does not change these."""


def check(context: StackContext) -> Iterator[Diagnostic]:
    """Find services that are not there to be left out, asked for or changed, and changes that contradict."""
    yield from _left_out(context)
    yield from _asked_for(context)
    for name in context.stack.application.services:
        yield from _changed(context, name)


def _left_out(context: StackContext) -> Iterator[Diagnostic]:
    """A service may be left out when the product still works without it: something runs, and nothing leads nowhere."""
    workload = context.workload
    without = context.stack.application.without
    routed = {service for service, _ in published(workload)}
    for index, name in enumerate(without):
        path: Path = ("application", "without", index)
        if name not in workload.services:
            yield _unknown(context, path, name)
        elif name in routed:
            yield Diagnostic(
                path,
                name,
                "a service without routes and TCP ports",
                "keep it, or remove its routes from the workload",
                _routes(context),
            )
        elif workload.migration is not None and workload.migration.service == name:
            yield Diagnostic(
                path,
                name,
                "a service that the migration does not belong to",
                "keep it",
                of_product(("migration", "service")),
            )
    if workload.services and not context.running.services:
        yield Diagnostic(
            ("application", "without"), listed(without), "not every service", "keep at least one", _SERVICES
        )


def _unknown(context: StackContext, path: Path, name: str) -> Diagnostic:
    services = context.workload.services
    fix = choose(name, services, "name a service of the product")
    return Diagnostic(path, name, f"a service: {listed(services)}", fix, _SERVICES)


def _routes(context: StackContext) -> tuple[Path, ...]:
    """List what says which services are routed to."""
    routes = range(len(context.workload.ingress.routes))
    services = (("ingress", "routes", index, "service") for index in routes)
    return of_product(("ingress", "routes"), ("ingress", "tcp_ports"), *services)


def _asked_for(context: StackContext) -> Iterator[Diagnostic]:
    application, services = context.stack.application, context.workload.services
    optional = [name for name, service in services.items() if service.optional]
    for index, name in enumerate(application.include):
        path: Path = ("application", "include", index)
        if name not in services:
            yield _unknown(context, path, name)
        elif name not in optional:
            allowed = f"an optional service: {listed(optional, 'the product has none')}"
            yield Diagnostic(path, name, allowed, "remove it: it runs without being asked for", _optional(name))
        elif name in application.without:
            concerns: tuple[Path, ...] = (("application", "without"),)
            yield Diagnostic(path, name, "a service that is not left out", "remove it here or there", concerns)


def _optional(name: str) -> tuple[Path, ...]:
    return of_product(("services", name, "optional"))


def _changed(context: StackContext, name: str) -> Iterator[Diagnostic]:
    path: Path = ("application", "services", name)
    if name not in context.workload.services:
        yield _unknown(context, path, name)
    elif name not in context.running.services:
        fix = "add it to application.include" if context.workload.services[name].optional else "remove it"
        yield Diagnostic(path, name, "a service that this stack runs", fix, _optional(name))
    else:
        yield from _contradicting(context, path, context.workload.services[name], name)


def _contradicting(context: StackContext, path: Path, service: Service, name: str) -> Iterator[Diagnostic]:
    change = context.stack.application.services[name]
    for variable in change.environment:
        if variable in service.secrets:
            allowed = f"a variable that {name} does not get from a secret"
            yield Diagnostic(
                (*path, "environment", variable),
                variable,
                allowed,
                "remove it",
                of_product(("services", name, "secrets")),
            )
    own = {egress.name for egress in service.egress}
    names = [((*path, "egress", index, "name"), egress.name) for index, egress in enumerate(change.egress)]
    for at, given in names:
        if given in own:
            concerns = of_product(("services", name, "egress"))
            yield Diagnostic(at, given, f"a name that {name}'s own egress does not have", "choose another", concerns)
    yield from repeated(names, "egress name")
