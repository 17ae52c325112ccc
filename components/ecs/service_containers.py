"""The containers of one service's task: what goes before it, the service itself, and what runs beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pulumi import Input

from components.application.images import postgres_client, product_reference, reference
from components.application.wiring import Wiring
from components.ecs.containers import Container, Log, Mount
from components.ecs.references import SecretReference
from components.ecs.scripts import AWAIT_DATABASE
from components.plans.fargate import Need, TaskSize, cpu_units, task_size
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.service import Image, Probe, Service, Wired

PREPARE, AWAIT, COLLECTOR = "prepare", "await-database", "collector"
COLLECTOR_ENDPOINT = "http://localhost:4317"
"""Where a service on ECS sends traces: the collector in its own task."""
BUSYBOX = Image(repository="public.ecr.aws/docker/library/busybox", tag="1.37.0")
TRACE_COLLECTOR = Image(repository="public.ecr.aws/aws-observability/aws-otel-collector", tag="v0.43.1")

_COLLECTOR_NEED = Need(millicores=125, mebibytes=128)
_PROXY_NEED = Need(millicores=250, mebibytes=64)
"""What AWS asks to leave for Service Connect's proxy; it has no container definition of its own."""
_VOLUMES = "/volumes"


@dataclass(frozen=True, kw_only=True)
class ServiceTask:
    """What one service's task is made of. `volumes` are scratch space that lives as long as the task."""

    size: TaskSize
    containers: list[Container]
    volumes: list[str]

    @property
    def secrets(self) -> list[SecretReference]:
        return [each for container in self.containers for each in container.secrets.values()]


@dataclass(frozen=True, kw_only=True)
class TaskInputs:
    """`database` is what libpq reads: variables, and references for the role's name and password."""

    settings: PlatformSettings
    wiring: Wiring
    secrets: Mapping[str, SecretReference]
    database: Mapping[str, Input[str]]
    database_credential: Mapping[str, SecretReference]


def proxied(settings: PlatformSettings, name: str) -> bool:
    """Tell whether Service Connect's proxy runs beside a service: it calls another one, or is called."""
    called = {flow.service for service in settings.workload.services.values() for flow in service.calls}
    return name in called or bool(settings.workload.services[name].calls)


def service_size(settings: PlatformSettings, name: str) -> TaskSize:
    """Return the task that holds a service. Raises ValueError for one that is larger than Fargate's largest."""
    service = settings.workload.services[name]
    limits, requests = service.resources.limits, service.resources.requests
    beside = [
        *([_COLLECTOR_NEED] if "telemetry" in service.uses else []),
        *([_PROXY_NEED] if proxied(settings, name) else []),
    ]
    return task_size(
        Need(millicores=millicores(limits.cpu), mebibytes=mebibytes(limits.memory)),
        Need(millicores=millicores(requests.cpu), mebibytes=mebibytes(requests.memory)),
        beside,
    )


def service_task(inputs: TaskInputs, name: str, log: Log) -> ServiceTask:
    """Return everything that runs for one copy of a service."""
    service = inputs.settings.workload.services[name]
    writable = {path: f"scratch-{index}" for index, path in enumerate(service.security.writable_paths)}
    folders = sorted({str(PurePosixPath(path).parent) for path in _files(inputs, service)})
    filled = {folder: f"files-{index}" for index, folder in enumerate(folders)}
    before: list[Container] = []
    if writable or filled:
        before.append(_prepare(inputs, service, log, writable, filled))
    if "database" in service.uses:
        before.append(_await_database(inputs, log))
    main = _main(inputs, name, log, writable, filled, [each.name for each in before])
    beside = [_collector(inputs, log)] if "telemetry" in service.uses else []
    return ServiceTask(
        size=service_size(inputs.settings, name),
        containers=[*before, main, *beside],
        volumes=[*writable.values(), *filled.values()],
    )


def _files(inputs: TaskInputs, service: Service) -> dict[str, str | SecretReference]:
    """The files that have something in them: text, or a secret that has a value."""
    files: dict[str, str | SecretReference] = {}
    for path, file in service.files.items():
        if file.content is not None:
            files[path] = file.content
        elif file.secret is not None and file.secret in inputs.secrets:
            files[path] = inputs.secrets[file.secret]
    return files


def _prepare(
    inputs: TaskInputs, service: Service, log: Log, writable: Mapping[str, str], filled: Mapping[str, str]
) -> Container:
    """Hand the scratch space to the service's user and write its files. A new volume belongs to root, hence root here.

    The container is gone before the service starts. A file's text and its secret arrive as variables, never as words
    of the command, which anybody may read who may describe a task definition.
    """
    user = service.security.user
    lines = [f"chown {user}:{user} {_VOLUMES}/{name}; chmod 0700 {_VOLUMES}/{name}" for name in writable.values()]
    environment: dict[str, Input[str]] = {}
    secrets: dict[str, SecretReference] = {}
    for index, (path, content) in enumerate(_files(inputs, service).items()):
        place = PurePosixPath(path)
        target = f"{_VOLUMES}/{filled[str(place.parent)]}/{place.name}"
        lines.append(f'printf "%s" "$FILE_{index}" >"{target}"; chown {user}:{user} "{target}"; chmod 0400 "{target}"')
        if isinstance(content, str):
            environment[f"FILE_{index}"] = content
        else:
            secrets[f"FILE_{index}"] = content
    volumes = [*writable.values(), *filled.values()]
    return Container(
        name=PREPARE,
        image=reference(inputs.settings, BUSYBOX),
        log=log,
        command=["sh", "-euc", "; ".join(lines)],
        environment=environment,
        secrets=secrets,
        mounts=[Mount(volume=volume, path=f"{_VOLUMES}/{volume}") for volume in volumes],
        user="0",
        essential=False,
        capabilities=True,
    )


def _await_database(inputs: TaskInputs, log: Log) -> Container:
    """Hold the service back until the database knows its role (WX-09), so that no rollout fails for being early."""
    needs = inputs.settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database waits for one")
    return Container(
        name=AWAIT,
        image=reference(inputs.settings, postgres_client(needs.version)),
        log=log,
        entry_point=["sh", "-euc"],
        command=[AWAIT_DATABASE],
        environment=inputs.database,
        secrets=inputs.database_credential,
        user="10001",
        essential=False,
    )


def _main(
    inputs: TaskInputs,
    name: str,
    log: Log,
    writable: Mapping[str, str],
    filled: Mapping[str, str],
    before: list[str],
) -> Container:
    service = inputs.settings.workload.services[name]
    requests = service.resources.requests
    environment = {
        key: inputs.wiring.outputs[value.output] if isinstance(value, Wired) else value
        for key, value in service.environment.items()
    }
    return Container(
        name=name,
        image=product_reference(inputs.settings, inputs.wiring, service.image),
        log=log,
        # In Kubernetes' words `command` replaces the entry point and `arguments` the command.
        entry_point=list(service.command),
        command=list(service.arguments),
        environment=environment,
        secrets={key: inputs.secrets[key] for key in service.secrets if key in inputs.secrets},
        ports=[_port(port_name, port.number, port.protocol) for port_name, port in service.ports.items()],
        mounts=[
            *(Mount(volume=volume, path=path) for path, volume in writable.items()),
            *(Mount(volume=volume, path=folder, read_only=True) for folder, volume in filled.items()),
        ],
        cpu=cpu_units(millicores(requests.cpu)),
        memory=mebibytes(requests.memory),
        user=str(service.security.user),
        read_only=service.security.read_only_root_filesystem,
        stop_seconds=service.termination_grace_seconds,
        health_check=_health_check(service),
        after=dict.fromkeys(before, "SUCCESS"),
    )


def _port(name: str, number: int, protocol: str) -> dict[str, object]:
    return {"name": name, "containerPort": number, "hostPort": number, "protocol": protocol.lower()}


def _collector(inputs: TaskInputs, log: Log) -> Container:
    """Take traces on localhost and hand them to X-Ray, with the task's own role."""
    return Container(
        name=COLLECTOR,
        image=reference(inputs.settings, TRACE_COLLECTOR),
        log=log,
        environment={"AOT_CONFIG_CONTENT": json.dumps(_collection(inputs.settings.stack.region), sort_keys=True)},
        cpu=cpu_units(_COLLECTOR_NEED.millicores),
        memory=_COLLECTOR_NEED.mebibytes,
        essential=False,
    )


def _collection(region: str) -> dict[str, object]:
    """Take OTLP from the task's own containers alone, hand it on in batches. JSON is YAML, which the image reads."""
    return {
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "localhost:4317"}}}},
        "processors": {"batch": {"timeout": "5s"}},
        "exporters": {"awsxray": {"region": region}},
        "service": {
            "pipelines": {"traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["awsxray"]}}
        },
    }


def _health_check(service: Service) -> dict[str, object] | None:
    """Ask what the liveness probe asks, from inside; the least and most that ECS takes bound its figures.

    ECS runs a command in the container. An image without curl and wget counts as healthy: then the load balancer alone
    judges. A probe of a port has nothing to run: a process that ends is replaced either way.
    """
    probe = service.probes.liveness
    if probe is None or probe.http is None:
        return None
    url = f"http://localhost:{service.ports[probe.http.port].number}{probe.http.path}"
    patience = min(60, max(2, probe.timeout_seconds))
    command = (
        f"if command -v curl >/dev/null; then curl --fail --silent --output /dev/null --max-time {patience} {url}; "
        f"elif command -v wget >/dev/null; then wget -q -T {patience} -O /dev/null {url}; fi || exit 1"
    )
    return {
        "command": ["CMD-SHELL", command],
        "interval": min(300, max(5, probe.period_seconds)),
        "timeout": patience,
        "retries": min(10, probe.failure_threshold),
        "startPeriod": min(300, start_seconds(service)),
    }


def start_seconds(service: Service) -> int:
    """Return how long a service may take until it answers: its startup probe's patience, or the other probes' delay."""
    probes = service.probes
    if probes.startup is not None:
        return _patience(probes.startup)
    return max((_patience(probe) for probe in (probes.readiness, probes.liveness) if probe is not None), default=30)


def _patience(probe: Probe) -> int:
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold
