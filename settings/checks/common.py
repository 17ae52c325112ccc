"""What several rules share."""

from collections.abc import Iterable, Iterator
from typing import get_args

from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.outputs import SecretOutput, Use, WiredOutput

_SECTIONS = Workload.model_fields.keys() & {
    name.partition(".")[0] for kind in (Use, WiredOutput, SecretOutput) for name in get_args(kind)
}
"""Sections of the workload file that outputs and `uses` name."""
_OF_ONE_SHARD: tuple[WiredOutput | SecretOutput, ...] = ("cache.reader_host", "cache.reader_url")


def repeated(items: Iterable[tuple[Path, str]], what: str) -> Iterator[Diagnostic]:
    """Report every item that was stated before; `what` completes "each … once"."""
    seen: dict[str, Path] = {}
    for path, item in items:
        if item in seen:
            yield Diagnostic(path, item, f"each {what} once", "remove it, or change one of the two", (seen[item],))
        else:
            seen[item] = path


def file_hosts(workload: Workload) -> dict[Path, str]:
    """Give the hosts that CloudFront serves files under, each by its path: of static sites, and of buckets."""
    sites: dict[Path, str] = {("static_sites", name, "host"): site.host for name, site in workload.static_sites.items()}
    buckets = ((name, bucket.cdn) for name, bucket in workload.buckets.items())
    return sites | {("buckets", name, "cdn", "host"): cdn.host for name, cdn in buckets if cdn is not None}


def service_and_port(workload: Workload, path: Path, service: str, port: str) -> Iterator[Diagnostic]:
    """Report a reference to a service or port that the workload does not have; `path` holds `service` and `port`."""
    if service not in workload.services:
        yield unknown_service(workload, (*path, "service"), service)
        return
    yield from known_port(workload, (*path, "port"), service, port)


def unknown_service(workload: Workload, path: Path, service: str) -> Diagnostic:
    fix = choose(service, workload.services, "name a service of this file")
    return Diagnostic(path, service, f"a service: {listed(workload.services)}", fix, (("services",),))


def known_port(workload: Workload, path: Path, service: str, port: str) -> Iterator[Diagnostic]:
    """Report a port name that the service does not have, or that is not TCP."""
    ports = workload.services[service].pod_ports
    place: Path = ("services", service, "ports")
    tcp = [name for name, stated in ports.items() if stated.protocol == "TCP"]
    if port not in tcp:
        fix = choose(port, tcp, f"add the port under services.{service}.ports, or name one that exists")
        yield Diagnostic(path, port, f"a TCP port of {service}: {listed(tcp)}", fix, (place,))


def declared_secret(workload: Workload, path: Path, name: str) -> Iterator[Diagnostic]:
    """Report a secret that the workload does not declare."""
    if name not in workload.secrets:
        fix = choose(name, workload.secrets, f"declare it: secrets.{name}: {{kind: generated}}")
        yield Diagnostic(path, name, f"a declared secret: {listed(workload.secrets)}", fix, (("secrets",),))


def component_present(workload: Workload, path: Path, output: str) -> Iterator[Diagnostic]:
    """Report an output of a store that the workload does not ask for, or that its store does not give."""
    component = output.partition(".")[0]
    if component in _SECTIONS and getattr(workload, component) is None:
        allowed = f"an output of a component that the file has; it has no `{component}:` section"
        yield Diagnostic(path, output, allowed, f"add the section `{component}:`, or remove this", ((component,),))
    if output in _OF_ONE_SHARD and workload.cache is not None and workload.cache.sharded:
        allowed = "an output of a cache with cluster mode disabled: a cluster's client finds the replicas itself"
        fix = "name cache.host, or write cluster_mode: disabled"
        yield Diagnostic(path, output, allowed, fix, (("cache", "cluster_mode"),))
