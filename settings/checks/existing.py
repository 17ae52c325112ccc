"""What a stack uses or takes over has to fit it, as far as the settings tell; the rest is asked of the account."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.existing import ExistingNetwork, ExistingSubnet
from settings.facts.kubernetes import KUBERNETES
from settings.raw import Path
from settings.runtimes import Feature
from settings.suggest import choose, listed

_NETWORK: Path = ("existing", "network")
_DATABASE: Path = ("existing", "database")


def check(context: StackContext) -> Iterator[Diagnostic]:
    network = context.stack.existing.network
    if network is not None:
        yield from _tiers(context, network)
        yield from _alone(context, network)
    yield from _cluster(context)
    yield from _database(context)
    yield from _buckets(context)


def _tiers(context: StackContext, network: ExistingNetwork) -> Iterator[Diagnostic]:
    seen: list[ExistingSubnet] = []
    for tier, subnets in network.tiers.items():
        path: Path = (*_NETWORK, f"{tier.name.lower()}_subnets")
        yield from _zones(context, path, subnets)
        for index, subnet in enumerate(subnets):
            yield from _range(context, (*path, index), subnet, seen)
            seen.append(subnet)


def _zones(context: StackContext, path: Path, subnets: tuple[ExistingSubnet, ...]) -> Iterator[Diagnostic]:
    """Report a zone that the stack has not, one that is there twice, and those without a subnet."""
    wanted, found = context.stack.zones, [subnet.zone for subnet in subnets]
    concerns: tuple[Path, ...] = (("zones",),)
    for index, zone in enumerate(found):
        if zone not in wanted:
            fix = "name the subnet of such a zone, or add the zone at the end of `zones`"
            yield Diagnostic((*path, index, "zone"), zone, f"a zone of the stack: {listed(wanted)}", fix, concerns)
        elif zone in found[:index]:
            yield Diagnostic((*path, index, "zone"), zone, "one subnet in each zone", "remove one of the two", concerns)
    missing = [zone for zone in wanted if zone not in found]
    if missing:
        allowed = f"one subnet in each zone of the stack: {listed(wanted)}"
        fix = f"add the subnet in {', '.join(missing)}; zones go from the end of `zones` alone"
        yield Diagnostic(path, ", ".join(found), allowed, fix, concerns)


def _range(
    context: StackContext, path: Path, subnet: ExistingSubnet, seen: list[ExistingSubnet]
) -> Iterator[Diagnostic]:
    whole, mine = context.stack.network.cidr, IPv4Network(subnet.cidr)
    if not mine.subnet_of(IPv4Network(whole)):
        fix = "write the subnet's own range, and the VPC's as `network.cidr`"
        yield Diagnostic((*path, "cidr"), subnet.cidr, f"inside network.cidr, {whole}", fix, (("network", "cidr"),))
    for other in seen:
        if subnet.id == other.id:
            yield Diagnostic((*path, "id"), subnet.id, "a subnet of one tier and zone", "name another subnet")
        elif mine.overlaps(IPv4Network(other.cidr)):
            fix = "write each subnet's own range: `aws ec2 describe-subnets`"
            yield Diagnostic((*path, "cidr"), subnet.cidr, f"no overlap with {other.cidr} of {other.id}", fix)


def _alone(context: StackContext, network: ExistingNetwork) -> Iterator[Diagnostic]:
    """Report what changes routes and rules of a network, which here are somebody else's."""
    stack, fix = context.stack, "leave existing.network out: the stack then makes its own"
    if stack.primary_stack or stack.replica_regions:
        concerns: tuple[Path, ...] = (("primary_stack",), ("replica_regions",))
        allowed = "a stack of one region: regions that share data add routes and rules to each other's network"
        yield Diagnostic((*_NETWORK, "vpc"), network.vpc, allowed, fix, concerns)
    if context.workload.transit_encryption != "none":
        allowed = "a product without transit_encryption, which is switched on for a whole VPC"
        yield Diagnostic((*_NETWORK, "vpc"), network.vpc, allowed, fix, of_product(("transit_encryption",)))


def _cluster(context: StackContext) -> Iterator[Diagnostic]:
    stack, existing = context.stack, context.stack.existing.cluster
    if existing is None:
        return
    given, path = existing.name, ("existing", "cluster", "name")
    if Feature.KUBERNETES_API not in stack.offers:
        allowed = f"nothing with runtime: {stack.runtime}, which has no cluster of Kubernetes"
        yield Diagnostic(path, given, allowed, "remove it", (("runtime",),))
    if stack.existing.network is None:
        allowed = "one in a VPC that the stack uses, since a cluster stays in its own"
        yield Diagnostic(path, given, allowed, "name that VPC in existing.network")
    release = KUBERNETES.get(stack.cluster.version)
    known: Mapping[str, str] = release.add_ons if release else {}
    for index, add_on in enumerate(existing.add_ons):
        if known and add_on not in known:
            place: Path = ("existing", "cluster", "add_ons", index)
            fix = choose(add_on, known, "remove it: it stays as it is")
            yield Diagnostic(place, add_on, f"an add-on of the platform: {listed(known)}", fix)


def _database(context: StackContext) -> Iterator[Diagnostic]:
    stack, existing = context.stack, context.stack.existing.database
    if existing is None:
        return
    given, path = existing.identifier, (*_DATABASE, "identifier")
    if stack.database is None:
        concerns = of_product(("database",))
        yield Diagnostic(path, given, f"nothing: {stack.workload} has no database", "remove it", concerns)
    elif stack.database.source != "own":
        allowed = "a database of the stack's own: source own"
        yield Diagnostic(path, given, allowed, "remove it", (("database", "source"),))
    if stack.existing.network is None:
        allowed = "one in a VPC that the stack uses, since a database stays in its own"
        yield Diagnostic(path, given, allowed, "name that VPC in existing.network")
    start = f"{stack.workload}/{context.name}/"
    if not re.match(
        rf"arn:aws[a-z-]*:secretsmanager:{stack.region}:[0-9]+:secret:{re.escape(start)}", existing.master_secret
    ):
        allowed = f"a secret in {stack.region} whose name starts with {start}, which the stack may read"
        fix = f"aws secretsmanager create-secret --name {start}existing-master --secret-string file://…"
        yield Diagnostic(
            (*_DATABASE, "master_secret"), existing.master_secret, allowed, fix, (("region",), ("workload",))
        )


def _buckets(context: StackContext) -> Iterator[Diagnostic]:
    known = context.workload.buckets
    for name, bucket in context.stack.existing.buckets.items():
        if name not in known:
            allowed = f"under a name of the product's buckets: {listed(known) if known else 'it has none'}"
            fix = choose(name, known, "remove it")
            yield Diagnostic(("existing", "buckets", name), bucket.name, allowed, fix, of_product(("buckets",)))
