"""What monitoring is told of the stores and the edge that a stack has."""

from pulumi import Output

from components.assembly.edge import Edge
from components.cache.cache import Cache
from components.database.database import Database
from components.ingress.firewall import Firewall
from components.ingress.ingress import Ingress
from components.monitoring.watched import CDN, WatchedCache, WatchedDatabase, WatchedEdge, WatchedFirewall, WatchedFront
from components.plans.traffic_alarms import latency_objective_seconds
from settings import PlatformSettings


def watched_database(settings: PlatformSettings, database: Database | None) -> WatchedDatabase | None:
    """Name the instances, and the class and storage that their thresholds are worked out from."""
    if database is None or settings.stack.database is None:
        return None
    return WatchedDatabase(
        identifiers=database.instance_identifiers,
        instance_class=settings.stack.database.instance_class,
        storage_gib=settings.stack.database.storage_gib,
        follows=settings.follows,
    )


def watched_cache(settings: PlatformSettings, cache: Cache | None) -> WatchedCache | None:
    """Name the replication group, and the shards that its members are counted from."""
    if cache is None or settings.stack.cache is None:
        return None
    return WatchedCache(
        replication_group_id=cache.replication_group_id,
        shards=settings.stack.cache.shards,
        replicas_per_shard=settings.stack.cache.replicas_per_shard,
    )


def watched_edge(settings: PlatformSettings, ingress: Ingress | None) -> WatchedEdge | None:
    """Name what stands before the product, and the latency it promised."""
    if ingress is None:
        return None
    return WatchedEdge(
        load_balancer_arn_suffix=ingress.load_balancer_arn_suffix,
        target_group_arn_suffixes=ingress.target_group_arn_suffixes,
        certificate_arn=ingress.certificate_arn,
        firewall=_watched_firewall(ingress.firewall),
        latency_objective_seconds=latency_objective_seconds(settings.workload.objectives),
    )


def watched_front(edge: Edge) -> WatchedFront | None:
    """Name the distributions of the product's hosts and of its static sites, and the firewall of the former."""
    sites: dict[str, Output[str]] = {f"site-{name}": site.distribution_id for name, site in edge.static_sites.items()}
    cdn = edge.ingress.cdn_distribution_id if edge.ingress else None
    distributions = {CDN: cdn, **sites} if cdn else sites
    if not distributions:
        return None
    return WatchedFront(
        distribution_ids=distributions,
        firewall=_watched_firewall(edge.ingress.cdn_firewall if edge.ingress else None),
    )


def _watched_firewall(firewall: Firewall | None) -> WatchedFirewall | None:
    if firewall is None:
        return None
    return WatchedFirewall(metric_name=firewall.metric_name, rules=firewall.rule_names, limits=firewall.limit_names)
