"""Who may talk to whom: one NetworkPolicy per service, over a namespace that denies everything."""

from collections.abc import Sequence

from pulumi import Input

from components.application.pooler import pooler_of
from components.application.running import POOLER
from components.application.wiring import Values, Wiring
from components.eventbus.event_bus import BROKER_PORTS, NAME_SERVER_PORT
from components.plans.subnets import Tier, subnets
from settings import PlatformSettings
from settings.workload.jobs import Job
from settings.workload.service import Egress, Service

_PROMETHEUS_PORT = 9090
_ANYWHERE = "0.0.0.0/0"
# RFC 1918, RFC 6598 (EKS secondary ranges) and link-local, where instance metadata and Pod Identity answer.
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
_POD_IDENTITY_AGENT = "169.254.170.23/32"
# EKS gives Services one of two ranges, whichever is not the VPC's, and the API the first address of it.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
_API_SERVICE = ("172.20.0.1/32", "10.100.0.1/32")
OTLP_PORT = 4317


def service_policies(settings: PlatformSettings, wiring: Wiring) -> dict[str, Values]:
    """The NetworkPolicy of every service and Job, by name (OB-92 to OB-96)."""
    services: dict[str, Values] = {
        f"{name}-policy": {
            "app": name,
            "ingress": _ingress(settings, wiring, name, service),
            "egress": [*_egress(settings, wiring, service), *_to_secrets(wiring, service)],
        }
        for name, service in settings.workload.services.items()
    }
    jobs: dict[str, Values] = {
        f"{name}-policy": {"app": name, "ingress": [], "egress": _egress(settings, wiring, job)}
        for name, job in settings.workload.jobs.items()
    }
    return services | jobs


def dump_policy(app: str) -> Values:
    """What the dump may reach besides the database: its credentials, and S3 through the gateway endpoint."""
    return {
        "app": app,
        "ingress": [],
        "egress": [
            _to_addresses("pod-identity", [_POD_IDENTITY_AGENT], 80),
            _to_addresses("object-store", [_ANYWHERE], 443, excluded=_PRIVATE),
        ],
    }


def restore_policy(wiring: Wiring, app: str) -> Values:
    """What the restore test may reach: its credentials and S3's own ranges. Nothing restored can act or leave."""
    if wiring.object_store_cidrs is None:
        raise ValueError("a restore test needs the ranges of S3, which are all that it may reach")
    ranges: Values = {"name": "object-store", "cidrs": wiring.object_store_cidrs, "ports": [_port(443)]}
    return {"app": app, "ingress": [], "egress": [_to_addresses("pod-identity", [_POD_IDENTITY_AGENT], 80), ranges]}


def public_flow(name: str, port: int) -> Values:
    """The way out to every public address."""
    return _to_addresses(name, [_ANYWHERE], port, excluded=_PRIVATE)


def to_prometheus(wiring: Wiring) -> Values:
    """The way to the figures that are kept of the product."""
    return {"name": "prometheus", "namespace": wiring.telemetry.namespace, "ports": [_port(_PROMETHEUS_PORT)]}


def scraper_flow(wiring: Wiring, port: int) -> Values:
    """The way in for whoever collects figures."""
    return {"name": "metrics", "namespace": wiring.telemetry.namespace, "ports": [_port(port)]}


def toolbox_policy(settings: PlatformSettings, wiring: Wiring, app: str) -> Values:
    """The same way to the stores as a service has that uses both."""
    workload = settings.workload
    stores = {"database": workload.database, "timeseries": workload.timeseries, "cache": workload.cache}
    egress = [_to_store(wiring, name) for name, needs in stores.items() if needs is not None]
    pooler = pooler_of(settings)
    if pooler is not None:
        egress.append({"name": "pooler", "service": POOLER, "ports": [_port(pooler.port)]})
    return {"app": app, "ingress": [], "egress": egress}


def _ingress(settings: PlatformSettings, wiring: Wiring, name: str, service: Service) -> list[Values]:
    flows: list[Values] = []
    public = {route.port for route in settings.workload.ingress.routes if route.service == name}
    for port in sorted(public):
        # The load balancer answers from the public subnets, straight to the pod's address.
        number = service.pod_ports[port].number
        flows.append(_to_addresses("load-balancer", wiring.load_balancer_cidrs, number))
    if service.metrics is not None:
        number = service.pod_ports[service.metrics.port].number
        flows.append({"name": "metrics", "namespace": wiring.telemetry.namespace, "ports": [_port(number)]})
    for caller, other in (*settings.workload.services.items(), *settings.workload.jobs.items()):
        numbers = [service.pod_ports[call.port].number for call in other.calls if call.service == name]
        if numbers:
            flows.append({"name": caller, "service": caller, "ports": [_port(number) for number in numbers]})
    load = settings.workload.verification.load
    if load is not None and load.service == name:
        flows.append({"name": "load-test", "service": "load-test", "ports": [_port(service.ports[load.port].number)]})
    return flows


def _egress(settings: PlatformSettings, wiring: Wiring, service: Service | Job) -> list[Values]:
    flows = [_to_store(wiring, use) for use in ("database", "timeseries", "cache") if use in service.uses]
    pooler = pooler_of(settings)
    if "pooler" in service.uses and pooler is not None:
        flows.append({"name": "pooler", "service": POOLER, "ports": [_port(pooler.port)]})
    if "event_bus" in service.uses:
        flows.append(_to_event_bus(settings, wiring))
    if "telemetry" in service.uses:
        flows.append({"name": "telemetry", "namespace": wiring.telemetry.namespace, "ports": [_port(OTLP_PORT)]})
    if isinstance(service, Service) and service.leader_election is not None:
        flows.append(_to_addresses("kubernetes-api", _kubernetes_api(settings), 443))
    for call in service.calls:
        number = settings.workload.services[call.service].pod_ports[call.port].number
        flows.append({"name": call.service, "service": call.service, "ports": [_port(number)]})
    flows.extend(_to_outside(egress) for egress in service.egress)
    return flows


def _kubernetes_api(settings: PlatformSettings) -> list[str]:
    """Where the API answers: at the address of its Service, and behind that in the subnets that the cluster is in."""
    network = settings.stack.network
    return [*_API_SERVICE, *subnets(network.cidr, Tier.PRIVATE, len(settings.stack.zones))]


def _to_secrets(wiring: Wiring, service: Service) -> list[Values]:
    """The way to Secrets Manager and to the credentials for it, for code that reads there itself."""
    if not service.reads_secrets:
        return []
    if wiring.endpoint_cidrs:
        endpoint = _to_addresses("secrets-manager", wiring.endpoint_cidrs, 443)
    else:
        endpoint = _to_addresses("secrets-manager", [_ANYWHERE], 443, excluded=_PRIVATE)
    return [_to_addresses("pod-identity", [_POD_IDENTITY_AGENT], 80), endpoint]


def _to_store(wiring: Wiring, store: str) -> Values:
    if store == "timeseries":
        # It runs on the cluster, in a namespace of its own.
        return {"name": store, "namespace": wiring.timeseries_namespace, "ports": [_port(5432)]}
    port = 5432 if store == "database" else 6379
    return _to_addresses(store, wiring.data_cidrs, port)


def _to_event_bus(settings: PlatformSettings, wiring: Wiring) -> Values:
    """A name server says where the brokers are, and a client connects to both."""
    stated = settings.stack.event_bus
    outside = stated.address if stated else None
    port = int(outside.rpartition(":")[2]) if outside else NAME_SERVER_PORT
    ports = [_port(number) for number in (port, *BROKER_PORTS)]
    if wiring.event_bus_namespace is not None:
        return {"name": "event-bus", "namespace": wiring.event_bus_namespace, "ports": ports}
    return {"name": "event-bus", "cidrs": [_ANYWHERE], "except": list(_PRIVATE), "ports": ports}


def _to_outside(egress: Egress) -> Values:
    if egress.cidr is not None:
        return _to_addresses(egress.name, [egress.cidr], egress.port)
    return _to_addresses(egress.name, [_ANYWHERE], egress.port, excluded=_PRIVATE)


def _to_addresses(name: str, cidrs: Sequence[Input[str]], port: int, excluded: Sequence[str] = ()) -> Values:
    flow: Values = {"name": name, "cidrs": list(cidrs), "ports": [_port(port)]}
    return {**flow, "except": list(excluded)} if excluded else flow


def _port(number: int) -> Values:
    return {"number": number, "protocol": "TCP"}
