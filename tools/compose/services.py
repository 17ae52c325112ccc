"""A product's own containers, as Compose describes them."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from settings.arithmetic.commands import entry_point_and_command
from settings.types import mebibytes, millicores
from settings.workload import Workload
from settings.workload.container import Port, Probe, Probes, Resources
from settings.workload.jobs import Job
from settings.workload.service import Service as ServiceNeeds
from tools.compose import stores
from tools.compose.stores import Service, reference
from tools.compose.values import BUS, CACHE, DATABASE, TIMESERIES, TRACES, environment, secret

MIGRATION = "migration"
_STORES = {
    "database": (DATABASE, "service_healthy"),
    "pooler": (DATABASE, "service_healthy"),
    "timeseries": (TIMESERIES, "service_healthy"),
    "cache": (CACHE, "service_healthy"),
    "event_bus": (BUS, "service_started"),
    "telemetry": (TRACES, "service_started"),
}
_SHELL = "busybox:1.37.0"


def product(workload: Workload) -> dict[str, Service]:
    """Return the product's services, their sidecars, the migration and the jobs."""
    ports, found = HostPorts(), dict[str, Service]()
    for name, service in workload.services.items():
        found[name] = _service(workload, name, service, ports)
        found |= {f"{name}-{which}": _sidecar(workload, name, which) for which in service.sidecars}
        if kept(service):
            found[owner(name)] = _owner(name, service)
    if workload.migration is not None:
        found[MIGRATION] = _migration(workload)
    found |= {name: _job(workload, job) for name, job in workload.jobs.items()}
    return found


class HostPorts:
    """Ports of the machine, each given out once; a second service of one port gets the next that is free."""

    def __init__(self) -> None:
        self._taken: set[int] = {5432, 5433, 6379, 16686}

    def take(self, wanted: int) -> int:
        while wanted in self._taken:
            wanted += 1
        self._taken.add(wanted)
        return wanted


def kept(service: ServiceNeeds) -> dict[str, str]:
    """The folders that outlive the container, and what their volumes are called behind the service's name."""
    paths = [path for path, volume in service.volumes.items() if volume.kind != "scratch"]
    return {path: f"volume-{index}" for index, path in enumerate(paths)}


def owner(name: str) -> str:
    """What hands a service's volumes to its user."""
    return f"{name}-volumes"


def files(workload: Workload, service: ServiceNeeds) -> dict[str, str]:
    """The text of every file that a service finds, by its path."""
    found: dict[str, str] = {}
    for path, file in service.files.items():
        found[path] = secret(workload, file.secret) if file.secret is not None else file.content or ""
    if service.config is not None:
        folder = PurePosixPath(service.config.path)
        found |= {str(folder / name): text for name, text in service.config.files.items()}
    return found


def file_name(name: str, path: str) -> str:
    """What a file is called under the top-level `configs`."""
    return f"{name}{path.replace('/', '-')}"


def _service(workload: Workload, name: str, service: ServiceNeeds, ports: HostPorts) -> Service:
    variables = _variables(workload, workload.environment | service.environment, service.secrets)
    entry_point, command = entry_point_and_command(service.command, service.arguments, variables)
    pool = workload.node_pools.get(service.node_pool or "")
    made: Service = {
        "image": reference(service.image),
        "environment": variables,
        "user": str(service.security.user),
        "read_only": service.security.read_only_root_filesystem,
        "tmpfs": [f"{path}:mode=1777" for path in _scratch(service)],
        "restart": "unless-stopped",
        "stop_grace_period": f"{service.termination_grace_seconds}s",
        "deploy": _limits(service.resources),
        "depends_on": _before(workload, name, service),
    }
    stated: Mapping[str, object] = {
        "entrypoint": entry_point,
        "command": command,
        "ports": [_published(port, ports) for port in service.pod_ports.values()],
        "volumes": [f"{name}-{volume}:{path}" for path, volume in kept(service).items()],
        "configs": [
            {"source": file_name(name, path), "target": path, "mode": 0o444} for path in files(workload, service)
        ],
        "healthcheck": _check(service.probes, service.ports),
        "ulimits": {"nofile": pool.open_files} if pool and pool.open_files else None,
        "profiles": ["optional"] if service.optional else None,
    }
    return made | {key: value for key, value in stated.items() if value}


def _scratch(service: ServiceNeeds) -> list[str]:
    volumes = [path for path, volume in service.volumes.items() if volume.kind == "scratch"]
    return [*service.security.writable_paths, *volumes]


def _published(port: Port, ports: HostPorts) -> str:
    return stores.published(ports.take(port.number), port.number, port.protocol)


def _variables(workload: Workload, stated: Mapping[str, object], secrets: Sequence[str]) -> dict[str, str]:
    given = environment(workload, dict(stated))  # pyright: ignore[reportArgumentType] -- a mapping of the same values
    return given | {name: secret(workload, name) for name in secrets}


def _before(workload: Workload, name: str, service: ServiceNeeds) -> dict[str, dict[str, str]]:
    """What is there before a service starts: its stores, the migration, and the services that it calls.

    Of two services that call each other the one that stands first in the workload file starts first.
    """
    names = list(workload.services)
    called = [call.service for call in service.calls if names.index(call.service) < names.index(name)]
    before = {store: {"condition": state} for store, state in _stores(service.uses)}
    if workload.migration is not None and {"database", "pooler"} & set(service.uses):
        before[MIGRATION] = {"condition": "service_completed_successfully"}
    if kept(service):
        before[owner(name)] = {"condition": "service_completed_successfully"}
    return before | {each: {"condition": "service_started"} for each in called}


def _stores(uses: Sequence[str]) -> list[tuple[str, str]]:
    return [_STORES[use] for use in uses if use in _STORES]


def _owner(name: str, service: ServiceNeeds) -> Service:
    """A new volume belongs to root."""
    folders = kept(service)
    user = service.security.user
    return {
        "image": _SHELL,
        "command": ["chown", f"{user}:{user}", *folders],
        "volumes": [f"{name}-{volume}:{path}" for path, volume in folders.items()],
        "restart": "no",
    }


def _sidecar(workload: Workload, name: str, which: str) -> Service:
    service = workload.services[name]
    sidecar = service.sidecars[which]
    variables = _variables(workload, sidecar.environment, sidecar.secrets)
    entry_point, command = entry_point_and_command(sidecar.command, sidecar.arguments, variables)
    shared = {path: volume for path, volume in kept(service).items() if path in sidecar.shares}
    made: Service = {
        "image": reference(sidecar.image),
        "environment": variables,
        "user": str(service.security.user),
        "tmpfs": [f"{path}:mode=1777" for path in sidecar.writable_paths],
        "restart": "unless-stopped",
        "deploy": _limits(sidecar.resources),
        # Beside its service, at localhost, as in a pod.
        "network_mode": f"service:{name}",
        "depends_on": {name: {"condition": "service_started"}},
    }
    stated: Mapping[str, object] = {
        "entrypoint": entry_point,
        "command": command,
        "volumes": [f"{name}-{volume}:{path}" for path, volume in shared.items()],
        "healthcheck": _check(sidecar.probes, sidecar.ports),
    }
    return made | {key: value for key, value in stated.items() if value}


def _migration(workload: Workload) -> Service:
    needs = workload.migration
    if needs is None:
        raise ValueError("only a product with a migration has one here")
    service = workload.services[needs.service]
    image = reference(service.image)
    if needs.image_repository is not None:
        image = f"{needs.image_repository}:{service.image.tag}"
    variables = _variables(workload, {}, needs.secrets)
    entry_point, command = entry_point_and_command(needs.command, (), variables)
    made: Service = {
        "image": image,
        "entrypoint": entry_point,
        "environment": variables,
        "depends_on": {DATABASE: {"condition": "service_healthy"}},
        "restart": "no",
    }
    return made | ({"command": command} if command else {})


def _job(workload: Workload, job: Job) -> Service:
    """A job waits to be started by hand: docker compose run --rm <job>."""
    service = workload.services[job.service]
    variables = _variables(workload, job.environment, job.secrets)
    entry_point, command = entry_point_and_command(job.command, job.arguments, variables)
    made: Service = {
        "image": reference(job.image or service.image),
        "profiles": ["jobs"],
        "environment": variables,
        "user": str(service.security.user),
        "tmpfs": [f"{path}:mode=1777" for path in job.writable_paths],
        "restart": "no",
        "depends_on": {
            **{store: {"condition": state} for store, state in _stores(job.uses)},
            **{call.service: {"condition": "service_started"} for call in job.calls},
        },
    }
    return made | {key: value for key, value in (("entrypoint", entry_point), ("command", command)) if value}


def _limits(resources: Resources) -> dict[str, object]:
    limits = resources.limits
    return {
        "resources": {
            "limits": {"cpus": f"{millicores(limits.cpu) / 1000:g}", "memory": f"{mebibytes(limits.memory)}M"}
        }
    }


def _check(probes: Probes, ports: Mapping[str, Port]) -> dict[str, object] | None:
    """Ask what readiness asks, else liveness; a port alone has nobody to ask it in every image."""
    probe = next((each for each in (probes.readiness, probes.liveness) if each and (each.http or each.command)), None)
    if probe is None:
        return None
    return {
        "test": _test(probe, ports),
        "interval": f"{probe.period_seconds}s",
        "timeout": f"{probe.timeout_seconds}s",
        "retries": probe.failure_threshold,
        "start_period": f"{probe.initial_delay_seconds}s",
    }


def _test(probe: Probe, ports: Mapping[str, Port]) -> list[str]:
    if probe.http is None:
        return ["CMD", *probe.command]
    url = f"http://localhost:{ports[probe.http.port].number}{probe.http.path}"
    return ["CMD-SHELL", f"curl --fail --silent {url} || wget -q -O /dev/null {url} || exit 1"]
