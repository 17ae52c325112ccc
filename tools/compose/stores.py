"""The stores behind a product on a developer's machine, each of the version that the workload file names."""

from settings.workload import Workload
from settings.workload.container import Image
from tools.compose.values import BUS, CACHE, DATABASE, PASSWORD, TIMESERIES, TRACES

Service = dict[str, object]
BROKER = f"{BUS}-broker"
_JAEGER = "jaegertracing/all-in-one:1.62.0"
_VALKEY_FROM = "valkey"
_CHECK = {"interval": "5s", "timeout": "5s", "retries": 20}


def stores(workload: Workload) -> dict[str, Service]:
    """Return the services of the stores that the product has."""
    found: dict[str, Service] = {}
    if workload.database is not None:
        database = workload.database
        image = f"postgres:{database.version.partition('.')[0]}-alpine"
        found[DATABASE] = _postgres(image, database.name, database.role, "/var/lib/postgresql/data", DATABASE, 5432)
    if workload.timeseries is not None:
        series = workload.timeseries
        found[TIMESERIES] = _postgres(
            reference(series.image), series.name, series.role, "/home/postgres/pgdata/data", TIMESERIES, 5433
        )
    if workload.cache is not None:
        found[CACHE] = _cache(workload.cache.engine, workload.cache.version, workload.cache.eviction)
    if workload.event_bus is not None:
        found |= _bus(workload.event_bus.image)
    if any("telemetry" in service.uses for service in workload.services.values()):
        found[TRACES] = {"image": _JAEGER, "ports": [published(16686, 16686)]}
    return found


def reference(image: Image) -> str:
    """Return an image as Compose names it."""
    return f"{image.repository}@{image.digest}" if image.digest else f"{image.repository}:{image.tag}"


def published(host: int, container: int, protocol: str = "TCP") -> str:
    """Publish a port to this machine alone."""
    kind = "" if protocol == "TCP" else "/udp"
    return f"127.0.0.1:{host}:{container}{kind}"


def _postgres(image: str, name: str, role: str, folder: str, volume: str, port: int) -> Service:
    """Count as healthy over TCP: while the image sets itself up, its server answers on a socket alone."""
    return {
        "image": image,
        "environment": {"POSTGRES_DB": name, "POSTGRES_USER": role, "POSTGRES_PASSWORD": PASSWORD, "PGDATA": folder},
        "volumes": [f"{volume}:{folder}"],
        "ports": [published(port, 5432)],
        "healthcheck": {
            "test": ["CMD", "pg_isready", "--host", "127.0.0.1", "--username", role, "--dbname", name],
            **_CHECK,
        },
        "restart": "unless-stopped",
    }


def _cache(engine: str, version: str, eviction: str) -> Service:
    """One node that is a cluster of its own: the product's client speaks the cluster's protocol."""
    program = "valkey" if engine == _VALKEY_FROM else "redis"
    image = f"{'valkey/valkey' if engine == _VALKEY_FROM else 'redis'}:{version.partition('.')[0]}-alpine"
    start = f"{program}-server --cluster-enabled yes --cluster-announce-hostname {CACHE} --maxmemory-policy {eviction}"
    slots = f"{program}-cli cluster addslotsrange 0 16383 >/dev/null 2>&1"
    return {
        "image": image,
        "command": start.split(),
        "ports": [published(6379, 6379)],
        "healthcheck": {
            "test": ["CMD-SHELL", f"{slots}; {program}-cli cluster info | grep -q cluster_state:ok"],
            **_CHECK,
        },
        "restart": "unless-stopped",
    }


def _bus(image: Image) -> dict[str, Service]:
    return {
        BUS: {"image": reference(image), "command": ["sh", "mqnamesrv"], "restart": "unless-stopped"},
        BROKER: {
            "image": reference(image),
            "command": ["sh", "mqbroker", "-n", f"{BUS}:9876", "autoCreateTopicEnable=true"],
            "depends_on": {BUS: {"condition": "service_started"}},
            "restart": "unless-stopped",
        },
    }
