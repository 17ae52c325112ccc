"""Exporters of the stores outside the cluster: what they say of themselves and CloudWatch does not know."""

from collections.abc import Callable
from typing import Final

from components.product.database import address
from components.product.exporters import Exporter, Scrape
from components.product.images import POSTGRES_EXPORTER, REDIS_EXPORTER, reference
from components.product.wiring import Wiring, joined
from settings import PlatformSettings
from settings.arithmetic.exporters import CACHE_METRICS, DATABASE_METRICS, Measured, is_measured
from settings.facts import ports

DATABASE_USER, DATABASE_PASSWORD = "DATA_SOURCE_USER", "DATA_SOURCE_PASS"
CACHE_USER, CACHE_PASSWORD = "REDIS_USER", "REDIS_PASSWORD"
_DATABASE_PORT: Final = 9187
_CACHE_PORT: Final = 9121


def store_exporters(settings: PlatformSettings, wiring: Wiring) -> list[Exporter]:
    """List the exporters of a stack's stores."""
    made: dict[Measured, Callable[[PlatformSettings, Wiring], Exporter]] = {"database": _database, "cache": _cache}
    return [make(settings, wiring) for store, make in made.items() if is_measured(settings, store)]


def _database(settings: PlatformSettings, wiring: Wiring) -> Exporter:
    """Ask the writer, which knows of every database; how far replicas are behind, CloudWatch says of each.

    The role enters the administrator's database. https://github.com/prometheus-community/postgres_exporter
    """
    where = address(settings, wiring)
    return Exporter(
        name=DATABASE_METRICS,
        image=reference(settings, POSTGRES_EXPORTER),
        port=_DATABASE_PORT,
        health_path="/",
        environment={"DATA_SOURCE_URI": joined(where.host, ":", where.port, "/postgres?sslmode=require")},
        secret=(DATABASE_USER, DATABASE_PASSWORD),
        scrapes=(Scrape(name=DATABASE_METRICS),),
        reaches_data=(ports.POSTGRESQL,),
    )


def _cache(settings: PlatformSettings, wiring: Wiring) -> Exporter:
    """Ask each node by its own address, over TLS. ElastiCache lets nobody read settings of Redis by CONFIG.

    https://github.com/oliver006/redis_exporter
    """
    return Exporter(
        name=CACHE_METRICS,
        image=reference(settings, REDIS_EXPORTER),
        port=_CACHE_PORT,
        health_path="/health",
        # Without an address of its own it answers for the nodes that it is asked for alone.
        environment={"REDIS_ADDR": "", "REDIS_EXPORTER_CONFIG_COMMAND": "-"},
        secret=(CACHE_USER, CACHE_PASSWORD),
        scrapes=(Scrape(name=CACHE_METRICS, path="/scrape", scheme="rediss", targets=wiring.outputs["cache.nodes"]),),
        reaches_data=(ports.REDIS,),
    )
