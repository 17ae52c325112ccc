"""Rules about a product's services: sizes, ports, probes, files, connections."""

from collections.abc import Iterator

from settings.checks import probes
from settings.checks.common import (
    component_present,
    declared_secret,
    known_port,
    repeated,
    service_and_port,
    unknown_service,
)
from settings.checks.running import sizes
from settings.checks.variables import check as variables
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Scaling, Service


def check(workload: Workload) -> Iterator[Diagnostic]:
    for name, service in workload.services.items():
        path: Path = ("services", name)
        yield from _sizes(path, service)
        yield from _ports(workload, name, service)
        yield from probes.check(workload, name, service)
        yield from variables(workload, path, service.environment, service.secrets)
        yield from _files(workload, path, service)
        yield from _connections(workload, path, service)
    yield from _counters(workload)
    if workload.migration and workload.migration.service not in workload.services:
        yield unknown_service(workload, ("migration", "service"), workload.migration.service)


def _sizes(path: Path, service: Service) -> Iterator[Diagnostic]:
    replicas = service.replicas
    if replicas.minimum > replicas.maximum:
        at = (*path, "replicas", "minimum")
        allowed = f"at most the maximum, {replicas.maximum}"
        fix = f"lower it to {replicas.maximum}, or raise the maximum to {replicas.minimum}"
        yield Diagnostic(at, replicas.minimum, allowed, fix, ((*path, "replicas", "maximum"),))
    yield from sizes(path, service.resources)
    yield from _scaling(path, service)


def _scaling(path: Path, service: Service) -> Iterator[Diagnostic]:
    scaling = service.scaling
    if scaling is None:
        return
    at = (*path, "scaling")
    if not any(target for _, target in scaling):
        allowed = f"{', '.join(Scaling.model_fields)} or several"
        yield Diagnostic(at, "no target", allowed, "add `cpu: 70`, or remove `scaling:`")
    names = [((*at, "metrics", index, "name"), metric.name) for index, metric in enumerate(scaling.metrics)]
    yield from repeated(names, "metric")
    if scaling.metrics and service.metrics is None:
        fix = "add `metrics:` with the port that Prometheus scrapes, or remove this"
        allowed = "none for a service that is not scraped"
        yield Diagnostic((*at, "metrics"), names[0][1], allowed, fix, (path,))


def _counters(workload: Workload) -> Iterator[Diagnostic]:
    """Report a metric that two services count differently: the custom metrics API knows it by its name alone."""
    seen: dict[str, tuple[str | None, Path]] = {}
    for name, service in workload.services.items():
        for index, metric in enumerate(service.scaling.metrics if service.scaling else ()):
            at: Path = ("services", name, "scaling", "metrics", index, "counter")
            counter, first = seen.setdefault(metric.name, (metric.counted, at))
            if metric.counted != counter:
                allowed = f"{counter or 'none'}, as for {metric.name} above: one metric has one counter"
                yield Diagnostic(
                    at, metric.counted or "none", allowed, "name it as there, or rename the metric", (first,)
                )


def _ports(workload: Workload, name: str, service: Service) -> Iterator[Diagnostic]:
    path: Path = ("services", name)
    ports = service.ports.items()
    numbers = (((*path, "ports", key, "number"), f"{port.number} {port.protocol}") for key, port in ports)
    yield from repeated(numbers, f"port number and protocol of {name}")
    if service.metrics:
        yield from known_port(workload, (*path, "metrics", "port"), name, service.metrics.port)


def _files(workload: Workload, path: Path, service: Service) -> Iterator[Diagnostic]:
    for mounted, file in service.files.items():
        at = (*path, "files", mounted)
        if (file.content is None) == (file.secret is None):
            given = "neither" if file.content is None else "both"
            fix = "keep `content:` for plain text, or `secret:` for a declared secret"
            yield Diagnostic(at, given, "exactly one of content and secret", fix)
        if file.secret is not None:
            yield from declared_secret(workload, (*at, "secret"), file.secret)


def _connections(workload: Workload, path: Path, service: Service) -> Iterator[Diagnostic]:
    for index, component in enumerate(service.uses):
        yield from component_present(workload, (*path, "uses", index), component)
    yield from repeated((((*path, "uses", index), name) for index, name in enumerate(service.uses)), "component")
    for pool, component in (
        ("database_pool", "database"),
        ("timeseries_pool", "timeseries"),
        ("cache_pool", "cache"),
    ):
        size = getattr(service, pool)
        if size and component not in service.uses and not (component == "database" and "pooler" in service.uses):
            fix = f"add {component} to `uses:`, or remove `{pool}:`"
            yield Diagnostic((*path, pool), size, f"0 without {component} in uses", fix, ((*path, "uses"),))
    for index, call in enumerate(service.calls):
        yield from service_and_port(workload, (*path, "calls", index), call.service, call.port)
    flows = (((*path, "calls", index), f"{call.service} {call.port}") for index, call in enumerate(service.calls))
    yield from repeated(flows, "connection")
    names = (((*path, "egress", index, "name"), egress.name) for index, egress in enumerate(service.egress))
    yield from repeated(names, "egress name")
