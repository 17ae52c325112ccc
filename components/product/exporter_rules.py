"""Alerts from the metrics of exporters: public addresses that fail, and what only the stores themselves know.

Each metric that they rely on has an alert of its own for when it is gone, or the others would be silent for ever.
"""

from collections.abc import Iterator
from typing import Final

from components.product.database import DUMP_SECONDS
from settings import PlatformSettings
from settings.arithmetic.exporters import CACHE_METRICS, PUBLIC_PROBE, is_measured, public_urls
from settings.arithmetic.pooler import pooler_of
from settings.workload.observation import Alert

_CERTIFICATE_DAYS: Final = 30
"""Amazon renews a certificate 60 days before it ends: with 30 left, that has failed for a month.

https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
"""
_DEADLOCKS: Final = 5
"""PostgreSQL ends one of two transactions, which its client tries again: now and then that harms nobody."""
_WAIT_SECONDS: Final = 5
"""A client that waits this long for a connection has waited for hundreds of statements of the others."""


def exporter_alerts(settings: PlatformSettings) -> list[Alert]:
    """Alerts of public addresses, and of services whose metrics are gone."""
    return [*_services(settings), *_public(settings)]


def store_alerts(settings: PlatformSettings) -> list[Alert]:
    """Alerts of stores that an exporter asks, and of the pooler."""
    return [*_database(settings), *_cache(settings), *_pooler(settings)]


def _services(settings: PlatformSettings) -> Iterator[Alert]:
    """Tell of a service that Prometheus no longer finds; of one that does not answer, TargetDown tells."""
    measured = [name for name, service in settings.workload.services.items() if service.metrics is not None]
    if measured:
        where = (f'absent(up{{namespace="{settings.namespace}", service="{name}"}})' for name in measured)
        yield _alert(
            name="ServiceUnmeasured",
            expression=" or ".join(where),
            wait="10m",
            severity="warning",
            summary="Prometheus finds nothing of a service",
            description="Nothing of {{ $labels.service }} has been scraped for ten minutes: alerts on it are silent.",
        )


def _public(settings: PlatformSettings) -> Iterator[Alert]:
    if not public_urls(settings):
        return
    where = f'{{namespace="{settings.namespace}", job="{PUBLIC_PROBE}"}}'
    yield _alert(
        name="PublicUrlFails",
        expression=f"probe_success{where} == 0",
        wait="1m",
        severity="critical",
        summary="A public address does not answer, or not as it does when the product is well",
        description="{{ $labels.instance }} has failed for a minute, asked from the cluster by its public name.",
    )
    yield _alert(
        name="PublicCertificateExpires",
        expression=f"probe_ssl_earliest_cert_expiry{where} - time() < {_CERTIFICATE_DAYS} * 86400",
        wait="1h",
        severity="warning",
        summary=f"A certificate that clients see ends in less than {_CERTIFICATE_DAYS} days",
        description="{{ $labels.instance }} answers with one that ends in {{ $value | humanizeDuration }}.",
    )
    yield _unmeasured("PublicUrlUnprobed", f"probe_success{where}", "Nobody asks for the public addresses")


def _database(settings: PlatformSettings) -> Iterator[Alert]:
    needs = settings.workload.database
    if needs is None or not is_measured(settings, "database"):
        return
    where = f'namespace="{settings.namespace}"'
    own = f'{where}, datname=~"{"|".join((needs.name, *needs.further))}"'
    yield _alert(
        name="DatabaseUnreachable",
        expression=f"pg_up{{{where}}} == 0",
        wait="2m",
        severity="critical",
        summary="The database lets nobody in",
        description="The exporter has not been able to log in to the writer for two minutes.",
    )
    yield _alert(
        name="DatabaseTransactionTooLong",
        expression=f"max by (datname, state) (pg_stat_activity_max_tx_duration{{{own}}}) > {DUMP_SECONDS}",
        wait="5m",
        severity="warning",
        summary=f"A transaction has been open for more than {DUMP_SECONDS // 3600} hours",
        description="One in {{ $labels.datname }}, {{ $labels.state }}, keeps dead rows from being removed.",
    )
    yield _alert(
        name="DatabaseDeadlocks",
        expression=f"sum by (datname) (increase(pg_stat_database_deadlocks{{{own}}}[15m])) > {_DEADLOCKS}",
        wait="1m",
        severity="warning",
        summary="Transactions lock each other out again and again",
        description="In {{ $labels.datname }} {{ $value }} were ended in a quarter of an hour.",
    )
    yield _unmeasured("DatabaseUnmeasured", f"pg_up{{{where}}}", "Nobody knows how the database is from inside")


def _cache(settings: PlatformSettings) -> Iterator[Alert]:
    if not is_measured(settings, "cache"):
        return
    where = f'{{namespace="{settings.namespace}", job="{CACHE_METRICS}"}}'
    yield _alert(
        name="CacheUnreachable",
        expression=f"max by (namespace) (redis_up{where}) == 0",
        wait="2m",
        severity="critical",
        summary="No node of the cache answers",
        description="None has let the exporter in for two minutes.",
    )
    yield _alert(
        name="CacheNodeUnreachable",
        expression=f"redis_up{where} == 0",
        wait="15m",
        severity="warning",
        summary="A node of the cache does not answer",
        description="{{ $labels.instance }} has not for a quarter of an hour; a node that is replaced is back before.",
    )
    yield _alert(
        name="CacheRejectsConnections",
        expression=f"increase(redis_rejected_connections_total{where}[5m]) > 0",
        wait="1m",
        severity="warning",
        summary="A node of the cache has no room for connections",
        description="{{ $labels.instance }} refused {{ $value }} in five minutes: it holds as many as it may.",
    )
    yield _unmeasured("CacheUnmeasured", f"redis_up{where}", "Nobody knows how the cache is from inside")


def _pooler(settings: PlatformSettings) -> Iterator[Alert]:
    if pooler_of(settings) is None:
        return
    where = f'namespace="{settings.namespace}"'
    yield _alert(
        name="PoolerUnreachable",
        expression=f"pgbouncer_up{{{where}}} == 0",
        wait="2m",
        severity="critical",
        summary="A pooler takes no connections",
        description="PgBouncer in {{ $labels.pod }} has not let its exporter in for two minutes.",
    )
    yield _alert(
        name="PoolerClientsWait",
        expression=f"max by (pod, database) (pgbouncer_pools_client_maxwait_seconds{{{where}}}) > {_WAIT_SECONDS}",
        wait="2m",
        severity="warning",
        summary="Clients wait for a connection of the pooler",
        description="In {{ $labels.pod }} the first one has waited for {{ $value }} s: every connection is busy.",
    )
    yield _unmeasured("PoolerUnmeasured", f"pgbouncer_up{{{where}}}", "Nobody knows how the pooler is")


def _unmeasured(name: str, metric: str, summary: str) -> Alert:
    """Tell of a metric that is gone: none of the alerts on it could fire."""
    return _alert(
        name=name,
        expression=f"absent({metric})",
        wait="10m",
        severity="warning",
        summary=summary,
        description="Prometheus has had nothing of the exporter for ten minutes.",
    )


def _alert(*, name: str, expression: str, wait: str, severity: str, summary: str, description: str) -> Alert:
    stated = {"name": name, "expression": expression, "for": wait, "severity": severity, "summary": summary}
    return Alert.model_validate({**stated, "description": description})
