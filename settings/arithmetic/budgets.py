"""What the pods of a product open at its stores, on one stack."""

from settings.arithmetic.connections import ConnectionBudget, Pool, cache_budget, database_budget, pooled_clients
from settings.arithmetic.pooler import pooler_of, pooler_pods
from settings.platform import PlatformSettings


def database_connections(settings: PlatformSettings) -> ConnectionBudget | None:
    """Return the budget of the product's pods against the database, None without one.

    Primary, standby and replicas share one class, so each can carry the whole load after a fail-over. Raises
    ValueError for a class that the table does not know.
    """
    if settings.stack.database is None:
        return None
    pools = [
        _pool(settings, name, service.database_pool)
        for name, service in settings.workload.services.items()
        if "database" in service.uses
    ]
    pooler = pooler_of(settings)
    if pooler is not None:
        pods = pooler_pods(settings, pooler)
        pools.append(Pool(service="pooler", size=pooler.pool, minimum_pods=pods, maximum_pods=pods))
    return database_budget(pools, [settings.stack.database.instance_class])


def pooler_clients(settings: PlatformSettings) -> int:
    """Return the client connections that the product's pods open at the pooler while all of them roll."""
    pools = [
        _pool(settings, name, service.database_pool)
        for name, service in settings.workload.services.items()
        if "pooler" in service.uses
    ]
    return pooled_clients(pools)


def cache_connections(settings: PlatformSettings) -> ConnectionBudget | None:
    """Return the budget of the product's pods against one node of the cache, None without one."""
    if settings.stack.cache is None:
        return None
    return cache_budget(
        _pool(settings, name, service.cache_pool)
        for name, service in settings.workload.services.items()
        if "cache" in service.uses
    )


def _pool(settings: PlatformSettings, service: str, size: int) -> Pool:
    replicas = settings.replicas(service)
    return Pool(service=service, size=size, minimum_pods=replicas.minimum, maximum_pods=replicas.maximum)
