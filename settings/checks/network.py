"""Rules about regions, zones and address ranges."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from settings.arithmetic.subnets import LARGEST_VPC, SMALLEST_VPC
from settings.checks.common import repeated
from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.facts.regions import AS_OF, IDS, ZONES, is_zone_id
from settings.raw import Path
from settings.suggest import choose, listed

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""

_PRODUCTION_ZONES = 3


def check(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    yield from _known_region(("region",), stack.region)
    yield from _zones(context)
    yield from _replica_regions(context)
    yield from _range(stack.network.cidr)
    yield from _siblings(context)


def _known_region(path: Path, region: str) -> Iterator[Diagnostic]:
    if region not in ZONES:
        allowed = f"a region of the commercial partition ({len(ZONES)} as of {AS_OF})"
        yield Diagnostic(path, region, allowed, choose(region, ZONES, "see settings/facts/regions.py for all of them"))


def _zones(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    zones = [(("zones", index), zone) for index, zone in enumerate(stack.zones)]
    yield from repeated(zones, "zone")
    known = _known(context)
    if known:
        for path, zone in zones:
            yield from _zone(context, path, zone, known)
    if stack.environment == "production" and len(set(stack.zones)) < _PRODUCTION_ZONES:
        free = [zone for zone in known if zone not in stack.zones]
        fix = f"add {free[0]}" if free else "choose a region with three zones"
        allowed = f"at least {_PRODUCTION_ZONES} different zones in production"
        yield Diagnostic(("zones",), ", ".join(stack.zones), allowed, fix, (("environment",), ("region",)))


def _known(context: StackContext) -> list[str]:
    """Return the zones that may be stated: by id if the first one is, without those that the runtime cannot use."""
    stack = context.stack
    refused = stack.offers.refused_zones.get(stack.region, ())
    by_id = is_zone_id(stack.zones[0])
    return [zone for zone in (IDS if by_id else ZONES).get(stack.region, ()) if zone not in refused]


def _zone(context: StackContext, path: Path, zone: str, known: list[str]) -> Iterator[Diagnostic]:
    stack = context.stack
    free = [item for item in known if item not in stack.zones] or known
    if zone in stack.offers.refused_zones.get(stack.region, ()):
        allowed = f"a zone that {stack.runtime.upper()} takes subnets in: {listed(known)}"
        yield Diagnostic(path, zone, allowed, f"write {free[0]}", (("region",), ("runtime",)))
    elif is_zone_id(zone) != is_zone_id(stack.zones[0]):
        allowed = "all zones by id or all by name: a name may be the same zone as one of the ids"
        yield Diagnostic(path, zone, allowed, f"write it as {free[0]}", (("zones", 0),))
    elif zone not in known:
        fix = choose(zone, free, "name one of these")
        yield Diagnostic(path, zone, f"a zone of {stack.region}: {listed(known)}", fix, (("region",),))


def _replica_regions(context: StackContext) -> Iterator[Diagnostic]:
    items = [(("replica_regions", index), region) for index, region in enumerate(context.stack.replica_regions)]
    yield from repeated(items, "region")
    for path, region in items:
        yield from _known_region(path, region)
        if region == context.stack.region:
            yield Diagnostic(path, region, "a region other than the stack's own", "remove it", (("region",),))


def _range(cidr: str) -> Iterator[Diagnostic]:
    network = IPv4Network(cidr)
    path: Path = ("network", "cidr")
    if not any(network.subnet_of(private) for private in _PRIVATE):
        allowed = f"inside a private range: {listed(map(str, _PRIVATE))} (RFC 1918)"
        yield Diagnostic(path, cidr, allowed, "choose one such as 10.0.0.0/16")
    if not LARGEST_VPC <= network.prefixlen <= SMALLEST_VPC:
        bounds = f"/{LARGEST_VPC} (65,536 addresses, the largest VPC) to /{SMALLEST_VPC} (4,096)"
        nearest = min(max(network.prefixlen, LARGEST_VPC), SMALLEST_VPC)
        fix = f"write {IPv4Network((network.network_address, nearest), strict=False)}"
        yield Diagnostic(path, cidr, bounds, fix)


def _siblings(context: StackContext) -> Iterator[Diagnostic]:
    mine = IPv4Network(context.stack.network.cidr)
    taken = [IPv4Network(sibling.cidr) for sibling in context.siblings]
    for sibling, theirs in zip(context.siblings, taken, strict=True):
        if mine.overlaps(theirs):
            allowed = f"no overlap with {sibling.cidr} of {sibling.file} ({sibling.region})"
            yield Diagnostic(
                ("network", "cidr"), context.stack.network.cidr, allowed, _free_range(mine, [*taken, mine])
            )


def _free_range(mine: IPv4Network, taken: list[IPv4Network]) -> str:
    """Name the next range of the same size that nobody uses."""
    private = next((item for item in _PRIVATE if mine.subnet_of(item)), _PRIVATE[0])
    size = mine.prefixlen if mine.prefixlen >= private.prefixlen else private.prefixlen
    for candidate in private.subnets(new_prefix=size):
        if not any(candidate.overlaps(other) for other in taken):
            return f"the next free range is {candidate}"
    return "choose a range that no stack uses"
