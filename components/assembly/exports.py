"""A stack's outputs: what a person needs after the first run, and what another region's stack reads."""

from typing import Any

from pulumi import Input

from components.assembly.edge import Edge
from components.assembly.foundation import Foundation
from components.assembly.primary import FOR_OTHER_REGIONS
from components.assembly.stores import Stores
from components.database.database import Database
from components.eventbus.event_bus import EventBus
from components.monitoring.monitoring import Monitoring
from components.runtime.base import Runtime


def exports(
    foundation: Foundation,
    runtime: Runtime,
    stores: Stores,
    edge: Edge,
    monitoring: Monitoring,
    event_bus: EventBus | None = None,
) -> dict[str, Input[Any]]:
    """Names, addresses and ARNs; never a secret's value."""
    return {
        "region": foundation.settings.stack.region,
        "prefix": foundation.settings.prefix,
        **runtime.exports(),
        **_stores(stores),
        **({"event_bus_host": event_bus.host} if event_bus else {}),
        **({"image_registry": foundation.images.registry} if foundation.images else {}),
        **_edge(edge),
        **_monitoring(monitoring),
        FOR_OTHER_REGIONS: for_other_regions(foundation, stores, edge),
    }


def for_other_regions(foundation: Foundation, stores: Stores, edge: Edge) -> dict[str, Input[Any]]:
    """What a secondary region builds on: `components.assembly.primary` reads it there."""
    network, database, ingress = foundation.network, stores.database, edge.ingress
    given: dict[str, Input[Any]] = {
        "vpc_id": network.vpc_id,
        "data_acl_id": network.data_acl_id,
        "data_route_table_ids": network.data_route_table_ids,
        "secrets_key_arns": foundation.encryption.secrets_replica_key_arns,
    }
    if database is not None:
        given["database_arn"] = database.arn
        given["database_host"] = _writer(foundation, database)
        given["database_security_group_id"] = database.security_group_id
    if ingress is not None:
        given["validation_names"] = ingress.validation_names
        if ingress.health_check_id is not None:
            given["health_check_id"] = ingress.health_check_id
    return given


def _writer(foundation: Foundation, database: Database) -> Input[str]:
    """Give the database that the product writes to: a restored one while the stack names one."""
    stack = foundation.settings.stack.database
    return stack.restored.host if stack and stack.restored else database.host


def _stores(stores: Stores) -> dict[str, Input[Any]]:
    named: dict[str, Input[Any]] = {"backup_bucket": stores.backups.bucket_name}
    if stores.database is not None:
        named["database_host"] = stores.database.host
        named["database_reader_host"] = stores.database.reader_host
    if stores.cache is not None:
        named["cache_host"] = stores.cache.host
    return named


def _edge(edge: Edge) -> dict[str, Input[Any]]:
    ingress = edge.ingress
    if ingress is None:
        return {}
    servers: dict[str, Input[Any]] = {"name_servers": ingress.name_servers} if ingress.name_servers else {}
    sites: dict[str, Input[Any]] = {
        name: {"bucket": site.bucket_name, "distribution": site.distribution_id}
        for name, site in edge.static_sites.items()
    }
    return {
        "hosts": list(ingress.hosts),
        "load_balancer": ingress.load_balancer_dns_name,
        "zone_id": ingress.zone_id,
        **servers,
        **({"static_sites": sites} if sites else {}),
    }


def _monitoring(monitoring: Monitoring) -> dict[str, Input[Any]]:
    grafana = monitoring.grafana_secret_name
    return {
        "dashboard": monitoring.dashboard_name,
        **({"grafana_secret": grafana} if grafana else {}),
        "notifications_topic": monitoring.topic_arn,
    }
