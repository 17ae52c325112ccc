"""What a workload file may name as `{output: …}`."""

from typing import cast

from pulumi import Input

from components.naming import secret_path
from settings import PlatformSettings
from settings.workload.delivery import Route
from settings.workload.service import WiredOutput

Outputs = dict[WiredOutput, Input[str]]


def product_outputs(settings: PlatformSettings, of_runtime: Outputs, given: Outputs) -> Outputs:
    """Give each value that the stack has; a workload that names another is refused before anything is built.

    `of_runtime` are those of its runtime, `given` those of its capabilities.
    """
    return {
        "region": settings.stack.region,
        "secrets.path": secret_path(settings),
        **of_runtime,
        **given,
        **_edge(settings),
    }


def _edge(settings: PlatformSettings) -> Outputs:
    outputs: Outputs = {}
    routes = settings.workload.ingress.routes
    if routes:
        outputs["hostname"] = settings.hostname(routes[0].host)
        outputs["ingress.url"] = _url(settings, routes[0])
    for route in reversed(routes):
        outputs[cast("WiredOutput", f"ingress.{route.service}.url")] = _url(settings, route)
    for port in reversed(settings.workload.ingress.tcp_ports):
        outputs[cast("WiredOutput", f"ingress.{port.service}.tcp_host")] = settings.hostname(port.host)
    if settings.workload.ingress.cors is not None:
        outputs["cors.origins"] = ",".join(settings.origins)
    return outputs


def _url(settings: PlatformSettings, route: Route) -> str:
    """Return the address of a route, without a slash at its end."""
    return f"https://{settings.hostname(route.host)}{route.path.rstrip('/')}"
