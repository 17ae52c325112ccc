"""The stores behind a product on a developer's machine, each of the version that the workload file names."""

from collections.abc import Sequence

from settings.facts.extensions import EXTENSIONS
from settings.workload import Workload
from settings.workload.cache import CacheNeeds
from settings.workload.container import Image
from settings.workload.database import DatabaseNeeds
from tools.compose.values import BUS, CACHE, DATABASE, PASSWORD, TIMESERIES, TRACES

Service = dict[str, object]
BROKER = f"{BUS}-broker"
_JAEGER = "jaegertracing/all-in-one:1.62.0"
_VALKEY_FROM = "valkey"
_VECTOR = "vector"
_CHECK = {"interval": "5s", "timeout": "5s", "retries": 20}


def stores(workload: Workload) -> dict[str, Service]:
    """Return the services of the stores that the product has."""
    found: dict[str, Service] = {}
    if workload.database is not None:
        database = workload.database
        found[DATABASE] = _database(database)
    if workload.timeseries is not None:
        series = workload.timeseries
        found[TIMESERIES] = _postgres(
            reference(series.image), series.name, series.role, "/home/postgres/pgdata/data", TIMESERIES, 5433
        )
    if workload.cache is not None:
        found[CACHE] = _cache(workload.cache)
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


def _database(needs: DatabaseNeeds) -> Service:
    """One server; whoever looks whether it is well makes its further databases and its extensions first."""
    major = needs.version.partition(".")[0]
    extensions = {name: _local(asked) for name, asked in needs.extensions_of.items()}
    has_vectors = any(_VECTOR in names for names in extensions.values())
    image = f"pgvector/pgvector:pg{major}" if has_vectors else f"postgres:{major}-alpine"
    service = _postgres(image, needs.name, needs.role, "/var/lib/postgresql/data", DATABASE, 5432)
    if not needs.further and not needs.extensions:
        return service
    user = f"--host 127.0.0.1 --username {needs.role}"
    made = [f"createdb {user} {name} 2>/dev/null;" for name in needs.further]
    created = [
        f"psql {user} --dbname {name} --quiet --command 'CREATE EXTENSION IF NOT EXISTS \"{extension}\" CASCADE' &&"
        for name, names in extensions.items()
        for extension in names
    ]
    check = " ".join([*made, *created, f"pg_isready {user} --dbname {needs.name}"])
    return {**service, "healthcheck": {"test": ["CMD-SHELL", check], **_CHECK}}


def _local(extensions: Sequence[str]) -> list[str]:
    """Leave out the extensions that no image here has."""
    return [name for name in extensions if name == _VECTOR or EXTENSIONS[name].contrib]


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


def _cache(needs: CacheNeeds) -> Service:
    """One node; in cluster mode it is a cluster of its own, whose protocol the product's client speaks."""
    program = "valkey" if needs.engine == _VALKEY_FROM else "redis"
    image = f"{'valkey/valkey' if needs.engine == _VALKEY_FROM else 'redis'}:{needs.version.partition('.')[0]}-alpine"
    mode = f"--cluster-enabled yes --cluster-announce-hostname {CACHE}" if needs.sharded else "--cluster-enabled no"
    slots = f"{program}-cli cluster addslotsrange 0 16383 >/dev/null 2>&1"
    clustered = f"{slots}; {program}-cli cluster info | grep -q cluster_state:ok"
    return {
        "image": image,
        "command": f"{program}-server {mode} --maxmemory-policy {needs.eviction}".split(),
        "ports": [published(6379, 6379)],
        "healthcheck": {
            "test": ["CMD-SHELL", clustered] if needs.sharded else ["CMD", f"{program}-cli", "ping"],
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
