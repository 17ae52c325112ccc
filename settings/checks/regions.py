"""Rules about a stack that lives by another region's data."""

from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.primary import PrimaryRegion
from settings.raw import ABSENT, Path
from settings.runtimes import Feature, offering
from settings.suggest import listed

_SOURCE: Path = ("database", "source")
_PRIMARY: Path = ("primary_stack",)
_PARTNERS = {"latency": "latency", "primary": "secondary", "secondary": "primary"}


def check(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    database = stack.database
    if database is None:
        return
    if database.failover != "manual":
        yield from _failover(context)
    if database.source == "own":
        return
    if stack.primary_stack is None:
        fix = "name the primary's stack, or write own"
        yield Diagnostic(
            _PRIMARY, ABSENT, f"the stack that owns the data, for source {database.source}", fix, (_SOURCE,)
        )
        return
    lack = stack.offers.lacks.get(Feature.DATABASE_OF_ANOTHER_REGION)
    if lack is not None:
        fix = f"write runtime: {offering(Feature.DATABASE_OF_ANOTHER_REGION)}, or source: own"
        allowed = f"own on {stack.runtime}: {lack.why}"
        yield Diagnostic(_SOURCE, database.source, allowed, fix, (("runtime",),))
    yield from _readers(context)
    if database.source == "primary":
        yield from _live_copy(context)


def _readers(context: StackContext) -> Iterator[Diagnostic]:
    """What code finds in Secrets Manager is put there whole, by the stack that knows the password."""
    for name, service in context.workload.services.items():
        if service.reads_secrets:
            allowed = f"own for a product whose code reads its secrets itself, as services.{name}.reads_secrets says"
            given = context.stack.database.source if context.stack.database else ""
            yield Diagnostic(_SOURCE, given, allowed, "write own", of_product(("services", name, "reads_secrets")))


def _failover(context: StackContext) -> Iterator[Diagnostic]:
    stack, path = context.stack, ("database", "failover")
    if stack.database and stack.database.source != "primary":
        allowed = "manual for a database that is no copy of the primary's"
        yield Diagnostic(path, stack.database.failover, allowed, "remove it, or write source: primary", (_SOURCE,))
    if stack.ingress.routing is None:
        allowed = "manual without routing: nobody would be sent here"
        fix = "write ingress.routing: secondary or latency"
        yield Diagnostic(
            path, stack.database.failover if stack.database else "", allowed, fix, (("ingress", "routing"),)
        )


def _live_copy(context: StackContext) -> Iterator[Diagnostic]:
    stack, primary = context.stack, context.primary
    if context.states(("database", "read_replicas")) and stack.database and stack.database.read_replicas:
        allowed = "0 with source primary: the region's one instance is a read replica itself"
        path: Path = ("database", "read_replicas")
        yield Diagnostic(path, stack.database.read_replicas, allowed, "remove it", (_SOURCE,))
    if stack.database and stack.database.restored is not None:
        allowed = "nothing with source primary: the restored database is named in the primary's stack, for every region"
        concerns: tuple[Path, ...] = (_SOURCE,)
        yield Diagnostic(("database", "restored"), stack.database.restored.host, allowed, "remove it", concerns)
    if primary is None:
        fix = f"put Pulumi.{(stack.primary_stack or '').rpartition('/')[2]}.yaml beside this file"
        allowed = "a stack whose file states its region, zones, domain and network.cidr"
        yield Diagnostic(_PRIMARY, stack.primary_stack, allowed, fix, (_SOURCE,))
        return
    if primary.region == stack.region:
        allowed = f"a region other than the primary's, {primary.region}"
        yield Diagnostic(("region",), stack.region, allowed, "choose another region", (_PRIMARY,))
    elif stack.region not in primary.replica_regions:
        allowed = f"a stack that copies its secrets to {stack.region}; it copies to {listed(primary.replica_regions)}"
        fix = f"add {stack.region} to replica_regions in Pulumi.{primary.stack}.yaml"
        yield Diagnostic(_PRIMARY, stack.primary_stack, allowed, fix, (("region",),))
    yield from _shared_hosts(context, primary)


def _shared_hosts(context: StackContext, primary: PrimaryRegion) -> Iterator[Diagnostic]:
    stack, routing = context.stack, context.stack.ingress.routing
    if routing is None:
        return
    if stack.domain != primary.domain:
        allowed = f"the primary's, {primary.domain}: both regions answer for the same hosts"
        yield Diagnostic(
            ("domain",), stack.domain, allowed, "write it, or remove ingress.routing", (("ingress", "routing"),)
        )
    if primary.routing != _PARTNERS[routing]:
        given = f"{routing} beside {primary.routing or 'nothing'}"
        allowed = f"{_PARTNERS[routing]} in Pulumi.{primary.stack}.yaml: one name has one routing policy (Route 53)"
        fix = f"write ingress.routing: {_PARTNERS[routing]} there"
        yield Diagnostic(("ingress", "routing"), given, allowed, fix, (_PRIMARY,))
