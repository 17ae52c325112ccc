"""What the chart needs to run one service."""

from collections.abc import Mapping

from components.application.images import product_reference
from components.application.running import surroundings
from components.application.secrets import available, environment_keys, environment_secret_name, file_secret_name
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.service import Probe, Scaling, Service, Wired

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
        "ports": [
            {"name": port_name, "number": port.number, "protocol": port.protocol}
            | ({"servicePort": port.service_port} if port.service_port else {})
            for port_name, port in service.ports.items()
        ],
        "replicas": settings.replicas(name).model_dump(),
        "resources": service.resources.model_dump(),
        "probes": _probes(service),
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
    values |= surroundings(settings, wiring, service)
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


def secret_environment(settings: PlatformSettings, wiring: Wiring, names: tuple[str, ...]) -> Values:
    """Where environment secrets come from: the whole Secret when every key of it is wanted, else the keys that are."""
    keys = sorted(name for name in names if available(settings, wiring, name))
    whole = bool(keys) and keys == environment_keys(settings, wiring)
    return {"name": environment_secret_name(settings), "whole": whole, "keys": [] if whole else keys}


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


def environment(stated: Mapping[str, str | Wired], wiring: Wiring) -> Values:
    """Environment variables with the platform's outputs in their places."""
    return {name: wiring.outputs[value.output] if isinstance(value, Wired) else value for name, value in stated.items()}


def _drain_seconds(service: Service, *, public: bool) -> int:
    if service.drain_seconds is not None:
        return service.drain_seconds
    return _DRAIN_SECONDS_PUBLIC if public else _DRAIN_SECONDS_INTERNAL


def _probes(service: Service) -> Values:
    probes = {
        "startup": service.probes.startup,
        "readiness": service.probes.readiness,
        "liveness": service.probes.liveness,
    }
    return {kind: _probe(service, probe) for kind, probe in probes.items() if probe is not None}


def _probe(service: Service, probe: Probe) -> Values:
    values: Values = {
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "failureThreshold": probe.failure_threshold,
        "successThreshold": probe.success_threshold,
    }
    if probe.http is not None:
        return {"httpGet": {"path": probe.http.path, "port": service.ports[probe.http.port].number}, **values}
    if probe.tcp is not None:
        return {"tcpSocket": {"port": service.ports[probe.tcp.port].number}, **values}
    raise ValueError("a probe needs http or tcp")
