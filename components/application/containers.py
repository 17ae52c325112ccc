"""What every container of the product has in the chart's words: ports, probes, environment and secrets."""

from collections.abc import Mapping

from components.application.secrets import available, environment_keys, environment_secret_name
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.container import Port, Probe, Probes, Wired


def secret_environment(settings: PlatformSettings, wiring: Wiring, names: tuple[str, ...]) -> Values:
    """Where environment secrets come from: the whole Secret when every key of it is wanted, else the keys that are."""
    keys = sorted(name for name in names if available(settings, wiring, name))
    whole = bool(keys) and keys == environment_keys(settings, wiring)
    return {"name": environment_secret_name(settings), "whole": whole, "keys": [] if whole else keys}


def environment(stated: Mapping[str, str | Wired], wiring: Wiring) -> Values:
    """Environment variables with the platform's outputs in their places."""
    return {name: wiring.outputs[value.output] if isinstance(value, Wired) else value for name, value in stated.items()}


def port_values(ports: Mapping[str, Port]) -> list[Values]:
    """Container ports; the Service's port too, where it is another."""
    values: list[Values] = []
    for name, port in ports.items():
        other: Values = {"servicePort": port.service_port} if port.service_port else {}
        values.append({"name": name, "number": port.number, "protocol": port.protocol, **other})
    return values


def probe_values(probes: Probes, ports: Mapping[str, Port]) -> Values:
    """The probes that are stated, in Kubernetes' own words; `ports` are those of the pod."""
    stated = {"startup": probes.startup, "readiness": probes.readiness, "liveness": probes.liveness}
    return {kind: _probe(probe, ports) for kind, probe in stated.items() if probe is not None}


def _probe(probe: Probe, ports: Mapping[str, Port]) -> Values:
    values: Values = {
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "failureThreshold": probe.failure_threshold,
        "successThreshold": probe.success_threshold,
    }
    if probe.http is not None:
        return {"httpGet": {"path": probe.http.path, "port": ports[probe.http.port].number}, **values}
    if probe.tcp is not None:
        return {"tcpSocket": {"port": ports[probe.tcp.port].number}, **values}
    if probe.command:
        return {"exec": {"command": list(probe.command)}, **values}
    raise ValueError("a probe needs http, tcp or command")
