"""What only the components' arithmetic can tell is wrong, refused before the first resource is registered."""

from collections.abc import Iterator

from components.application.pooler import CERTIFICATE_REGIONS, pooler_of, pooler_pods
from components.cluster.demand import largest_machines, workload_capacity
from components.cluster.system_nodes import ami_type
from components.cluster.versions import ADD_ON_VERSIONS
from components.database.master_credential import MASTER_USERNAME
from components.ecs.host_room import needed
from components.ecs.service_containers import service_size
from components.plans.capacity import Demand
from components.plans.connections import ConnectionBudget, Pool, cache_budget, database_budget, pooled_clients
from components.plans.instance_classes import cache_node_type
from components.plans.nodes import fits
from components.plans.pods import demand_of, pod_demand
from components.plans.schedules import cron_expression
from components.plans.subnets import Tier, subnets
from components.plans.transit import encrypts_in_transit
from settings import PlatformSettings
from settings.hosts import HOST_TYPES
from settings.problems import Problem, SettingsError
from settings.raw import Path
from settings.workload.service import Amount

_RESERVED_NAMES = (
    MASTER_USERNAME,
    "postgres",
    "rdsadmin",
    "rds_superuser",
    "rds_replication",
    "template0",
    "template1",
)


def refuse_unbuildable(settings: PlatformSettings) -> None:
    """Raise `SettingsError` with every mistake that AWS would refuse, or that would fail under full load."""
    runtime = _tasks(settings) if settings.stack.runtime == "ecs" else _cluster(settings)
    problems = [*_network(settings), *runtime, *_database(settings), *_cache(settings)]
    if problems:
        raise SettingsError(problems)


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


def _network(settings: PlatformSettings) -> Iterator[Problem]:
    cidr = settings.stack.network.cidr
    try:
        subnets(cidr, Tier.PRIVATE, len(settings.stack.zones))
    except ValueError as error:
        yield settings.problem(("network", "cidr"), cidr, str(error), "state a private range from /16 to /20")


def _tasks(settings: PlatformSettings) -> Iterator[Problem]:
    for name, service in settings.workload.services.items():
        try:
            service_size(settings, name)
        except ValueError as error:
            limits = service.resources.limits.model_dump()
            mend = "lower the limits, or write runtime: eks"
            yield settings.problem(("services", name, "resources", "limits"), limits, str(error), mend)
    yield from _host(settings)
    dump = settings.workload.backups.dump
    if dump is not None:
        try:
            cron_expression(dump.schedule)
        except ValueError as error:
            yield settings.problem(
                ("backups", "dump", "schedule"), dump.schedule, str(error), "change it, or write runtime: eks"
            )


def _host(settings: PlatformSettings) -> Iterator[Problem]:
    """The one machine holds every task, and a job beside them; room for two versions of a service it need not have."""
    host = settings.stack.ecs.host
    if host is None:
        return
    there, wanted = HOST_TYPES[host.instance_type], needed(settings)
    if wanted.cpu <= there.units and wanted.memory <= there.task_mebibytes:
        return
    allowed = (
        f"a type with {wanted.cpu} CPU units and {wanted.memory} MiB for all services at their most and one job;"
        f" this one has {there.units} and {there.task_mebibytes}"
    )
    mend = "name a larger one, lower the limits, or leave ecs.host out"
    yield Problem("ecs.host.instance_type", host.instance_type, allowed, mend)


def _cluster(settings: PlatformSettings) -> Iterator[Problem]:
    cluster = settings.stack.cluster
    if cluster.version not in ADD_ON_VERSIONS:
        yield settings.problem(
            ("cluster", "version"),
            cluster.version,
            " | ".join(ADD_ON_VERSIONS),
            "name one of these, or add its row of add-on versions",
        )
    try:
        ami_type(cluster.system_nodes.instance_types)
    except ValueError as error:
        types = list(cluster.system_nodes.instance_types)
        yield settings.problem(
            ("cluster", "system_nodes", "instance_types"), types, str(error), "name types of one architecture"
        )
    yield from _encrypting(settings)
    yield from _machines(settings)
    try:
        workload_capacity(settings)
    except ValueError as error:
        nodes = cluster.workload_nodes
        given = {"cpu_limit": nodes.cpu_limit, "memory_limit_gib": nodes.memory_limit_gib}
        yield settings.problem(("cluster", "workload_nodes"), given, str(error), "raise the limit, or leave it out")


def _encrypting(settings: PlatformSettings) -> Iterator[Problem]:
    """AWS attaches no machine to an encrypting network whose card does not encrypt: the nodes would never come."""
    if settings.workload.transit_encryption == "none":
        return
    types = settings.stack.cluster.system_nodes.instance_types
    for index, name in enumerate(types):
        if not encrypts_in_transit(name):
            allowed = "a type that encrypts in transit, as the product asks (transit_encryption)"
            path: Path = ("cluster", "system_nodes", "instance_types", index)
            yield settings.problem(path, name, allowed, "name m7i.large, or its like")


def _machines(settings: PlatformSettings) -> Iterator[Problem]:
    """A pod that asks for more than the largest machine has would wait for ever."""
    for name, service in settings.workload.services.items():
        path: Path = ("services", name, "resources", "requests")
        yield from _machine(settings, path, service.resources.requests, pod_demand(service), service.node_pool)
    stack, needs = settings.stack.timeseries, settings.workload.timeseries
    if stack is not None and needs is not None:
        amount = Amount(cpu=stack.cpu, memory=stack.memory)
        yield from _machine(settings, ("timeseries",), amount, demand_of(amount), needs.node_pool)


def _machine(
    settings: PlatformSettings, path: Path, given: Amount, asked: Demand, node_pool: str | None
) -> Iterator[Problem]:
    pool = settings.node_pools.get(node_pool or "")
    machines = largest_machines(settings, pool)
    if machines is None or fits(asked, machines):
        return
    room = ", ".join(f"{each.name} {_amount(each.free)}" for each in machines)
    allowed = f"what the largest machine has free ({room}); the pod asks for {_amount(asked)}"
    where = f"node_pools.{node_pool}" if pool else "cluster.workload_nodes"
    yield settings.problem(path, given.model_dump(), allowed, f"lower it, or allow larger machines in {where}")


def _amount(demand: Demand) -> str:
    return f"{demand.millicores}m and {demand.mebibytes}Mi"


def _database(settings: PlatformSettings) -> Iterator[Problem]:
    stack, needs = settings.stack.database, settings.workload.database
    if stack is None or needs is None:
        return
    for key, name in (("name", needs.name), ("role", needs.role)):
        if name in _RESERVED_NAMES:
            yield settings.problem(
                ("database", key), name, "any other name", "it belongs to PostgreSQL, RDS or the platform"
            )
    try:
        budget = database_connections(settings)
    except ValueError as error:
        yield settings.problem(
            ("database", "instance_class"), stack.instance_class, str(error), "name a class of the table"
        )
        return
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, ("database", "instance_class"), stack.instance_class, budget, "database_pool")
    yield from _pooler(settings)


def _pooler(settings: PlatformSettings) -> Iterator[Problem]:
    pooler, region = pooler_of(settings), settings.stack.region
    if pooler is None:
        return
    if region not in CERTIFICATE_REGIONS:
        mend = f"add charts/workload/files/rds-ca/{region}.pem from Amazon's bundle, or leave the pooler out"
        yield settings.problem(("region",), region, "a region whose certificate authorities the chart carries", mend)
    clients = pooler_clients(settings)
    # One pod of the pooler may have to carry them all, while the others are replaced.
    if clients > pooler.clients:
        allowed = f"at least {clients}: what the services' pods open while they roll"
        yield settings.problem(
            ("database", "pooler", "clients"), pooler.clients, allowed, "raise it, or lower database_pool"
        )


def _cache(settings: PlatformSettings) -> Iterator[Problem]:
    stack = settings.stack.cache
    if stack is None:
        return
    try:
        cache_node_type(stack.node_type)
    except ValueError as error:
        yield settings.problem(("cache", "node_type"), stack.node_type, str(error), "name a node type of the table")
    budget = cache_connections(settings)
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, ("cache", "node_type"), stack.node_type, budget, "cache_pool")


def _overdrawn(settings: PlatformSettings, path: Path, given: str, budget: ConnectionBudget, pool: str) -> Problem:
    rows = ", ".join(f"{row.service} {row.in_rollout}" for row in budget.rows)
    allowed = f"{budget.available} connections beside the {budget.reserved} kept back; a rollout opens {rows}"
    return settings.problem(path, given, allowed, f"name a larger class, or lower {pool} or the replicas' maximum")
