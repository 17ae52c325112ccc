"""Rules about a stack that lives by another region's data."""

from collections.abc import Iterator

from settings.checks.context import StackContext
from settings.primary import PrimaryRegion
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.suggest import listed

_SOURCE: Path = ("database", "source")
_PRIMARY: Path = ("primary_stack",)
_PARTNERS = {"latency": "latency", "primary": "secondary", "secondary": "primary"}


def check(context: StackContext) -> Iterator[Finding]:
    stack = context.stack
    database = stack.database
    if database is None:
        return
    if database.failover != "manual":
        yield from _failover(context)
    if database.source == "own":
        return
    if stack.primary_stack is None:
        mend = "name the primary's stack, or write own"
        yield Finding(
            _PRIMARY, ABSENT, f"a stack whose data this one has, for source {database.source}", mend, (_SOURCE,)
        )
        return
    if stack.runtime != "eks":
        mend = "write runtime: eks, or source: own"
        allowed = "own on ecs: a task's database URL is composed from a password that only the primary's stack knows"
        yield Finding(_SOURCE, database.source, allowed, mend, (("runtime",),))
    yield from _readers(context)
    if database.source == "primary":
        yield from _live_copy(context)


def _readers(context: StackContext) -> Iterator[Finding]:
    """What code finds in Secrets Manager is put there whole, by the stack that knows the password."""
    for name, service in context.workload.services.items():
        if service.reads_secrets:
            allowed = f"own for a product whose code reads its secrets itself, as services.{name}.reads_secrets says"
            given = context.stack.database.source if context.stack.database else ""
            yield Finding(_SOURCE, given, allowed, "write own", (("workload",),))


def _failover(context: StackContext) -> Iterator[Finding]:
    stack, path = context.stack, ("database", "failover")
    if stack.database and stack.database.source != "primary":
        allowed = "manual for a database that is no copy of the primary's"
        yield Finding(path, stack.database.failover, allowed, "remove it, or write source: primary", (_SOURCE,))
    if stack.ingress.routing is None:
        allowed = "manual without routing: nobody would be sent here"
        mend = "write ingress.routing: secondary or latency"
        yield Finding(path, stack.database.failover if stack.database else "", allowed, mend, (("ingress", "routing"),))


def _live_copy(context: StackContext) -> Iterator[Finding]:
    stack, primary = context.stack, context.primary
    if context.states(("database", "read_replicas")) and stack.database and stack.database.read_replicas:
        allowed = "0 with source primary: the region's one instance is a read replica itself"
        path: Path = ("database", "read_replicas")
        yield Finding(path, stack.database.read_replicas, allowed, "remove it", (_SOURCE,))
    if stack.database and stack.database.restored is not None:
        allowed = "nothing with source primary: the primary's stack names the restored database for every region"
        concerns: tuple[Path, ...] = (_SOURCE,)
        yield Finding(("database", "restored"), stack.database.restored.host, allowed, "remove it", concerns)
    if primary is None:
        mend = f"put Pulumi.{(stack.primary_stack or '').rpartition('/')[2]}.yaml beside this file"
        allowed = "a stack whose file states its region, zones, domain and network.cidr"
        yield Finding(_PRIMARY, stack.primary_stack, allowed, mend, (_SOURCE,))
        return
    if primary.region == stack.region:
        allowed = f"a region other than the primary's, {primary.region}"
        yield Finding(("region",), stack.region, allowed, "choose another region", (_PRIMARY,))
    elif stack.region not in primary.replica_regions:
        allowed = f"a stack that copies its secrets to {stack.region}; it copies to {listed(primary.replica_regions)}"
        mend = f"add {stack.region} to replica_regions in Pulumi.{primary.stack}.yaml"
        yield Finding(_PRIMARY, stack.primary_stack, allowed, mend, (("region",),))
    yield from _shared_hosts(context, primary)


def _shared_hosts(context: StackContext, primary: PrimaryRegion) -> Iterator[Finding]:
    stack, routing = context.stack, context.stack.ingress.routing
    if routing is None:
        return
    if stack.domain != primary.domain:
        allowed = f"the primary's, {primary.domain}, for hosts that both regions answer for"
        yield Finding(
            ("domain",), stack.domain, allowed, "write it, or remove ingress.routing", (("ingress", "routing"),)
        )
    if primary.routing != _PARTNERS[routing]:
        given = f"{routing} beside {primary.routing or 'nothing'}"
        allowed = f"{_PARTNERS[routing]} in Pulumi.{primary.stack}.yaml: Route 53 mixes no two kinds of record"
        mend = f"write ingress.routing: {_PARTNERS[routing]} there"
        yield Finding(("ingress", "routing"), given, allowed, mend, (_PRIMARY,))
