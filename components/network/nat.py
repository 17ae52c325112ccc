"""The way out for private subnets: none, one NAT gateway, one per zone, or one regional gateway."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2

from components.naming import zone_labels
from settings.facts.regions import is_zone_id
from settings.stack import NatMode


@dataclass(frozen=True, kw_only=True)
class NatArgs:
    """`public_subnet_ids` and `private_route_table_ids` follow the order of `zones`."""

    prefix: str
    mode: NatMode
    region: str
    zones: tuple[str, ...]
    vpc_id: Input[str]
    public_subnet_ids: Sequence[Input[str]]
    private_route_table_ids: Sequence[Input[str]]
    public_routes: Sequence[Resource]


class Nat(ComponentResource):
    """NAT gateways with fixed addresses, and the private tier's default routes through them.

    | mode | gateways | a zone's outage cuts off |
    |---|---|---|
    | none | 0; the private tier reaches AWS through endpoints alone | nothing |
    | single | 1, in the first zone | every zone, if it is the first one |
    | per-zone | 1 in each zone | that zone |
    | regional | 1 that AWS spreads over the zones | that zone |
    """

    addresses: list[Output[str]]
    gateway_ids: list[Output[str]]
    routes: list[ec2.Route]

    def __init__(self, name: str, args: NatArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Nat", name, None, opts)
        self.addresses = []
        self.routes = []
        letters = zone_labels(args.region, args.zones)
        gateways = self._gateways(name, args, letters)
        self.gateway_ids = [gateway.id for gateway in gateways]
        if gateways:
            for position, (letter, table) in enumerate(zip(letters, args.private_route_table_ids, strict=True)):
                gateway = gateways[position] if args.mode == "per-zone" else gateways[0]
                self.routes.append(
                    ec2.Route(
                        f"{name}-{letter}-route",
                        route_table_id=table,
                        destination_cidr_block="0.0.0.0/0",
                        nat_gateway_id=gateway.id,
                        opts=ResourceOptions(parent=self),
                    )
                )
        self.register_outputs({"addresses": self.addresses, "gatewayIds": self.gateway_ids})

    def _gateways(self, name: str, args: NatArgs, letters: list[str]) -> list[ec2.NatGateway]:
        if args.mode == "none":
            return []
        if args.mode == "regional":
            return [self._regional_gateway(name, args, letters)]
        zones = letters if args.mode == "per-zone" else letters[:1]
        return [
            ec2.NatGateway(
                f"{name}-{letter}",
                allocation_id=self._address(name, args, letter).id,
                subnet_id=subnet_id,
                tags={"Name": f"{args.prefix}-{letter}"},
                # A gateway whose subnet has no way to the internet yet fails to start.
                opts=ResourceOptions(parent=self, depends_on=args.public_routes),
            )
            for letter, subnet_id in zip(zones, args.public_subnet_ids, strict=False)
        ]

    def _regional_gateway(self, name: str, args: NatArgs, letters: list[str]) -> ec2.NatGateway:
        # Stated addresses, not AWS's own choice: partners that allow-list the platform see the same ones for good.
        return ec2.NatGateway(
            f"{name}-regional",
            availability_mode="regional",
            vpc_id=args.vpc_id,
            availability_zone_addresses=[
                ec2.NatGatewayAvailabilityZoneAddressArgs(
                    availability_zone=None if is_zone_id(zone) else zone,
                    availability_zone_id=zone if is_zone_id(zone) else None,
                    allocation_ids=[self._address(name, args, letter).id],
                )
                for zone, letter in zip(args.zones, letters, strict=True)
            ],
            tags={"Name": args.prefix},
            opts=ResourceOptions(parent=self, depends_on=args.public_routes),
        )

    def _address(self, name: str, args: NatArgs, letter: str) -> ec2.Eip:
        address = ec2.Eip(
            f"{name}-{letter}-address",
            domain="vpc",
            tags={"Name": f"{args.prefix}-nat-{letter}"},
            opts=ResourceOptions(parent=self, depends_on=args.public_routes),
        )
        self.addresses.append(address.public_ip)
        return address
