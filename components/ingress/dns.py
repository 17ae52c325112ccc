"""The product's host names, pointed at the load balancer or at the CDN before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import route53

from settings.stack import Routing


@dataclass(frozen=True, kw_only=True)
class DnsArgs:
    """`routing` is None while one region alone serves the hosts; `hosts` is empty while another stack serves them."""

    region: str
    zone_id: Input[str]
    hosts: Sequence[str]
    load_balancer_dns_name: Input[str]
    load_balancer_zone_id: Input[str]
    routing: Routing | None = None
    health_check_id: Input[str] | None = None
    """Whether this region answers at all; beside the load balancer's own view of its pods."""
    evaluate_target_health: bool = True
    """False for a CDN, which Route 53 cannot ask."""
    elsewhere: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    """The zone of each of `hosts` that is not in `zone_id`."""


class Dns(ComponentResource):
    """An alias record per host. The load balancer has IPv4 addresses alone, so there are no AAAA records.

    An alias is kept for as long as its target's own record: 60 seconds for load balancers and CloudFront alike, so a
    move is seen by everybody within a minute (WX-94).
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
    """

    def __init__(self, name: str, args: DnsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Dns", name, None, opts)
        for host in args.hosts:
            route53.Record(
                f"{name}-{host}",
                zone_id=args.elsewhere.get(host, args.zone_id),
                name=host,
                type="A",
                aliases=[
                    route53.RecordAliasArgs(
                        name=args.load_balancer_dns_name,
                        zone_id=args.load_balancer_zone_id,
                        # Without a healthy pod the region leaves the answer, and another region takes its place.
                        evaluate_target_health=args.evaluate_target_health,
                    )
                ],
                health_check_id=args.health_check_id,
                set_identifier=args.region if args.routing else None,
                latency_routing_policies=[route53.RecordLatencyRoutingPolicyArgs(region=args.region)]
                if args.routing == "latency"
                else None,
                failover_routing_policies=[route53.RecordFailoverRoutingPolicyArgs(type=args.routing.upper())]
                if args.routing in ("primary", "secondary")
                else None,
                # Route 53 refuses a plain record beside one with a routing policy, so the old one goes first.
                opts=ResourceOptions(parent=self, delete_before_replace=True),
            )
        self.register_outputs({})
