"""The hosted zones of a product's domain, and of the second one while it moves from one to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Alias, ComponentResource, Output, ResourceOptions

from components.ingress.zone import HostedZone, HostedZoneArgs
from settings.further_domain import FurtherDomain


@dataclass(frozen=True, kw_only=True)
class Domains:
    """The zone of the stack's domain, every name that the product answers under, and the zone of each second name."""

    zone: HostedZone
    names: tuple[str, ...]
    elsewhere: Mapping[str, Output[str]]


def build_domains(
    name: str,
    args: HostedZoneArgs,
    further: FurtherDomain | None,
    hosts: Sequence[str],
    second_names: Mapping[str, str],
    parent: ComponentResource,
) -> Domains:
    """Build the zones. `second_names` gives the second name of each of `hosts` that has one."""
    zone, other = _zones(name, args, further, parent)
    second = tuple(second_names[host] for host in hosts if host in second_names)
    # The domain that came first stays first, so that the certificate stays as it is when the two change places.
    former = further is not None and further.stage == "former"
    return Domains(
        zone=zone,
        names=(*second, *hosts) if former else (*hosts, *second),
        elsewhere=dict.fromkeys(second_names.values(), other.zone_id) if other else {},
    )


def both_names(hosts: Sequence[str], second_names: Mapping[str, str]) -> tuple[str, ...]:
    """Give each host once, and its second name where it has one."""
    return tuple(name for host in dict.fromkeys(hosts) for name in (host, second_names.get(host)) if name is not None)


def _zones(
    name: str, args: HostedZoneArgs, further: FurtherDomain | None, parent: ComponentResource
) -> tuple[HostedZone, HostedZone | None]:
    """Keep each zone under its logical name while the domains change places, so that none is replaced.

    The domain that the product moves to is `<name>-further` until the one that it came from is gone, and is called by
    the plain name again, as an alias, once that name is free.
    """
    child, later = ResourceOptions(parent=parent), f"{name}-further"
    if further is None:
        return HostedZone(name, args, ResourceOptions.merge(child, ResourceOptions(aliases=[Alias(name=later)]))), None
    moved = further.stage in ("former", "gone")
    zone = HostedZone(later if moved else name, args, child)
    if further.stage == "gone":
        return zone, None
    given = HostedZoneArgs(domain=further.name, zone_id=further.zone, protect=args.protect)
    return zone, HostedZone(name if moved else later, given, child)
