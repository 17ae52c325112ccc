"""What every container of the product has in the chart's words: ports, probes, environment and secrets."""

from collections.abc import Mapping
from typing import Final, Literal, TypedDict

from pulumi import Input

from components.chart_values.workload.containers import (
    Exec,
    Grpc,
    HttpGet,
    PodFields,
    Port,
    Probe,
    Probes,
    Resources,
    SecretEnvironment,
    TcpSocket,
)
from components.invariants import certain
from components.product.containers import ProductContainer
from components.product.secrets import NOBODY, environment_keys
from components.product.wiring import Wiring
from components.runtimes.kubernetes.peers import pod_fields
from components.runtimes.kubernetes.resources import resource_values
from components.runtimes.kubernetes.secrets import environment_secret_name
from settings import PlatformSettings
from settings.workload import container as stated

# Kubernetes' own name of HTTP/2 without TLS: https://kubernetes.io/docs/concepts/services-networking/service/
_APP_PROTOCOLS: Final[Mapping[stated.AppProtocol, Literal["http", "kubernetes.io/h2c", "grpc"]]] = {
    "http": "http",
    "http2": "kubernetes.io/h2c",
    "grpc": "grpc",
}


class ContainerFields(TypedDict):
    """The fields that the models of a service, a sidecar and a Job share."""

    image: Input[str]
    command: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: dict[str, Input[str]]
    resources: Resources
    secret_environment: SecretEnvironment | None
    pod_fields: PodFields | None


def secret_environment(
    settings: PlatformSettings, wiring: Wiring, names: tuple[str, ...], acting: Mapping[str, str] = NOBODY
) -> SecretEnvironment:
    """Where environment secrets come from: the whole Secret when every key of it is wanted, else the keys that are.

    `names` have a value; `acting` are the credentials in place of the services'.
    """
    keys = tuple(sorted(names))
    whole = bool(keys) and not acting and keys == environment_keys(settings, wiring)
    return SecretEnvironment(name=environment_secret_name(settings, acting), whole=whole, keys=() if whole else keys)


def container_fields(settings: PlatformSettings, wiring: Wiring, container: ProductContainer) -> ContainerFields:
    """What the chart takes of every container of the product alike."""
    resources = certain(container.resources, "a service, a sidecar and a job state what they set aside")
    secrets = secret_environment(settings, wiring, container.secrets, container.acting)
    return {
        "image": container.image,
        "command": container.command,
        "arguments": container.arguments,
        "environment": container.environment,
        "resources": resource_values(resources),
        "secret_environment": secrets if secrets.whole or secrets.keys else None,
        "pod_fields": pod_fields(container.named),
    }


def port_values(ports: Mapping[str, stated.Port]) -> tuple[Port, ...]:
    """Container ports; the Service's port too, where it is another."""
    return tuple(
        Port(
            name=name,
            number=port.number,
            protocol=port.protocol,
            service_port=port.service_port or None,
            app_protocol=_APP_PROTOCOLS[port.app_protocol] if port.app_protocol else None,
        )
        for name, port in ports.items()
    )


def probe_values(probes: stated.Probes, ports: Mapping[str, stated.Port]) -> Probes:
    """The probes that are stated, in Kubernetes' own words; `ports` are those of the pod."""
    return Probes(
        startup=_probe(probes.startup, ports),
        readiness=_probe(probes.readiness, ports),
        liveness=_probe(probes.liveness, ports),
    )


def _probe(probe: stated.Probe | None, ports: Mapping[str, stated.Port]) -> Probe | None:
    if probe is None:
        return None
    http, tcp, grpc = probe.http, probe.tcp, probe.grpc
    return Probe(
        http_get=HttpGet(path=http.path, port=ports[http.port].number) if http else None,
        tcp_socket=TcpSocket(port=ports[tcp.port].number) if tcp else None,
        grpc=Grpc(port=ports[grpc.port].number, service=grpc.service) if grpc else None,
        exec_=Exec(command=probe.command) if probe.command else None,
        initial_delay_seconds=probe.initial_delay_seconds,
        period_seconds=probe.period_seconds,
        timeout_seconds=probe.timeout_seconds,
        failure_threshold=probe.failure_threshold,
        success_threshold=probe.success_threshold,
    )
