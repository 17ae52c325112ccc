"""What the chart needs to run one service."""

from components.chart_values.workload.service import (
    LeaderElection,
    Metrics,
    Replicas,
    Scaling,
    ScalingBacklog,
    ScalingMetric,
    SecretFiles,
    Security,
)
from components.chart_values.workload.service import Service as ServiceValues
from components.product.backlog import external_metric
from components.product.containers import service_container
from components.product.files import ProductFiles, product_files
from components.product.services import scaling
from components.product.wiring import Wiring
from components.runtimes.kubernetes.containers import container_fields, port_values, probe_values
from components.runtimes.kubernetes.running import config, database_wait, log_files, placement, volumes
from components.runtimes.kubernetes.secrets import file_secret_name
from components.runtimes.kubernetes.sidecars import sidecars
from settings import PlatformSettings
from settings.arithmetic.tcp import published
from settings.workload.service import Service

# A pod leaves the load balancer's target group a few seconds after it is asked to stop; until then it must answer.
_DRAIN_SECONDS_PUBLIC = 15
_DRAIN_SECONDS_INTERNAL = 5


def service_values(settings: PlatformSettings, wiring: Wiring, name: str) -> ServiceValues:
    """Everything that the chart renders for service `name`, in the product's own values."""
    service = settings.workload.services[name]
    container = service_container(settings, wiring, name)
    public = any(owner == name for owner, _ in published(settings.workload))
    replicas, files = settings.replicas(name), product_files(settings, wiring, service)
    return ServiceValues(
        **container_fields(settings, wiring, container),
        ports=port_values(container.ports),
        headless=service.headless or None,
        probes=probe_values(container.probes, container.reachable),
        replicas=Replicas(minimum=replicas.minimum, maximum=replicas.maximum),
        files=files.texts,
        drain_seconds=_drain_seconds(service, public=public),
        termination_grace_seconds=service.termination_grace_seconds,
        security=_security(service),
        update="recreate" if service.update == "recreate" else None,
        leader_election=LeaderElection(lease=service.leader_election.lease) if service.leader_election else None,
        container=service.container,
        config=config(files),
        volumes=volumes(wiring, name, service),
        log_files=log_files(settings, service),
        wait_for_database=database_wait(settings, wiring, service),
        placement=placement(service),
        sidecars=sidecars(settings, wiring, name),
        # The pool that carries the pods, where this environment makes the product's own pools.
        pool=service.node_pool if service.node_pool in settings.node_pools else None,
        secret_files=_secret_files(settings, files),
        scaling=_scaling(settings, wiring, name) if replicas.maximum != replicas.minimum else None,
        metrics=_metrics(service),
    )


def _security(service: Service) -> Security:
    return Security(
        user=service.security.user,
        read_only_root_filesystem=service.security.read_only_root_filesystem,
        writable_paths=service.security.writable_paths,
    )


def _secret_files(settings: PlatformSettings, files: ProductFiles) -> SecretFiles | None:
    return SecretFiles(name=file_secret_name(settings), paths=files.secrets) if files.secrets else None


def _scaling(settings: PlatformSettings, wiring: Wiring, name: str) -> Scaling:
    stated = scaling(settings.workload.services[name])
    metrics = tuple(ScalingMetric(name=metric.name, average=metric.average) for metric in stated.metrics)
    backlogs = tuple(
        ScalingBacklog(name=external_metric(name, each), for_each=each.for_each)
        for each in wiring.backlogs.get(name, ())
    )
    return Scaling(cpu=stated.cpu, memory=stated.memory, metrics=metrics or None, backlogs=backlogs or None)


def _metrics(service: Service) -> Metrics | None:
    metrics = service.metrics
    if metrics is None:
        return None
    return Metrics(port=metrics.port, path=metrics.path, interval_seconds=metrics.interval_seconds)


def _drain_seconds(service: Service, *, public: bool) -> int:
    if service.drain_seconds is not None:
        return service.drain_seconds
    return _DRAIN_SECONDS_PUBLIC if public else _DRAIN_SECONDS_INTERNAL
