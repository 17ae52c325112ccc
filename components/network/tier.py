"""One tier of subnets: a subnet and a route table of its own in every zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2

from components.naming import zone_labels
from settings.facts.regions import is_zone_id


@dataclass(frozen=True, kw_only=True)
class SubnetTierArgs:
    """`cidrs` has one range for each of `zones`, in their order; `tags` are what controllers look for."""

    prefix: str
    tier: str
    region: str
    zones: tuple[str, ...]
    cidrs: tuple[str, ...]
    vpc_id: Input[str]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class SubnetTier(ComponentResource):
    """Subnets with a route table each, so that a zone's routes can change without touching another zone."""

    subnet_ids: list[Output[str]]
    route_table_ids: list[Output[str]]
    associations: list[ec2.RouteTableAssociation]
    zone_names: list[Input[str]]
    """What the account calls each zone, for what takes no id."""

    def __init__(self, name: str, args: SubnetTierArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:SubnetTier", name, None, opts)
        child = ResourceOptions(parent=self)
        self.subnet_ids = []
        self.route_table_ids = []
        self.associations = []
        self.zone_names = []
        letters = zone_labels(args.region, args.zones)
        for letter, zone, cidr in zip(letters, args.zones, args.cidrs, strict=True):
            by_id = is_zone_id(zone)
            label = f"{args.prefix}-{args.tier}-{zone.rpartition('-')[2] if by_id else letter}"
            subnet = ec2.Subnet(
                f"{name}-{letter}",
                vpc_id=args.vpc_id,
                availability_zone=None if by_id else zone,
                availability_zone_id=zone if by_id else None,
                cidr_block=cidr,
                # Load balancers and NAT gateways bring their own addresses; nothing else gets a public one by accident.
                map_public_ip_on_launch=False,
                tags={"Name": label, "Tier": args.tier, **args.tags},
                opts=child,
            )
            table = ec2.RouteTable(f"{name}-{letter}-routes", vpc_id=args.vpc_id, tags={"Name": label}, opts=child)
            self.associations.append(
                ec2.RouteTableAssociation(
                    f"{name}-{letter}-association", subnet_id=subnet.id, route_table_id=table.id, opts=child
                )
            )
            self.subnet_ids.append(subnet.id)
            self.route_table_ids.append(table.id)
            self.zone_names.append(subnet.availability_zone if by_id else zone)
        self.register_outputs({"subnetIds": self.subnet_ids, "routeTableIds": self.route_table_ids})
