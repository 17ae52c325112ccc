"""The product's own containers as ECS takes them."""

from collections.abc import Mapping
from dataclasses import replace

from components.product.containers import ProductContainer
from components.runtimes.ecs.containers import Container, Log
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.commands import entry_point_and_command
from settings.arithmetic.fargate import cpu_units
from settings.types import mebibytes, millicores
from settings.workload.container import Port, Probe, Probes


def product_container(inputs: TaskInputs, name: str, log: Log, container: ProductContainer) -> Container:
    """Return what runs to its end: image, command, variables, secrets that have a value, and user."""
    secrets = inputs.references(container)
    variables = {*container.variables, *secrets}
    entry_point, command = entry_point_and_command(container.command, container.arguments, variables)
    return Container(
        name=name,
        image=container.image,
        log=log,
        entry_point=entry_point,
        command=command,
        environment=container.variables,
        secrets=secrets,
        user=str(container.user),
    )


def lasting_container(
    inputs: TaskInputs, name: str, log: Log, container: ProductContainer, stop_seconds: int
) -> Container:
    """Return what runs as long as its task does: its ports, its health check, and what is set aside for it as well."""
    requests = container.resources.requests if container.resources is not None else None
    return replace(
        product_container(inputs, name, log, container),
        ports=[_port(port_name, port.number, port.protocol) for port_name, port in container.ports.items()],
        cpu=cpu_units(millicores(requests.cpu)) if requests is not None else None,
        memory=mebibytes(requests.memory) if requests is not None else None,
        stop_seconds=stop_seconds,
        health_check=_health_check(container.probes, container.reachable),
    )


def _port(name: str, number: int, protocol: str) -> dict[str, object]:
    return {"name": name, "containerPort": number, "hostPort": number, "protocol": protocol.lower()}


def _health_check(probes: Probes, ports: Mapping[str, Port]) -> dict[str, object] | None:
    """Ask what the liveness probe asks, from inside; the least and most that ECS takes bound its values.

    ECS runs a command in the container. An image without curl and wget counts as healthy: then the load balancer alone
    judges. A probe of a port, or of gRPC, has nothing to run: a process that ends is replaced either way.
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
