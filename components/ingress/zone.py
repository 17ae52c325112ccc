"""The public Route 53 zone of the stack's domain."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import route53

from components.options import stateful

# Who may issue certificates below the domain: https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
_CERTIFICATE_AUTHORITIES = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


@dataclass(frozen=True, kw_only=True)
class HostedZoneArgs:
    """`zone_id` names a zone that exists already; without it the zone is made here, or taken over as it is.

    A zone made here must be delegated to once: the registrar of `domain` (or the parent zone) takes its name servers.
    """

    domain: str
    zone_id: Input[str] | None
    protect: bool
    taken_over: bool = False
    parent_zone_id: Input[str] | None = None
    """The zone above `domain` that is to delegate to a zone made here; None leaves that to a person."""


class HostedZone(ComponentResource):
    """The zone that holds the product's host names and the certificate's validation records."""

    zone_id: Output[str]
    name_servers: Output[list[str]] | None
    """The servers to delegate to; None for a zone that was given."""

    def __init__(self, name: str, args: HostedZoneArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:HostedZone", name, None, opts)
        if args.zone_id is not None:
            self.zone_id = Output.from_input(args.zone_id)
            self.name_servers = None
        else:
            zone = self._own_zone(name, args)
            self.zone_id = zone.zone_id
            self.name_servers = zone.name_servers.apply(list)
        self.register_outputs({"zoneId": self.zone_id, "nameServers": self.name_servers})

    def _own_zone(self, name: str, args: HostedZoneArgs) -> route53.Zone:
        zone = route53.Zone(
            f"{name}-zone",
            name=args.domain,
            comment=f"Hosts of {args.domain}",
            force_destroy=False,
            opts=stateful(self, protect=args.protect),
        )
        if args.taken_over:
            # It is delegated to already, and who may issue certificates is a record of its own, if it says so.
            return zone
        route53.Record(
            f"{name}-caa",
            zone_id=zone.zone_id,
            name=args.domain,
            type="CAA",
            ttl=3600,
            records=[f'0 issue "{authority}"' for authority in _CERTIFICATE_AUTHORITIES],
            opts=ResourceOptions(parent=self),
        )
        if args.parent_zone_id is not None:
            route53.Record(
                f"{name}-delegation",
                zone_id=args.parent_zone_id,
                name=args.domain,
                type="NS",
                ttl=3600,
                records=zone.name_servers,
                opts=ResourceOptions(parent=self),
            )
        return zone
