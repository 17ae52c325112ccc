"""What a workload file may name as `{output: …}`."""

from pulumi import Input

from components.cache.cache import Cache
from components.database.database import Database
from components.naming import secret_path
from components.timeseries.timeseries import Timeseries
from settings import PlatformSettings
from settings.workload.service import WiredOutput

Outputs = dict[WiredOutput, Input[str]]


def product_outputs(
    settings: PlatformSettings,
    telemetry_endpoint: str,
    database: Database | None,
    timeseries: Timeseries | None,
    cache: Cache | None,
) -> Outputs:
    """Give each value that the stack has; a workload that names another is refused before anything is built."""
    return {
        "region": settings.stack.region,
        "secrets.path": secret_path(settings),
        "telemetry.otlp_endpoint": telemetry_endpoint,
        **(_database(database) if database else {}),
        **(_timeseries(timeseries) if timeseries else {}),
        **(_cache(cache) if cache else {}),
        **_edge(settings),
    }


def _database(database: Database) -> Outputs:
    return {
        "database.host": database.host,
        "database.reader_host": database.reader_host,
        "database.port": str(database.port),
        "database.name": database.name,
    }


def _timeseries(timeseries: Timeseries) -> Outputs:
    return {
        "timeseries.host": timeseries.host,
        "timeseries.reader_host": timeseries.reader_host,
        "timeseries.port": str(timeseries.port),
        "timeseries.name": timeseries.name,
    }


def _cache(cache: Cache) -> Outputs:
    return {"cache.host": cache.host, "cache.port": str(cache.port), "cache.nodes": cache.nodes}


def _edge(settings: PlatformSettings) -> Outputs:
    outputs: Outputs = {}
    if settings.workload.ingress.routes:
        outputs["hostname"] = settings.hostname(settings.workload.ingress.routes[0].host)
    if settings.workload.ingress.cors is not None:
        outputs["cors.origins"] = ",".join(settings.origins)
    return outputs
