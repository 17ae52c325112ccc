"""Who may talk to whom: one NetworkPolicy per service, over a namespace that denies everything."""

from collections.abc import Sequence

from pulumi import Input

from components.chart_values.workload.policies import Flow, FlowPort, Policy
from components.invariants import certain
from components.product.calls import calls
from components.product.reach import AwsService, DataTier, InNamespace, OfProduct, Reach
from components.product.toolbox import TOOLBOX
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.arithmetic.subnets import Tier
from settings.arithmetic.tcp import connected
from settings.facts import ports
from settings.workload.data import MIGRATION
from settings.workload.jobs import Job
from settings.workload.service import Egress, Service

_ANYWHERE = "0.0.0.0/0"
# RFC 1918, RFC 6598 (EKS secondary ranges) and link-local, where instance metadata and Pod Identity answer.
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
_POD_IDENTITY_AGENT = "169.254.170.23/32"
# EKS gives Services one of two ranges, whichever is not the VPC's, and the API the first address of it.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
_API_SERVICE = ("172.20.0.1/32", "10.100.0.1/32")


def service_policies(settings: PlatformSettings, wiring: Wiring) -> dict[str, Policy]:
    """The NetworkPolicy of every service and Job, by name (OB-92 to OB-96)."""
    services = {
        f"{name}-policy": Policy(
            app=name,
            ingress=tuple(_ingress(settings, wiring, name, service)),
            egress=(
                *_egress(settings, wiring, name, service),
                *_to_aws(wiring, name, service.uses, reads_secrets=bool(service.reads_secrets)),
            ),
            labels=_labels(settings, name),
        )
        for name, service in settings.workload.services.items()
    }
    jobs = {
        f"{name}-policy": Policy(
            app=name, ingress=(), egress=(*_egress(settings, wiring, name, job), *_to_aws(wiring, name, job.uses))
        )
        for name, job in settings.workload.jobs.items()
    }
    return services | jobs


def _labels(settings: PlatformSettings, name: str) -> dict[str, str] | None:
    """The labels of a service's pods, where the vendor's own chart gives them others than `app`."""
    chart = settings.workload.helm_chart
    service = chart.services.get(name) if chart is not None else None
    return dict(service.labels) if service is not None else None


def migration_policy(wiring: Wiring) -> Policy | None:
    """What the migration may reach besides the database: what it calls AWS for; None for one that calls nothing."""
    egress = _to_aws(wiring, MIGRATION, ())
    return Policy(app=MIGRATION, ingress=(), egress=egress) if egress else None


def dump_policy(app: str) -> Policy:
    """What the dump may reach besides the database: its credentials, and S3 through the gateway endpoint."""
    return Policy(app=app, ingress=(), egress=(_to_pod_identity(), public_flow("object-store", ports.HTTPS)))


def restore_policy(wiring: Wiring, app: str) -> Policy:
    """What the restore test may reach: its credentials and S3's own ranges. Nothing restored can act or leave."""
    cidrs = certain(wiring.gateway_cidrs.get("s3"), "a restore test needs the ranges of S3: it may reach no other")
    ranges = Flow(name="object-store", cidrs=cidrs, ports=_ports(ports.HTTPS))
    return Policy(app=app, ingress=(), egress=(_to_pod_identity(), ranges))


def restore_beside_policy(wiring: Wiring, app: str) -> Policy:
    """What the restore beside a database may reach: as the dump may, and the database, outside the product's rules."""
    names = (FlowPort(number=53, protocol="UDP"), FlowPort(number=53, protocol="TCP"))
    flows = (
        to_addresses("database", wiring.data_cidrs, ports.POSTGRESQL),
        Flow(name="names", namespace="kube-system", ports=names),
        *dump_policy(app).egress,
    )
    return Policy(app=app, ingress=(), egress=flows)


def public_flow(name: str, *ports: int) -> Flow:
    """The way out to every public address."""
    return Flow(name=name, cidrs=(_ANYWHERE,), except_=_PRIVATE, ports=_ports(*ports))


def to_prometheus(wiring: Wiring) -> Flow:
    """The way to the metrics that are kept of the product."""
    return Flow(name="prometheus", namespace=wiring.telemetry.namespace, ports=_ports(ports.PROMETHEUS))


def scraper_flow(wiring: Wiring, port: int) -> Flow:
    """The way in for whoever collects metrics."""
    return Flow(name="metrics", namespace=wiring.telemetry.namespace, ports=_ports(port))


def to_service(settings: PlatformSettings, name: str, service: str, *ports: int) -> Flow:
    """The way to a service of the product or from it, or one of the platform's own beside it; `name` is what for."""
    return Flow(name=name, service=service, ports=_ports(*ports), labels=_labels(settings, service))


def to_addresses(name: str, cidrs: Sequence[Input[str]], *ports: int) -> Flow:
    """The way to address ranges, or from them."""
    return Flow(name=name, cidrs=tuple(cidrs), ports=_ports(*ports))


def toolbox_policy(settings: PlatformSettings, wiring: Wiring, reach: Sequence[Reach]) -> Policy:
    """What the toolbox may reach: every store, and nothing may connect to it."""
    return Policy(app=TOOLBOX, ingress=(), egress=tuple(_to(settings, wiring, each) for each in reach))


def _ingress(settings: PlatformSettings, wiring: Wiring, name: str, service: Service) -> list[Flow]:
    flows: list[Flow] = []
    public = {port for service, port in connected(settings.workload) if service == name}
    for port in sorted(public):
        # Both load balancers answer from the public subnets, straight to the pod's address.
        number = service.pod_ports[port].number
        flows.append(to_addresses("load-balancer", wiring.load_balancer_cidrs, number))
    if service.metrics is not None:
        flows.append(scraper_flow(wiring, service.pod_ports[service.metrics.port].number))
    received = [call for call in calls(settings) if call.called == name]
    for caller in dict.fromkeys(call.caller for call in received):
        numbers = [call.number for call in received if call.caller == caller]
        flows.append(to_service(settings, caller, caller, *numbers))
    load = settings.workload.verification.load
    if load is not None and load.service == name:
        flows.append(to_service(settings, "load-test", "load-test", service.pod_ports[load.port].number))
    return [*flows, *_peers(name, service)]


def _egress(settings: PlatformSettings, wiring: Wiring, name: str, service: Service | Job) -> list[Flow]:
    reached = (each for each in wiring.reach if each.is_for(name, service.uses) and not each.node_reaches)
    flows = [_to(settings, wiring, each) for each in reached if not isinstance(each.place, AwsService)]
    if "telemetry" in service.uses:
        flows.append(Flow(name="telemetry", namespace=wiring.telemetry.namespace, ports=_ports(ports.OTLP)))
    if isinstance(service, Service) and service.leader_election is not None:
        flows.append(to_addresses("kubernetes-api", _kubernetes_api(settings), ports.HTTPS))
    opened = [call for call in calls(settings) if call.caller == name]
    flows.extend(to_service(settings, call.called, call.called, call.number) for call in opened)
    flows.extend(_to_outside(egress) for egress in service.egress)
    return [*flows, *(_peers(name, service) if isinstance(service, Service) else ())]


def _peers(name: str, service: Service) -> tuple[Flow, ...]:
    """The way between the pods of a headless service, on every port of theirs."""
    if not service.headless:
        return ()
    stated = service.pod_ports.values()
    ports = tuple(FlowPort(number=port.number, protocol=port.protocol) for port in stated)
    return (Flow(name="peers", service=name, ports=ports),)


def _kubernetes_api(settings: PlatformSettings) -> list[str]:
    """Where the API answers: at the address of its Service, and behind that in the subnets that the cluster is in."""
    return [*_API_SERVICE, *settings.subnet_cidrs(Tier.PRIVATE)]


def _to_pod_identity() -> Flow:
    """The way to the credentials of a pod's role."""
    return to_addresses("pod-identity", (_POD_IDENTITY_AGENT,), 80)


def _to_aws(wiring: Wiring, name: str, uses: tuple[str, ...], *, reads_secrets: bool = False) -> tuple[Flow, ...]:
    """The way to services of AWS that the code calls itself, and to the credentials for them."""
    places = (each.place for each in wiring.reach if each.is_for(name, uses))
    called = [place for place in places if isinstance(place, AwsService)]
    if reads_secrets:
        called.append(AwsService("secrets-manager", endpoint="secretsmanager"))
    if not called:
        return ()
    return (_to_pod_identity(), *(_to_service_of_aws(wiring, each) for each in called))


def _to_service_of_aws(wiring: Wiring, called: AwsService) -> Flow:
    routed = wiring.gateway_cidrs.get(called.endpoint)
    if routed is not None:
        return Flow(name=called.name, cidrs=routed, ports=_ports(ports.HTTPS))
    if wiring.endpoint_cidrs:
        return to_addresses(called.name, wiring.endpoint_cidrs, ports.HTTPS)
    return public_flow(called.name, ports.HTTPS)


def _to(settings: PlatformSettings, wiring: Wiring, reach: Reach) -> Flow:
    """The way to what a capability offers."""
    place = reach.place
    if isinstance(place, InNamespace):
        return Flow(name=reach.name, namespace=place.name, ports=_ports(*reach.ports))
    if isinstance(place, OfProduct):
        return to_service(settings, reach.name, place.name, *reach.ports)
    if isinstance(place, DataTier):
        return to_addresses(reach.name, wiring.data_cidrs, *reach.ports)
    return public_flow(reach.name, *reach.ports)


def _to_outside(egress: Egress) -> Flow:
    if egress.cidr is not None:
        return to_addresses(egress.name, (egress.cidr,), egress.port)
    return public_flow(egress.name, egress.port)


def _ports(*numbers: int) -> tuple[FlowPort, ...]:
    return tuple(FlowPort(number=number, protocol="TCP") for number in numbers)
