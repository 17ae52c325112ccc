"""The containers of one service's task: what goes before it, the service itself, and what runs beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from components.product.containers import service_container, sidecar_container
from components.product.database import client_image
from components.product.references import SecretReference
from components.product.services import way_to_database
from components.product.shared_volumes import SharedVolume
from components.runtimes.ecs.collector import collected, collector, scrape_of
from components.runtimes.ecs.containers import OPEN_FILES, Container, Log
from components.runtimes.ecs.folders import PREPARE, Folders, disk, folders, log_readers, prepare
from components.runtimes.ecs.product_containers import lasting_container
from components.runtimes.ecs.scripts import AWAIT_DATABASE
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.fargate import TaskSize
from settings.arithmetic.tasks import service_size
from settings.facts import ports
from settings.workload.service import Service

AWAIT = "await-database"


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
    """What runs as long as the service does, beside it: its sidecars, and what reads its logs, traces and metrics."""
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
    sidecar = sidecar_container(inputs.settings, inputs.wiring, name, which)
    return replace(
        lasting_container(inputs, which, log, sidecar, service.termination_grace_seconds),
        mounts=made.mounts_beside(which, service.sidecars[which].shares),
        after={PREPARE: "SUCCESS"} if made.volumes else {},
    )


def _await_database(inputs: TaskInputs, service: Service, log: Log) -> Container:
    """Hold the service back until the database knows its role (WX-09), so that no rollout fails for being early.

    It asks where the service will: what uses the pooler alone has no way past it.
    """
    way = way_to_database(inputs.settings, inputs.wiring, service)
    return Container(
        name=AWAIT,
        image=client_image(inputs.settings),
        log=log,
        entry_point=["sh", "-euc"],
        command=[AWAIT_DATABASE],
        environment={**inputs.database, "PGHOST": way.host, "PGPORT": way.port},
        secrets=inputs.database_credential,
        user=str(ports.CONTAINER_USER),
        essential=False,
    )


def _main(inputs: TaskInputs, name: str, log: Log, made: Folders, before: list[str]) -> Container:
    service = inputs.settings.workload.services[name]
    pool = inputs.settings.workload.node_pools.get(service.node_pool or "")
    container = service_container(inputs.settings, inputs.wiring, name)
    return replace(
        lasting_container(inputs, name, log, container, service.termination_grace_seconds),
        mounts=made.mounts,
        read_only=service.security.read_only_root_filesystem,
        after={**dict.fromkeys(before, "SUCCESS"), **dict.fromkeys(service.sidecars, "START")},
        open_files=pool.open_files if pool and pool.open_files else OPEN_FILES,
        processes=pool.processes_per_pod if pool else None,
    )
