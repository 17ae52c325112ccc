"""Rules about regions, zones and address ranges."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from settings.checks.common import repeated
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import Path
from settings.regions import AS_OF, IDS, WITHOUT_EKS, ZONES, is_zone_id
from settings.suggest import choose, listed

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""

_WIDEST, _NARROWEST = 16, 20
_PRODUCTION_ZONES = 3


def check(context: StackContext) -> Iterator[Finding]:
    stack = context.stack
    yield from _known_region(("region",), stack.region)
    yield from _zones(context)
    yield from _replica_regions(context)
    yield from _range(stack.network.cidr)
    yield from _siblings(context)


def _known_region(path: Path, region: str) -> Iterator[Finding]:
    if region not in ZONES:
        allowed = f"a region of the commercial partition ({len(ZONES)} as of {AS_OF})"
        yield Finding(path, region, allowed, choose(region, ZONES, "see settings/regions.py for all of them"))


def _zones(context: StackContext) -> Iterator[Finding]:
    stack = context.stack
    zones = [(("zones", index), zone) for index, zone in enumerate(stack.zones)]
    yield from repeated(zones, "zone")
    known = _known(context)
    if known:
        for path, zone in zones:
            yield from _zone(context, path, zone, known)
    if stack.environment == "production" and len(set(stack.zones)) < _PRODUCTION_ZONES:
        free = [zone for zone in known if zone not in stack.zones]
        mend = f"add {free[0]}" if free else "choose a region with three zones"
        allowed = f"at least {_PRODUCTION_ZONES} different zones in production"
        yield Finding(("zones",), ", ".join(stack.zones), allowed, mend, (("environment",), ("region",)))


def _known(context: StackContext) -> list[str]:
    """Return the zones that may be stated: by id if the first one is, without those that the runtime cannot use."""
    stack = context.stack
    refused = WITHOUT_EKS.get(stack.region, ()) if stack.runtime == "eks" else ()
    by_id = is_zone_id(stack.zones[0])
    return [zone for zone in (IDS if by_id else ZONES).get(stack.region, ()) if zone not in refused]


def _zone(context: StackContext, path: Path, zone: str, known: list[str]) -> Iterator[Finding]:
    stack = context.stack
    free = [item for item in known if item not in stack.zones] or known
    if zone in WITHOUT_EKS.get(stack.region, ()) and stack.runtime == "eks":
        allowed = f"a zone that EKS takes subnets in: {listed(known)}"
        yield Finding(path, zone, allowed, f"write {free[0]}", (("region",), ("runtime",)))
    elif is_zone_id(zone) != is_zone_id(stack.zones[0]):
        allowed = "all zones by id or all by name: a name may be the same zone as one of the ids"
        yield Finding(path, zone, allowed, f"write it as {free[0]}", (("zones", 0),))
    elif zone not in known:
        mend = choose(zone, free, "name one of these")
        yield Finding(path, zone, f"a zone of {stack.region}: {listed(known)}", mend, (("region",),))


def _replica_regions(context: StackContext) -> Iterator[Finding]:
    items = [(("replica_regions", index), region) for index, region in enumerate(context.stack.replica_regions)]
    yield from repeated(items, "region")
    for path, region in items:
        yield from _known_region(path, region)
        if region == context.stack.region:
            yield Finding(path, region, "a region other than the stack's own", "remove it", (("region",),))


def _range(cidr: str) -> Iterator[Finding]:
    network = IPv4Network(cidr)
    path: Path = ("network", "cidr")
    if not any(network.subnet_of(private) for private in _PRIVATE):
        allowed = f"inside a private range: {listed(map(str, _PRIVATE))} (RFC 1918)"
        yield Finding(path, cidr, allowed, "choose one such as 10.0.0.0/16")
    if not _WIDEST <= network.prefixlen <= _NARROWEST:
        bounds = f"/{_WIDEST} (65,536 addresses, the largest VPC) to /{_NARROWEST} (4,096)"
        nearest = min(max(network.prefixlen, _WIDEST), _NARROWEST)
        mend = f"write {IPv4Network((network.network_address, nearest), strict=False)}"
        yield Finding(path, cidr, bounds, mend)


def _siblings(context: StackContext) -> Iterator[Finding]:
    mine = IPv4Network(context.stack.network.cidr)
    taken = [IPv4Network(sibling.cidr) for sibling in context.siblings]
    for sibling, theirs in zip(context.siblings, taken, strict=True):
        if mine.overlaps(theirs):
            allowed = f"no overlap with {sibling.cidr} of {sibling.file} ({sibling.region})"
            yield Finding(("network", "cidr"), context.stack.network.cidr, allowed, _free_range(mine, [*taken, mine]))


def _free_range(mine: IPv4Network, taken: list[IPv4Network]) -> str:
    """Name the next range of the same size that nobody uses."""
    private = next((item for item in _PRIVATE if mine.subnet_of(item)), _PRIVATE[0])
    size = mine.prefixlen if mine.prefixlen >= private.prefixlen else private.prefixlen
    for candidate in private.subnets(new_prefix=size):
        if not any(candidate.overlaps(other) for other in taken):
            return f"the next free range is {candidate}"
    return "choose a range that no stack uses"
