"""The containers of one service's task: what goes before it, the service itself, and what runs beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.application.images import postgres_client, product_reference, reference
from components.application.pooler import pooler_of
from components.application.running import POOLER
from components.ecs.collector import COLLECTOR_NEED, collected, collector, scrape_of
from components.ecs.commands import entry_point_and_command
from components.ecs.containers import OPEN_FILES, Container, Log
from components.ecs.folders import LOG_READER_MEBIBYTES, PREPARE, Folders, disk, folders, log_readers, prepare
from components.ecs.references import SecretReference
from components.ecs.scripts import AWAIT_DATABASE
from components.ecs.task_inputs import TaskInputs
from components.plans.fargate import Need, TaskSize, cpu_units, exact_size, task_size
from components.storage.shared_files import SharedVolume
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.container import Amount, Port, Probe, Probes
from settings.workload.service import Service

AWAIT = "await-database"

PROXY_NEED = Need(millicores=250, mebibytes=64)
"""What AWS asks to leave for Service Connect's proxy; it has no container definition of its own."""


@dataclass(frozen=True, kw_only=True)
class ServiceTask:
    """What one service's task is made of. `volumes` are scratch space that lives as long as the task.

    `shared` are folders on EFS, by the name of their volume. `disk_gib` is the disk that the others share, None for the
    one that every task has.
    """

    size: TaskSize
    containers: list[Container]
    volumes: list[str]
    shared: Mapping[str, SharedVolume] = field(default_factory=dict[str, SharedVolume])
    disk_gib: int | None = None

    @property
    def secrets(self) -> list[SecretReference]:
        return [each for container in self.containers for each in container.secrets.values()]


def connects(service: Service) -> bool:
    """Tell whether a service reaches others of the product, or the pooler, by their names."""
    return bool(service.calls) or "pooler" in service.uses


def proxied(settings: PlatformSettings, name: str) -> bool:
    """Tell whether Service Connect's proxy runs beside a service: it calls another one, or is called."""
    called = {flow.service for service in settings.workload.services.values() for flow in service.calls}
    return name in called or connects(settings.workload.services[name])


def service_size(settings: PlatformSettings, name: str) -> TaskSize:
    """Return the task that holds a service. Raises ValueError for one that is larger than Fargate's largest.

    On a host a task takes what its service may use, and nothing is rounded up to what Fargate sells.
    """
    service = settings.workload.services[name]
    measured = settings.stack.ecs.prometheus and service.metrics is not None
    beside = [
        *([COLLECTOR_NEED] if "telemetry" in service.uses or measured else []),
        *([PROXY_NEED] if proxied(settings, name) else []),
        *([Need(millicores=25, mebibytes=LOG_READER_MEBIBYTES)] * len(service.log_files)),
        *(_need(sidecar.resources.limits) for sidecar in service.sidecars.values()),
    ]
    return fitting(settings, _need(service.resources.limits), _need(service.resources.requests), beside)


def _need(amount: Amount) -> Need:
    return Need(millicores=millicores(amount.cpu), mebibytes=mebibytes(amount.memory))


def fitting(settings: PlatformSettings, limit: Need, request: Need, beside: Sequence[Need] = ()) -> TaskSize:
    """Return the size of a task where this stack's tasks run."""
    return (exact_size if settings.stack.ecs.host else task_size)(limit, request, beside)


def service_task(inputs: TaskInputs, name: str, log: Log) -> ServiceTask:
    """Return everything that runs for one copy of a service."""
    service = inputs.settings.workload.services[name]
    made = folders(inputs, service)
    before: list[Container] = []
    if made.volumes:
        before.append(prepare(inputs, service.security.user, log, made))
    if {"database", "pooler"} & set(service.uses):
        before.append(_await_database(inputs, service, log))
    main = _main(inputs, name, log, made, [each.name for each in before])
    return ServiceTask(
        size=service_size(inputs.settings, name),
        containers=[*before, main, *_beside(inputs, name, log, made)],
        volumes=made.volumes,
        shared={volume: inputs.wiring.shared_volumes[name, path] for path, volume in made.shared.items()},
        disk_gib=disk(service),
    )


def _beside(inputs: TaskInputs, name: str, log: Log, made: Folders) -> list[Container]:
    """What runs as long as the service does, beside it: its sidecars, and what reads its logs, traces and figures."""
    service = inputs.settings.workload.services[name]
    beside = [_sidecar(inputs, name, each, log, made) for each in service.sidecars]
    beside += log_readers(inputs, service, log, made)
    if collected(inputs, service):
        scrapes = [scrape_of(name, service, service.metrics)] if service.metrics is not None else []
        beside.append(collector(inputs, log, traces="telemetry" in service.uses, scrapes=scrapes))
    return beside


def _sidecar(inputs: TaskInputs, name: str, which: str, log: Log, made: Folders) -> Container:
    """A container that the product runs beside its service, under the same user; the task ends with either."""
    service = inputs.settings.workload.services[name]
    sidecar = service.sidecars[which]
    environment, secrets = inputs.environment(sidecar.environment), inputs.references(sidecar.secrets)
    variables = {*environment, *secrets}
    entry_point, command = entry_point_and_command(sidecar.command, sidecar.arguments, variables)
    requests = sidecar.resources.requests
    return Container(
        name=which,
        image=product_reference(inputs.settings, inputs.wiring, sidecar.image),
        log=log,
        entry_point=entry_point,
        command=command,
        environment=environment,
        secrets=secrets,
        ports=[_port(port_name, port.number, port.protocol) for port_name, port in sidecar.ports.items()],
        mounts=made.mounts_beside(which, sidecar.shares),
        cpu=cpu_units(millicores(requests.cpu)),
        memory=mebibytes(requests.memory),
        user=str(service.security.user),
        stop_seconds=service.termination_grace_seconds,
        health_check=_health_check(sidecar.probes, sidecar.ports),
        after={PREPARE: "SUCCESS"} if made.volumes else {},
    )


def _await_database(inputs: TaskInputs, service: Service, log: Log) -> Container:
    """Hold the service back until the database knows its role (WX-09), so that no rollout fails for being early.

    It asks where the service will: what uses the pooler alone has no way past it.
    """
    needs = inputs.settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database waits for one")
    return Container(
        name=AWAIT,
        image=reference(inputs.settings, postgres_client(needs.version)),
        log=log,
        entry_point=["sh", "-euc"],
        command=[AWAIT_DATABASE],
        environment={**inputs.database, **_pooled(inputs.settings, service)},
        secrets=inputs.database_credential,
        user="10001",
        essential=False,
    )


def _pooled(settings: PlatformSettings, service: Service) -> dict[str, str]:
    pooler = pooler_of(settings)
    if pooler is None or "database" in service.uses:
        return {}
    return {"PGHOST": POOLER, "PGPORT": str(pooler.port)}


def _main(inputs: TaskInputs, name: str, log: Log, made: Folders, before: list[str]) -> Container:
    service = inputs.settings.workload.services[name]
    requests = service.resources.requests
    pool = inputs.settings.workload.node_pools.get(service.node_pool or "")
    environment = inputs.environment(inputs.settings.workload.environment | service.environment)
    secrets = inputs.references(service.secrets)
    variables = {*environment, *secrets}
    entry_point, command = entry_point_and_command(service.command, service.arguments, variables)
    return Container(
        name=name,
        image=product_reference(inputs.settings, inputs.wiring, service.image),
        log=log,
        entry_point=entry_point,
        command=command,
        environment=environment,
        secrets=secrets,
        ports=[_port(port_name, port.number, port.protocol) for port_name, port in service.ports.items()],
        mounts=made.mounts,
        cpu=cpu_units(millicores(requests.cpu)),
        memory=mebibytes(requests.memory),
        user=str(service.security.user),
        read_only=service.security.read_only_root_filesystem,
        stop_seconds=service.termination_grace_seconds,
        health_check=_health_check(service.probes, service.ports),
        after={**dict.fromkeys(before, "SUCCESS"), **dict.fromkeys(service.sidecars, "START")},
        open_files=pool.open_files if pool and pool.open_files else OPEN_FILES,
        processes=pool.processes_per_pod if pool else None,
    )


def _port(name: str, number: int, protocol: str) -> dict[str, object]:
    return {"name": name, "containerPort": number, "hostPort": number, "protocol": protocol.lower()}


def _health_check(probes: Probes, ports: Mapping[str, Port]) -> dict[str, object] | None:
    """Ask what the liveness probe asks, from inside; the least and most that ECS takes bound its figures.

    ECS runs a command in the container. An image without curl and wget counts as healthy: then the load balancer alone
    judges. A probe of a port has nothing to run: a process that ends is replaced either way.
    """
    probe = probes.liveness
    command = None if probe is None else _check_command(probe, ports)
    if probe is None or command is None:
        return None
    return {
        "command": command,
        "interval": min(300, max(5, probe.period_seconds)),
        "timeout": _timeout(probe),
        "retries": min(10, probe.failure_threshold),
        "startPeriod": min(300, start_seconds(probes)),
    }


def _check_command(probe: Probe, ports: Mapping[str, Port]) -> list[str] | None:
    if probe.command:
        return ["CMD", *probe.command]
    if probe.http is None:
        return None
    url = f"http://localhost:{ports[probe.http.port].number}{probe.http.path}"
    patience = _timeout(probe)
    return [
        "CMD-SHELL",
        f"if command -v curl >/dev/null; then curl --fail --silent --output /dev/null --max-time {patience} {url}; "
        f"elif command -v wget >/dev/null; then wget -q -T {patience} -O /dev/null {url}; fi || exit 1",
    ]


def _timeout(probe: Probe) -> int:
    return min(60, max(2, probe.timeout_seconds))


def start_seconds(probes: Probes) -> int:
    """Return how long a service may take until it answers: its startup probe's patience, or the other probes' delay."""
    if probes.startup is not None:
        return _patience(probes.startup)
    return max((_patience(probe) for probe in (probes.readiness, probes.liveness) if probe is not None), default=30)


def _patience(probe: Probe) -> int:
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold
