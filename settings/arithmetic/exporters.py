"""Exporters beside a product on a cluster: which there are, and what each asks for."""

from collections.abc import Mapping
from typing import Final, Literal

from settings.platform import PlatformSettings
from settings.runtimes import Feature
from settings.workload import Workload
from settings.workload.container import Amount, Resources
from settings.workload.delivery import Route

Measured = Literal["database", "cache"]
"""A store outside the cluster that an exporter among the product's pods asks."""

RESOURCES: Final = Resources(requests=Amount(cpu="20m", memory="32Mi"), limits=Amount(cpu="250m", memory="128Mi"))
"""One process of Go that answers twice a minute."""

PUBLIC_PROBE: Final = "public-probe"
DATABASE_METRICS: Final = "database-metrics"
CACHE_METRICS: Final = "cache-metrics"
METRICS_CREDENTIALS: Final[Mapping[Measured, str]] = {"database": "database_metrics", "cache": "cache_metrics"}
"""What the log-in of each store's exporter is called among the credentials."""
_EVERYBODY: Final = "0.0.0.0/0"


def public_urls(settings: PlatformSettings) -> dict[str, bool]:
    """List the public addresses that the cluster asks for, each with whether its answer says that the product is well.

    They are what the load balancer asks its targets for, each static site, and the health check. A stack that is closed
    to the world, on purpose or for now, is asked for nothing, and so are paths that are blocked.
    """
    workload, ingress = settings.workload, settings.stack.ingress
    closed = settings.stack.application.stopped or ingress.maintenance or not ingress.serving
    if closed or _EVERYBODY not in ingress.allowed_cidrs or Feature.KUBERNETES_API not in settings.stack.offers:
        return {}
    asked = [(route.host, route.health_path) for route in workload.ingress.routes if _is_open(workload, route)]
    asked += [(site.host, "/") for site in workload.static_sites.values()]
    shut = (*(each.path for each in workload.ingress.blocked_paths), *workload.ingress.operator_paths)
    found = {
        _url(settings, host, path): False for host, path in asked if not any(path.startswith(each) for each in shut)
    }
    check = workload.health_check
    return {**found, _url(settings, check.host, check.path): True} if check is not None else found


def _is_open(workload: Workload, route: Route) -> bool:
    """Tell whether a client reaches what the load balancer asks: over HTTP, at the port that serves, below a route."""
    below = (each.path for each in workload.ingress.routes if each.host == route.host)
    service = workload.services.get(route.service)
    return (
        service is not None
        and route.health_port is None
        and service.pod_ports[route.port].app_protocol != "grpc"
        and any(route.health_path.startswith(path) for path in below)
    )


def is_measured(settings: PlatformSettings, store: Measured) -> bool:
    """Tell whether an exporter asks a store: on a cluster; elsewhere CloudWatch alone tells of it."""
    workload, stack = settings.workload, settings.stack
    asked, size = (workload.database, stack.database) if store == "database" else (workload.cache, stack.cache)
    return asked is not None and size is not None and Feature.KUBERNETES_API in stack.offers


def exporter_names(settings: PlatformSettings) -> tuple[str, ...]:
    """Name the exporters of a stack."""
    there = {
        PUBLIC_PROBE: bool(public_urls(settings)),
        DATABASE_METRICS: is_measured(settings, "database"),
        CACHE_METRICS: is_measured(settings, "cache"),
    }
    return tuple(name for name, is_there in there.items() if is_there)


def _url(settings: PlatformSettings, host: str, path: str) -> str:
    return f"https://{settings.hostname(host)}{path}"
