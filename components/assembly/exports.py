"""A stack's outputs: what a person needs after the first run, and what another region's stack reads."""

from typing import Any

from pulumi import Input

from components.assembly.edge import Edge
from components.backup.backups import Backups
from components.capabilities.collected import Collected
from components.foundation.foundation import Foundation
from components.foundation.primary import FOR_OTHER_REGIONS
from components.monitoring.monitoring import Monitoring
from components.runtimes.contract import Runtime


def exports(
    foundation: Foundation,
    runtime: Runtime,
    capabilities: Collected,
    backups: Backups,
    edge: Edge,
    monitoring: Monitoring,
) -> dict[str, Input[Any]]:
    """Names, addresses and ARNs; never a secret's value."""
    return {
        "region": foundation.settings.stack.region,
        "prefix": foundation.settings.prefix,
        **runtime.exports(),
        "backup_bucket": backups.bucket_name,
        **({"backup_copy_bucket": backups.copy_name} if backups.copy_name else {}),
        **capabilities.exports,
        **({"image_registry": foundation.images.registry} if foundation.images else {}),
        **_edge(edge),
        **_monitoring(monitoring),
        FOR_OTHER_REGIONS: for_other_regions(foundation, capabilities, edge),
    }


def for_other_regions(foundation: Foundation, capabilities: Collected, edge: Edge) -> dict[str, Input[Any]]:
    """What a secondary region builds on: `components.foundation.primary` reads it there."""
    network, ingress = foundation.network, edge.ingress
    given: dict[str, Input[Any]] = {
        "vpc_id": network.vpc_id,
        "data_acl_id": network.data_acl_id,
        "data_route_table_ids": network.data_route_table_ids,
        "secrets_key_arns": foundation.encryption.secrets_replica_key_arns,
        **capabilities.for_other_regions,
    }
    if ingress is not None:
        given["validation_names"] = ingress.validation_names
        if ingress.health_check_id is not None:
            given["health_check_id"] = ingress.health_check_id
    return given


def _edge(edge: Edge) -> dict[str, Input[Any]]:
    ingress = edge.ingress
    if ingress is None:
        return {}
    servers: dict[str, Input[Any]] = {"name_servers": ingress.name_servers} if ingress.name_servers else {}
    sites: dict[str, Input[Any]] = {
        name: {"bucket": site.bucket_name, "distribution": site.distribution_id}
        for name, site in edge.static_sites.items()
    }
    served = {name: server.distribution_id for name, server in edge.file_servers.items()}
    return {
        "hosts": list(ingress.hosts),
        "load_balancer": ingress.load_balancer_dns_name,
        "zone_id": ingress.zone_id,
        **servers,
        **({"static_sites": sites} if sites else {}),
        **({"distributions": served} if served else {}),
        **({"tcp_load_balancer": ingress.tcp_ports.dns_name} if ingress.tcp_ports else {}),
    }


def _monitoring(monitoring: Monitoring) -> dict[str, Input[Any]]:
    grafana = monitoring.grafana_secret_name
    return {
        "dashboard": monitoring.dashboard_name,
        **({"grafana_secret": grafana} if grafana else {}),
        "notifications_topic": monitoring.topic_arn,
    }
