"""Rules about pods of several containers, and about services that may not run, or may not run twice."""

from collections.abc import Iterator

from settings.arithmetic.tcp import published
from settings.checks import probes
from settings.checks.common import repeated
from settings.checks.running import sizes
from settings.checks.variables import check as variables
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Service
from settings.workload.sidecar import Sidecar

_TAKEN = ("wait-for-database", "prepare", "await-database", "collector")
"""What the platform calls its own containers in a service's pod or task; log readers are log-<name>."""


def check(workload: Workload) -> Iterator[Diagnostic]:
    for name, service in workload.services.items():
        path: Path = ("services", name)
        yield from _containers(path, name, service)
        yield from _ports(path, service)
        for beside, sidecar in service.sidecars.items():
            at: Path = (*path, "sidecars", beside)
            yield from sizes(at, sidecar.resources)
            yield from variables(workload, at, sidecar.environment, sidecar.secrets)
            yield from probes.check_container(workload, at, name, sidecar.probes)
            yield from _folders(at, path, service, sidecar)
    yield from _optional(workload)
    leases = (
        (("services", name, "leader_election", "lease"), service.leader_election.lease)
        for name, service in workload.services.items()
        if service.leader_election
    )
    yield from repeated(leases, "lease")


def _containers(path: Path, name: str, service: Service) -> Iterator[Diagnostic]:
    own = service.container or name
    logs = {f"log-{each}" for each in service.log_files}
    for beside in service.sidecars:
        at: Path = (*path, "sidecars", beside)
        if beside == own:
            yield Diagnostic(at, beside, "another name than the service's own container has", "rename it", (path,))
        elif beside in _TAKEN or beside in logs:
            yield Diagnostic(at, beside, "a name that the platform does not use itself", "choose another")


def _ports(path: Path, service: Service) -> Iterator[Diagnostic]:
    """All containers of a pod share one address, and one Kubernetes Service."""
    sections = {(*path, "ports"): service.ports} | {
        (*path, "sidecars", beside, "ports"): sidecar.ports for beside, sidecar in service.sidecars.items()
    }
    if len(sections) == 1:
        return
    stated = [((*at, name), name, port) for at, ports in sections.items() for name, port in ports.items()]
    yield from repeated(((at, name) for at, name, _ in stated), "port name of a pod")
    numbers = (((*at, "number"), f"{port.number} {port.protocol}") for at, _, port in stated)
    yield from repeated(numbers, "port number and protocol of a pod")


def _folders(at: Path, path: Path, service: Service, sidecar: Sidecar) -> Iterator[Diagnostic]:
    writable = {*service.volumes, *service.security.writable_paths}
    for index, folder in enumerate(sidecar.shares):
        if folder not in writable:
            fix = f"add `volumes: {{{folder}: {{}}}}` to the service, or remove this"
            allowed = "a folder that the service may write to"
            yield Diagnostic((*at, "shares", index), folder, allowed, fix, ((*path, "volumes"),))
    shared = [((*at, "shares", index), folder) for index, folder in enumerate(sidecar.shares)]
    own = [((*at, "writable_paths", index), folder) for index, folder in enumerate(sidecar.writable_paths)]
    yield from repeated([*shared, *own], "folder")


def _optional(workload: Workload) -> Iterator[Diagnostic]:
    """What may not run cannot be what others stand on."""
    routed = {service for service, _ in published(workload)}
    migrating = workload.migration.service if workload.migration else None
    for name, service in workload.services.items():
        if service.optional and (name in routed or name == migrating):
            allowed = "false for a service with routes or TCP ports, or with the migration"
            yield Diagnostic(("services", name, "optional"), True, allowed, "remove it")
    if workload.services and all(service.optional for service in workload.services.values()):
        first = next(iter(workload.services))
        yield Diagnostic(("services", first, "optional"), True, "a product of which something always runs", "remove it")
