"""What a workload file may name as `{output: …}`."""

from pulumi import Input

from components.cache.cache import Cache
from components.database.database import Database
from components.eventbus.event_bus import EventBus
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
    event_bus: EventBus | None,
) -> Outputs:
    """Give each value that the stack has; a workload that names another is refused before anything is built."""
    return {
        "region": settings.stack.region,
        "secrets.path": secret_path(settings),
        "telemetry.otlp_endpoint": telemetry_endpoint,
        **(_database(settings, database) if database else {}),
        **(_timeseries(timeseries) if timeseries else {}),
        **(_cache(cache) if cache else {}),
        **_event_bus(settings, event_bus),
        **_edge(settings),
    }


def _database(settings: PlatformSettings, database: Database) -> Outputs:
    """Readers go to a restored copy, too: the old replicas hold what it was restored to be rid of."""
    restored = settings.stack.database.restored if settings.stack.database else None
    return {
        "database.host": restored.host if restored else database.host,
        "database.reader_host": restored.host if restored else database.reader_host,
        "database.port": str(database.port),
        "database.name": database.name,
    }


def master_secret(settings: PlatformSettings, database: Database | None) -> Input[str] | None:
    """Name the administrator's secret of the database that the product uses; None without one."""
    if database is None:
        return None
    restored = settings.stack.database.restored if settings.stack.database else None
    return (restored.master_secret if restored else None) or database.master_secret_arn


def _timeseries(timeseries: Timeseries) -> Outputs:
    return {
        "timeseries.host": timeseries.host,
        "timeseries.reader_host": timeseries.reader_host,
        "timeseries.port": str(timeseries.port),
        "timeseries.name": timeseries.name,
    }


def _cache(cache: Cache) -> Outputs:
    return {"cache.host": cache.host, "cache.port": str(cache.port), "cache.nodes": cache.nodes}


def _event_bus(settings: PlatformSettings, event_bus: EventBus | None) -> Outputs:
    """The stack's own bus, or the one whose address it states: a product sees no difference."""
    stated = settings.stack.event_bus
    address = event_bus.address if event_bus else stated and stated.address
    if not address:
        return {}
    return {
        "event_bus.address": address,
        "event_bus.topic_prefix": settings.topic_prefix,
        "event_bus.consumer_group": settings.consumer_group,
    }


def _edge(settings: PlatformSettings) -> Outputs:
    outputs: Outputs = {}
    if settings.workload.ingress.routes:
        outputs["hostname"] = settings.hostname(settings.workload.ingress.routes[0].host)
    if settings.workload.ingress.cors is not None:
        outputs["cors.origins"] = ",".join(settings.origins)
    return outputs
