"""What only the components' arithmetic can tell is wrong, refused before the first resource is registered."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Protocol

from components.application.images import postgres_client
from components.application.pooler import CERTIFICATE_REGIONS, pooler_of, pooler_pods
from components.cluster.demand import largest_machines, on_each_node, workload_capacity
from components.cluster.disk_rates import rates_in_vain
from components.cluster.system_nodes import ami_type
from components.cluster.versions import ADD_ON_VERSIONS
from components.ecs.commands import entry_point_and_command
from components.ecs.host_room import needed
from components.ecs.product_jobs import product_job_names, product_job_size
from components.ecs.service_containers import service_size
from components.plans.capacity import Demand
from components.plans.connections import ConnectionBudget, Pool, cache_budget, database_budget, pooled_clients
from components.plans.instance_classes import cache_node_type, sizes_that_sustain, sustained_iops
from components.plans.nodes import fits
from components.plans.pods import demand_of, pod_demand
from components.plans.schedules import cron_expression
from components.plans.subnets import Tier, subnets
from components.plans.transit import encrypts_in_transit
from settings import Examined, PlatformSettings
from settings.hosts import HOST_TYPES
from settings.problems import Finding, Problem, SettingsError
from settings.raw import Path, related
from settings.stack import DatabaseSettings
from settings.workload.service import Amount


class _Run(Protocol):
    """What a service, a sidecar and a job say alike of how they are started."""

    @property
    def command(self) -> tuple[str, ...]: ...
    @property
    def arguments(self) -> tuple[str, ...]: ...


def refuse_unbuildable(settings: PlatformSettings) -> None:
    """Raise `SettingsError` with every mistake that AWS would refuse, or that would fail under full load."""
    settled(Examined(settings, ()))


def settled(examined: Examined) -> PlatformSettings:
    """Return the settings that a platform can be built from.

    Raises `SettingsError` with every mistake, those of the settings and those that only arithmetic shows. Where the
    settings have mistakes, arithmetic says what does not lean on a mistaken value.
    """
    settings, mistakes = examined.settings, list(examined.problems)
    if settings is not None:
        mistakes += _unbuildable(settings, examined)
    if mistakes or settings is None:
        raise SettingsError(mistakes)
    return settings


def _unbuildable(settings: PlatformSettings, examined: Examined) -> Iterator[Problem]:
    told = {problem.path for problem in examined.problems}
    runtime = _tasks if settings.stack.runtime == "ecs" else _cluster
    for check in (_network, runtime, _database, _cache):
        row = () if check is _network else (("environment",),)
        for finding in _judged(check, settings, doubtful=bool(examined.problems)):
            problem = settings.problem(finding.path, finding.given, finding.allowed, finding.mend)
            leans_on = (finding.path, *finding.concerns, *row)
            if problem.path not in told and not any(related(wrong, at) for wrong in examined.wrong for at in leans_on):
                yield problem


def _judged(
    check: Callable[[PlatformSettings], Iterator[Finding]], settings: PlatformSettings, *, doubtful: bool
) -> list[Finding]:
    """What a check finds; over mistaken settings, such as a pool that nobody described, it may not come to its end."""
    found: list[Finding] = []
    with suppress(*((ValueError, LookupError, ArithmeticError) if doubtful else ())):
        found.extend(check(settings))
    return found


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


def _network(settings: PlatformSettings) -> Iterator[Finding]:
    cidr = settings.stack.network.cidr
    try:
        subnets(cidr, Tier.PRIVATE, len(settings.stack.zones))
    except ValueError as error:
        mend = "state a private range from /16 to /20"
        yield Finding(("network", "cidr"), cidr, str(error), mend, (("zones",),))


def _tasks(settings: PlatformSettings) -> Iterator[Finding]:
    for name, service in settings.workload.services.items():
        path: Path = ("services", name)
        try:
            service_size(settings, name)
        except ValueError as error:
            limits = service.resources.limits.model_dump()
            mend = "lower the limits, or write runtime: eks"
            concerns = ((*path, "sidecars"), (*path, "uses"), _RUNTIME, ("environments",))
            yield Finding((*path, "resources", "limits"), limits, str(error), mend, concerns)
        common = settings.workload.environment
        yield from _variables(path, service, {*common, *service.environment, *service.secrets})
        for beside, sidecar in service.sidecars.items():
            yield from _variables((*path, "sidecars", beside), sidecar, {*sidecar.environment, *sidecar.secrets})
    for name, job in settings.workload.jobs.items():
        yield from _variables(("jobs", name), job, {*job.environment, *job.secrets})
    yield from _jobs(settings)
    yield from _host(settings)
    yield from _schedules(settings)


def _variables(path: Path, run: _Run, names: Collection[str]) -> Iterator[Finding]:
    """Kubernetes puts a variable's value into arguments; on ECS a shell has to, which needs a command to start."""
    try:
        entry_point_and_command(run.command, run.arguments, names)
    except ValueError as error:
        mend = "write the image's entry point under `command:`, or runtime: eks"
        yield Finding((*path, "arguments"), list(run.arguments), f"no variable: {error}", mend, (_RUNTIME,))


def _jobs(settings: PlatformSettings) -> Iterator[Finding]:
    for name in product_job_names(settings):
        job = settings.workload.jobs[name]
        try:
            product_job_size(settings, name)
        except ValueError as error:
            path: Path = ("jobs", name, "resources", "limits")
            mend = "lower the limits, or write runtime: eks"
            yield Finding(path, job.resources.limits.model_dump(), str(error), mend, (("jobs", name), _RUNTIME))


def _schedules(settings: PlatformSettings) -> Iterator[Finding]:
    backups, jobs = settings.workload.backups, settings.workload.jobs
    stated: dict[Path, str | None] = {
        ("backups", "dump", "schedule"): backups.dump and backups.dump.schedule,
        ("backups", "restore_test", "schedule"): backups.restore_test and backups.restore_test.schedule,
        **{("jobs", name, "schedule"): job.schedule for name, job in jobs.items()},
    }
    for path, schedule in stated.items():
        if schedule is None:
            continue
        try:
            cron_expression(schedule)
        except ValueError as error:
            yield Finding(path, schedule, str(error), "change it, or write runtime: eks", (_RUNTIME,))


def _host(settings: PlatformSettings) -> Iterator[Finding]:
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
    concerns = (*_sizes(settings), *((("jobs", name, "resources")) for name in settings.workload.jobs), _RUNTIME)
    yield Finding(("ecs", "host", "instance_type"), host.instance_type, allowed, mend, concerns)


_RUNTIME: Path = ("runtime",)


def _sizes(settings: PlatformSettings) -> tuple[Path, ...]:
    """What says how much all pods ask for."""
    keys = ("resources", "replicas", "scaling", "sidecars", "uses", "node_pool")
    of_services: list[Path] = [("services", name, key) for name in settings.workload.services for key in keys]
    return (*of_services, ("environments",), ("application",))


def _cluster(settings: PlatformSettings) -> Iterator[Finding]:
    cluster = settings.stack.cluster
    if cluster.version not in ADD_ON_VERSIONS:
        yield Finding(
            ("cluster", "version"),
            cluster.version,
            " | ".join(ADD_ON_VERSIONS),
            "name one of these, or add its row of add-on versions",
        )
    try:
        ami_type(cluster.system_nodes.instance_types)
    except ValueError as error:
        types = list(cluster.system_nodes.instance_types)
        yield Finding(
            ("cluster", "system_nodes", "instance_types"), types, str(error), "name types of one architecture"
        )
    yield from _encrypting(settings)
    yield from _system_nodes(settings)
    yield from _machines(settings)
    yield from rates_in_vain(settings)
    try:
        workload_capacity(settings)
    except ValueError as error:
        nodes = cluster.workload_nodes
        given = {"cpu_limit": nodes.cpu_limit, "memory_limit_gib": nodes.memory_limit_gib}
        concerns = (*_sizes(settings), ("node_pools",), ("timeseries",), ("event_bus",), ("zones",))
        yield Finding(("cluster", "workload_nodes"), given, str(error), "raise the limit, or leave it out", concerns)


def _encrypting(settings: PlatformSettings) -> Iterator[Finding]:
    """AWS attaches no machine to an encrypting network whose card does not encrypt: the nodes would never come."""
    if settings.workload.transit_encryption == "none":
        return
    types = settings.stack.cluster.system_nodes.instance_types
    for index, name in enumerate(types):
        if not encrypts_in_transit(name):
            allowed = "a type that encrypts in transit, as the product asks (transit_encryption)"
            path: Path = ("cluster", "system_nodes", "instance_types", index)
            yield Finding(path, name, allowed, "name m7i.large, or its like", (("transit_encryption",),))


def _system_nodes(settings: PlatformSettings) -> Iterator[Finding]:
    """No autoscaler adds a node for what Karpenter itself needs: a pod that finds no room waits for ever."""
    # The charts' tables load services that a stack of tasks has no use for.
    from components.cluster.system_pods import system_room  # noqa: PLC0415

    room, nodes = system_room(settings), settings.stack.cluster.system_nodes
    if room is None or (room.wanted is not None and room.wanted <= nodes.maximum):
        return
    spare = f", with {room.spare} of them missing" if room.spare else ""
    allowed = (
        f"enough nodes for the platform's own pods{spare}: they ask for {_amount(room.pods)}, beside"
        f" {_amount(room.daemons)} on each node of {_amount(room.node)}"
    )
    place: Path = ("cluster", "system_nodes")
    mend = "raise it, or name larger instance_types"
    yield Finding((*place, "maximum"), nodes.maximum, allowed, mend, (place,))


def _machines(settings: PlatformSettings) -> Iterator[Finding]:
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
) -> Iterator[Finding]:
    pool = settings.node_pools.get(node_pool or "")
    machines = largest_machines(settings, pool)
    if machines is None or fits(asked + on_each_node(settings), machines):
        return
    room = ", ".join(f"{each.name} {_amount(each.free)}" for each in machines)
    allowed = f"what the largest machine has free ({room}); the pod asks for {_amount(asked)}"
    where = f"node_pools.{node_pool}" if pool else "cluster.workload_nodes"
    mend = f"lower it, or allow larger machines in {where}"
    own: Path = path[:2]
    of_service = ((*own, "sidecars"), (*own, "uses"), (*own, "node_pool"), (*own, "resources"))
    concerns = (*of_service, ("node_pools",), ("environments",), ("cluster", "workload_nodes"))
    yield Finding(path, given.model_dump(), allowed, mend, concerns)


def _amount(demand: Demand) -> str:
    return f"{demand.millicores}m and {demand.mebibytes}Mi"


def _database(settings: PlatformSettings) -> Iterator[Finding]:
    stack, needs = settings.stack.database, settings.workload.database
    if stack is None or needs is None:
        return
    try:
        budget = database_connections(settings)
    except ValueError as error:
        place: Path = ("database", "instance_class")
        yield Finding(place, stack.instance_class, str(error), "name a class of the table")
        return
    try:
        postgres_client(needs.version)
    except ValueError as error:
        yield Finding(("database", "version"), needs.version, str(error), "write one of these, in quotes")
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, ("database", "instance_class"), stack.instance_class, budget, "database_pool")
    yield from _paid_in_vain(stack)
    yield from _pooler(settings)


def _paid_in_vain(stack: DatabaseSettings) -> Iterator[Finding]:
    """Report provisioned IOPS that the class does not sustain: they are paid for and never had."""
    most = sustained_iops(stack.instance_class)
    if stack.iops is None or most is None or stack.iops <= most:
        return
    place: Path = ("database", "iops")
    allowed = f"at most {most:,}, which {stack.instance_class} sustains (EC2, EBS baseline)"
    larger = sizes_that_sustain(stack.instance_class, stack.iops)
    mend = f"lower it to {most}" + (f", or take {larger[0]}" if larger else "")
    yield Finding(place, stack.iops, allowed, mend, (("database", "instance_class"),))


def _pooler(settings: PlatformSettings) -> Iterator[Finding]:
    pooler, region = pooler_of(settings), settings.stack.region
    if pooler is None:
        return
    if region not in CERTIFICATE_REGIONS:
        mend = f"add charts/workload/files/rds-ca/{region}.pem from Amazon's bundle, or leave the pooler out"
        yield Finding(("region",), region, "a region whose certificate authorities the chart carries", mend)
    clients = pooler_clients(settings)
    # One pod of the pooler may have to carry them all, while the others are replaced.
    if clients > pooler.clients:
        allowed = f"at least {clients}: what the services' pods open while they roll"
        place: Path = ("database", "pooler", "clients")
        mend = f"raise it to {clients}, or lower database_pool"
        yield Finding(place, pooler.clients, allowed, mend, _pools(settings, "database_pool"))


def _cache(settings: PlatformSettings) -> Iterator[Finding]:
    stack = settings.stack.cache
    if stack is None:
        return
    try:
        cache_node_type(stack.node_type)
    except ValueError as error:
        yield Finding(("cache", "node_type"), stack.node_type, str(error), "name a node type of the table")
    budget = cache_connections(settings)
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, ("cache", "node_type"), stack.node_type, budget, "cache_pool")


def _overdrawn(settings: PlatformSettings, path: Path, given: str, budget: ConnectionBudget, pool: str) -> Finding:
    rows = ", ".join(f"{row.service} {row.in_rollout}" for row in budget.rows)
    allowed = f"{budget.available} connections beside the {budget.reserved} kept back; a rollout opens {rows}"
    mend = f"name a larger class, or lower {pool} or the replicas' maximum"
    return Finding(path, given, allowed, mend, (*_pools(settings, pool), ("database", "pooler")))


def _pools(settings: PlatformSettings, pool: str) -> tuple[Path, ...]:
    """What says how many connections all pods open."""
    keys = ("uses", "replicas", "scaling", pool)
    of_services: list[Path] = [("services", name, key) for name in settings.workload.services for key in keys]
    return (*of_services, ("application",))
