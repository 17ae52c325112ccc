"""Rules about what surrounds a service's process: volumes, log files, waiting, placement, and the pooler."""

from collections.abc import Iterator

from settings.checks.common import repeated, unknown_service
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.types import mebibytes, millicores
from settings.workload import Workload
from settings.workload.secrets import WiredSecret
from settings.workload.service import Resources, Service

POOLED_URL = "database.pooled_url"


def check(workload: Workload) -> Iterator[Diagnostic]:
    for name, service in workload.services.items():
        path: Path = ("services", name)
        yield from _quality(path, service)
        yield from _volumes(path, service)
        yield from _waiting(path, service)
        yield from _placement(workload, path, service)
        yield from _service_ports(path, service)
        yield from pooled(workload, path, service.uses, service.secrets)
    yield from _pooled_secrets(workload)


def sizes(path: Path, resources: Resources) -> Iterator[Diagnostic]:
    """Report a request above its limit."""
    asked, most = resources.requests, resources.limits
    for kind, given, limit, above in (
        ("cpu", asked.cpu, most.cpu, millicores(asked.cpu) > millicores(most.cpu)),
        ("memory", asked.memory, most.memory, mebibytes(asked.memory) > mebibytes(most.memory)),
    ):
        if above:
            place = (*path, "resources", "limits", kind)
            fix = f"lower it to {limit}, or raise the limit to {given}"
            yield Diagnostic(
                (*path, "resources", "requests", kind), given, f"at most the limit, {limit}", fix, (place,)
            )


def pooled(workload: Workload, path: Path, uses: tuple[str, ...], secrets: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Report the pooler where there is none, and its address where the way to it is closed."""
    has_pooler = workload.database is not None and workload.database.pooler is not None
    for index, use in enumerate(uses):
        if use == "pooler" and not has_pooler:
            fix = "add `pooler: {}` under `database:`, or use the database itself"
            yield Diagnostic((*path, "uses", index), use, "a component that the file has", fix, (("database",),))
    for index, name in enumerate(secrets):
        secret = workload.secrets.get(name)
        if isinstance(secret, WiredSecret) and secret.output == POOLED_URL and "pooler" not in uses:
            fix = "add pooler to `uses:`"
            allowed = "the pooler's address only in services that use the pooler"
            yield Diagnostic((*path, "secrets", index), name, allowed, fix, ((*path, "uses"), ("secrets", name)))


def _pooled_secrets(workload: Workload) -> Iterator[Diagnostic]:
    if workload.database is None or workload.database.pooler is not None:
        return
    for name, secret in workload.secrets.items():
        if isinstance(secret, WiredSecret) and secret.output == POOLED_URL:
            allowed = "database.url, for the database has no pooler"
            fix = "add `pooler: {}` under `database:`, or write database.url"
            yield Diagnostic(("secrets", name, "output"), secret.output, allowed, fix, (("database",),))


def _quality(path: Path, service: Service) -> Iterator[Diagnostic]:
    requests, limits = service.resources.requests, service.resources.limits
    same = millicores(requests.cpu) == millicores(limits.cpu) and mebibytes(requests.memory) == mebibytes(limits.memory)
    amounts = "guaranteed" if same else "burstable"
    wanted = service.quality_of_service
    if wanted is not None and wanted != amounts:
        relation = "equal" if same else "differ"
        allowed = (
            f"{amounts}: requests {requests.cpu}, {requests.memory} and limits {limits.cpu}, {limits.memory} {relation}"
        )
        fix = "make requests and limits equal" if wanted == "guaranteed" else "lower the requests below the limits"
        yield Diagnostic((*path, "quality_of_service"), wanted, allowed, fix, ((*path, "resources"),))


def _volumes(path: Path, service: Service) -> Iterator[Diagnostic]:
    folders = [((*path, "volumes", folder), folder) for folder in service.volumes]
    scratch = [
        ((*path, "security", "writable_paths", index), folder)
        for index, folder in enumerate(service.security.writable_paths)
    ]
    config = [((*path, "config", "path"), service.config.path)] if service.config else []
    yield from repeated([*folders, *scratch, *config], "folder")
    for folder, volume in service.volumes.items():
        if volume.kind == "persistent" and service.replicas.maximum > 1:
            allowed = (
                f"scratch or disk with up to {service.replicas.maximum} pods: one pod at a time holds an EBS volume"
            )
            concerns = ((*path, "replicas", "maximum"),)
            fix = "write disk, one for each pod, or set replicas.maximum to 1"
            yield Diagnostic((*path, "volumes", folder, "kind"), volume.kind, allowed, fix, concerns)
    writable = [*service.volumes, *service.security.writable_paths]
    for name, file in service.log_files.items():
        if not any(file.startswith(f"{folder.rstrip('/')}/") for folder in writable):
            allowed = "a file below one of the service's volumes"
            fix = f"add `volumes: {{{file.rsplit('/', 1)[0] or '/log'}: {{}}}}`"
            yield Diagnostic((*path, "log_files", name), file, allowed, fix, ((*path, "volumes"),))


def _waiting(path: Path, service: Service) -> Iterator[Diagnostic]:
    if "database" in service.waits_for and not {"database", "pooler"} & set(service.uses):
        fix = "add database or pooler to `uses:`, or remove this"
        yield Diagnostic((*path, "waits_for", 0), "database", "what the service uses", fix, ((*path, "uses"),))


def _placement(workload: Workload, path: Path, service: Service) -> Iterator[Diagnostic]:
    near = service.placement.near
    if near is not None and near not in workload.services:
        yield unknown_service(workload, (*path, "placement", "near"), near)


def _service_ports(path: Path, service: Service) -> Iterator[Diagnostic]:
    ports = service.ports.items()
    numbers = [
        (
            (*path, "ports", name, "service_port" if port.service_port else "number"),
            f"{port.service_port or port.number} {port.protocol}",
        )
        for name, port in ports
    ]
    if any(port.service_port for _, port in ports):
        yield from repeated(numbers, "port of the Kubernetes Service")
