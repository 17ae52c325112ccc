"""A stack's outputs: what a person needs after the first run, and what another region's stack reads."""

from typing import TYPE_CHECKING, Any

from pulumi import Input

if TYPE_CHECKING:
    from components.platform import Platform


def exports(platform: "Platform") -> dict[str, Input[Any]]:
    """Names, addresses and ARNs; never a secret's value."""
    return {
        "region": platform.settings.stack.region,
        "prefix": platform.settings.prefix,
        **platform.runtime.exports(),
        **_data(platform),
        **_edge(platform),
        **_watching(platform),
    }


def _data(platform: "Platform") -> dict[str, Input[Any]]:
    stores: dict[str, Input[Any]] = {"backup_bucket": platform.backups.bucket_name}
    if platform.database is not None:
        stores["database_host"] = platform.database.host
        stores["database_reader_host"] = platform.database.reader_host
    if platform.cache is not None:
        stores["cache_host"] = platform.cache.host
    if platform.images is not None:
        stores["image_registry"] = platform.images.registry
    return stores


def _edge(platform: "Platform") -> dict[str, Input[Any]]:
    ingress = platform.ingress
    if ingress is None:
        return {}
    servers: dict[str, Input[Any]] = {"name_servers": ingress.name_servers} if ingress.name_servers else {}
    sites: dict[str, Input[Any]] = {
        name: {"bucket": site.bucket_name, "distribution": site.distribution_id}
        for name, site in platform.static_sites.items()
    }
    return {
        "hosts": list(ingress.hosts),
        "load_balancer": ingress.load_balancer_dns_name,
        "zone_id": ingress.zone_id,
        **servers,
        **({"static_sites": sites} if sites else {}),
    }


def _watching(platform: "Platform") -> dict[str, Input[Any]]:
    grafana = platform.monitoring.grafana_secret_name
    return {
        "dashboard": platform.monitoring.dashboard_name,
        **({"grafana_secret": grafana} if grafana else {}),
        "notifications_topic": platform.monitoring.topic_arn,
    }
