"""What several rules share."""

from collections.abc import Iterable, Iterator

from settings.problems import Finding
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload


def repeated(items: Iterable[tuple[Path, str]], what: str) -> Iterator[Finding]:
    """Report every item that was stated before; `what` completes "each … once"."""
    seen: dict[str, Path] = {}
    for path, item in items:
        if item in seen:
            yield Finding(path, item, f"each {what} once", "remove it, or change one of the two", (seen[item],))
        else:
            seen[item] = path


def service_and_port(workload: Workload, path: Path, service: str, port: str) -> Iterator[Finding]:
    """Report a reference to a service or port that the workload does not have; `path` holds `service` and `port`."""
    if service not in workload.services:
        yield unknown_service(workload, (*path, "service"), service)
        return
    yield from known_port(workload, (*path, "port"), service, port)


def unknown_service(workload: Workload, path: Path, service: str) -> Finding:
    mend = choose(service, workload.services, "name a service of this file")
    return Finding(path, service, f"a service: {listed(workload.services)}", mend, (("services",),))


def known_port(workload: Workload, path: Path, service: str, port: str) -> Iterator[Finding]:
    """Report a port name that the service does not have, or that is not TCP."""
    ports = workload.services[service].pod_ports
    place: Path = ("services", service, "ports")
    tcp = [name for name, stated in ports.items() if stated.protocol == "TCP"]
    if port not in tcp:
        mend = choose(port, tcp, f"add the port under services.{service}.ports, or name one that exists")
        yield Finding(path, port, f"a TCP port of {service}: {listed(tcp)}", mend, (place,))


def declared_secret(workload: Workload, path: Path, name: str) -> Iterator[Finding]:
    """Report a secret that the workload does not declare."""
    if name not in workload.secrets:
        mend = choose(name, workload.secrets, f"declare it: secrets.{name}: {{kind: generated}}")
        yield Finding(path, name, f"a declared secret: {listed(workload.secrets)}", mend, (("secrets",),))


def component_present(workload: Workload, path: Path, output: str) -> Iterator[Finding]:
    """Report an output of a store that the workload does not ask for."""
    component = output.partition(".")[0]
    absent = {
        "database": workload.database is None,
        "timeseries": workload.timeseries is None,
        "event_bus": workload.event_bus is None,
        "cache": workload.cache is None,
    }
    if absent.get(component, False):
        allowed = f"an output of a component that the file has; it has no `{component}:` section"
        yield Finding(path, output, allowed, f"add the section `{component}:`, or remove this", ((component,),))
