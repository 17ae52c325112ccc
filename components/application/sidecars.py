"""What the chart needs for the containers beside a service's own."""

from components.application.containers import environment, port_values, probe_values, secret_environment
from components.application.images import product_reference
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.service import Service
from settings.workload.sidecar import Sidecar


def sidecars(settings: PlatformSettings, wiring: Wiring, service: Service) -> Values:
    """The chart's `sidecars` of one service; nothing without one."""
    beside = {name: _sidecar(settings, wiring, service, sidecar) for name, sidecar in service.sidecars.items()}
    return {"sidecars": beside} if beside else {}


def _sidecar(settings: PlatformSettings, wiring: Wiring, service: Service, sidecar: Sidecar) -> Values:
    values: Values = {
        "image": product_reference(settings, wiring, sidecar.image),
        "command": list(sidecar.command),
        "arguments": list(sidecar.arguments),
        "ports": port_values(sidecar.ports),
        "resources": sidecar.resources.model_dump(),
        "probes": probe_values(sidecar.probes, service.pod_ports),
        "environment": environment(sidecar.environment, wiring),
        "shares": {path: _volume(service, path) for path in sidecar.shares},
        "writablePaths": list(sidecar.writable_paths),
    }
    secrets = secret_environment(settings, wiring, sidecar.secrets)
    if secrets["whole"] or secrets["keys"]:
        values["secretEnvironment"] = secrets
    return values


def _volume(service: Service, path: str) -> str:
    """The name that the chart gives to the service's folder at `path`."""
    folders = list(service.volumes)
    if path in folders:
        return f"volume-{folders.index(path)}"
    return f"writable-{service.security.writable_paths.index(path)}"
