"""Rules about the stores' classes: what they sustain, and what the product's pods open at them."""

from collections.abc import Iterator

from settings.arithmetic.budgets import cache_connections, database_connections, pooler_clients
from settings.arithmetic.connections import ConnectionBudget
from settings.arithmetic.instance_classes import cache_node_type, sizes_that_sustain, sustained_iops
from settings.arithmetic.pooler import pooler_of
from settings.diagnostics import Diagnostic
from settings.facts.certificates import CERTIFICATE_REGIONS
from settings.facts.postgres import client_tag
from settings.platform import PlatformSettings
from settings.raw import Path

_CLASS: Path = ("database", "instance_class")
_NODE_TYPE: Path = ("cache", "node_type")


def check_database(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a class that is unknown, or that the pods' connections overdraw."""
    stack = settings.stack.database
    if stack is None or settings.workload.database is None:
        return
    try:
        budget = database_connections(settings)
    except ValueError as error:
        yield Diagnostic(_CLASS, stack.instance_class, str(error), "name a class of the table")
        return
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, _CLASS, stack.instance_class, budget, "database_pool")


def check_client(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a major version that no image is pinned for: nothing could be dumped or restored."""
    needs = settings.workload.database
    if settings.stack.database is None or needs is None:
        return
    try:
        client_tag(needs.version)
    except ValueError as error:
        yield Diagnostic(("database", "version"), needs.version, str(error), "write one of these, in quotes")


def check_iops(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report provisioned IOPS that the class does not sustain: they are paid for and never had."""
    stack = settings.stack.database
    if stack is None or stack.iops is None:
        return
    most = sustained_iops(stack.instance_class)
    if most is None or stack.iops <= most:
        return
    allowed = f"at most {most:,}, which {stack.instance_class} sustains (EC2, EBS baseline)"
    larger = sizes_that_sustain(stack.instance_class, stack.iops)
    fix = f"lower it to {most}" + (f", or take {larger[0]}" if larger else "")
    yield Diagnostic(("database", "iops"), stack.iops, allowed, fix, (_CLASS,))


def check_pooler(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a region whose certificates the pooler does not know, and fewer clients than the pods open."""
    pooler, region = pooler_of(settings), settings.stack.region
    if pooler is None:
        return
    if region not in CERTIFICATE_REGIONS:
        fix = f"add charts/workload/files/rds-ca/{region}.pem from Amazon's bundle, or leave the pooler out"
        allowed = "a region whose certificate authorities the chart carries"
        yield Diagnostic(("region",), region, allowed, fix, (("database", "pooler"),))
    clients = pooler_clients(settings)
    # One pod of the pooler may have to carry them all, while the others are replaced.
    if clients > pooler.clients:
        allowed = f"at least {clients}: what the services' pods open while they roll"
        place: Path = ("database", "pooler", "clients")
        fix = f"raise it to {clients}, or lower database_pool"
        yield Diagnostic(place, pooler.clients, allowed, fix, _pools(settings, "database_pool"))


def check_cache(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a node type that is unknown, and connections that overdraw a node."""
    stack = settings.stack.cache
    if stack is None:
        return
    try:
        cache_node_type(stack.node_type)
    except ValueError as error:
        yield Diagnostic(_NODE_TYPE, stack.node_type, str(error), "name a node type of the table")
    budget = cache_connections(settings)
    if budget is not None and not budget.fits:
        yield _overdrawn(settings, _NODE_TYPE, stack.node_type, budget, "cache_pool")


def _overdrawn(settings: PlatformSettings, path: Path, given: str, budget: ConnectionBudget, pool: str) -> Diagnostic:
    rows = ", ".join(f"{row.service} {row.in_rollout}" for row in budget.rows)
    allowed = f"{budget.available} connections beside the {budget.reserved} kept back; a rollout opens {rows}"
    fix = f"name a larger class, or lower {pool} or the replicas' maximum"
    return Diagnostic(path, given, allowed, fix, (*_pools(settings, pool), ("database", "pooler")))


def _pools(settings: PlatformSettings, pool: str) -> tuple[Path, ...]:
    """What says how many connections all pods open."""
    keys = ("uses", "replicas", "scaling", pool)
    of_services: list[Path] = [("services", name, key) for name in settings.workload.services for key in keys]
    return (*of_services, ("application",))
