"""What monitoring is told of the stores and the edge that a stack has."""

from components.cache.cache import Cache
from components.database.database import Database
from components.ingress.ingress import Ingress
from components.monitoring.watched import WatchedCache, WatchedDatabase, WatchedEdge
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
        web_acl_name=ingress.web_acl_name,
        latency_objective_seconds=latency_objective_seconds(settings.workload.objectives),
    )
