"""What the chart needs for the containers beside a service's own."""

from components.chart_values.workload.service import Sidecar
from components.product.containers import sidecar_container
from components.product.wiring import Wiring
from components.runtimes.kubernetes.containers import container_fields, port_values, probe_values
from settings import PlatformSettings
from settings.workload.service import Service


def sidecars(settings: PlatformSettings, wiring: Wiring, name: str) -> dict[str, Sidecar] | None:
    """The chart's `sidecars` of one service; None without one."""
    service = settings.workload.services[name]
    return {sidecar: _sidecar(settings, wiring, name, sidecar) for sidecar in service.sidecars} or None


def _sidecar(settings: PlatformSettings, wiring: Wiring, name: str, which: str) -> Sidecar:
    service = settings.workload.services[name]
    container = sidecar_container(settings, wiring, name, which)
    return Sidecar(
        **container_fields(settings, wiring, container),
        ports=port_values(container.ports),
        probes=probe_values(container.probes, container.reachable),
        shares={path: _volume(service, path) for path in service.sidecars[which].shares},
        writable_paths=container.writable_paths,
    )


def _volume(service: Service, path: str) -> str:
    """The name that the chart gives to the service's folder at `path`."""
    folders = list(service.volumes)
    if path in folders:
        return f"volume-{folders.index(path)}"
    return f"writable-{service.security.writable_paths.index(path)}"
