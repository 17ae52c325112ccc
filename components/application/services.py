"""What the chart needs to run one service."""

from components.application.containers import environment, port_values, probe_values, secret_environment
from components.application.images import product_reference
from components.application.running import surroundings
from components.application.secrets import available, file_secret_name
from components.application.sidecars import sidecars
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.service import Scaling, Service

# A pod leaves the load balancer's target group a few seconds after it is told to stop; until then it must answer.
_DRAIN_SECONDS_PUBLIC = 15
_DRAIN_SECONDS_INTERNAL = 5
_DEFAULT_SCALING = Scaling(cpu=70)


def service_values(settings: PlatformSettings, wiring: Wiring, name: str) -> Values:
    """Everything that the chart renders for service `name`, in the product's own figures."""
    service = settings.workload.services[name]
    public = any(route.service == name for route in settings.workload.ingress.routes)
    values: Values = {
        "image": product_reference(settings, wiring, service.image),
        "command": list(service.command),
        "arguments": list(service.arguments),
        "ports": port_values(service.ports),
        "replicas": settings.replicas(name).model_dump(),
        "resources": service.resources.model_dump(),
        "probes": probe_values(service.probes, service.pod_ports),
        "environment": environment(service.environment, wiring),
        "files": {path: file.content for path, file in service.files.items() if file.content is not None},
        "drainSeconds": _drain_seconds(service, public=public),
        "terminationGraceSeconds": service.termination_grace_seconds,
        "security": {
            "user": service.security.user,
            "readOnlyRootFilesystem": service.security.read_only_root_filesystem,
            "writablePaths": list(service.security.writable_paths),
        },
    }
    if service.update == "recreate":
        values["update"] = "recreate"
    if service.leader_election is not None:
        values["leaderElection"] = {"lease": service.leader_election.lease}
    values |= surroundings(settings, wiring, name, service) | sidecars(settings, wiring, service)
    return (
        values
        | _placement(settings, service)
        | _secrets(settings, wiring, service)
        | _scaling(settings, name)
        | _metrics(service)
    )


def _placement(settings: PlatformSettings, service: Service) -> Values:
    """The pool that carries the pods, where this environment makes the product's own pools."""
    return {"pool": service.node_pool} if service.node_pool in settings.node_pools else {}


def _secrets(settings: PlatformSettings, wiring: Wiring, service: Service) -> Values:
    values: Values = {}
    environment = secret_environment(settings, wiring, service.secrets)
    if environment["whole"] or environment["keys"]:
        values["secretEnvironment"] = environment
    files = {
        path: file.secret
        for path, file in service.files.items()
        if file.secret is not None and available(settings, wiring, file.secret)
    }
    if files:
        values["secretFiles"] = {"name": file_secret_name(settings), "paths": files}
    return values


def _scaling(settings: PlatformSettings, name: str) -> Values:
    replicas = settings.replicas(name)
    if replicas.maximum == replicas.minimum:
        return {}
    scaling = settings.workload.services[name].scaling or _DEFAULT_SCALING
    values: Values = scaling.model_dump(exclude_none=True, exclude={"metrics"})
    if scaling.metrics:
        values["metrics"] = [{"name": metric.name, "average": metric.average} for metric in scaling.metrics]
    return {"scaling": values}


def _metrics(service: Service) -> Values:
    if service.metrics is None:
        return {}
    metrics = service.metrics
    return {"metrics": {"port": metrics.port, "path": metrics.path, "intervalSeconds": metrics.interval_seconds}}


def _drain_seconds(service: Service, *, public: bool) -> int:
    if service.drain_seconds is not None:
        return service.drain_seconds
    return _DRAIN_SECONDS_PUBLIC if public else _DRAIN_SECONDS_INTERNAL
