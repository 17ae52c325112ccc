"""The private way of a runner or a VPN to the Kubernetes API."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import ec2, vpc

from settings.api_access import ApiPeering, NetworkAccess
from settings.facts import ports


@dataclass(frozen=True, kw_only=True)
class ClusterNetwork:
    """The network that the cluster stands in."""

    vpc_id: Input[str]
    cidr: str
    route_table_ids: Sequence[Input[str]]


@dataclass(frozen=True, kw_only=True)
class ApiAccessArgs:
    """`security_group_id` is the cluster's, which the API's network interfaces carry."""

    prefix: str
    access: NetworkAccess
    network: ClusterNetwork
    security_group_id: Input[str]


class ApiAccess(ComponentResource):
    """Lets private ranges in, and joins the networks if asked to.

    The endpoint's name resolves to its private addresses everywhere, so no DNS has to cross the connection:
    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """

    ready: list[Resource]
    """What stands before a client of those ranges reaches the API."""

    def __init__(self, name: str, args: ApiAccessArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ApiAccess", name, None, opts)
        self.ready = [*self._let_in(name, args)]
        if args.access.peering is not None:
            self.ready += self._connect(name, args, args.access.peering)
        self.register_outputs({})

    def _let_in(self, name: str, args: ApiAccessArgs) -> list[Resource]:
        return [
            vpc.SecurityGroupIngressRule(
                f"{name}-from-{_label(cidr)}",
                security_group_id=args.security_group_id,
                description=f"Kubernetes API from {cidr}",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=ports.HTTPS,
                to_port=ports.HTTPS,
                opts=ResourceOptions(parent=self),
            )
            for cidr in args.access.cidrs
        ]

    def _connect(self, name: str, args: ApiAccessArgs, peering: ApiPeering) -> list[Resource]:
        connection = ec2.VpcPeeringConnection(
            f"{name}-peering",
            vpc_id=args.network.vpc_id,
            peer_vpc_id=peering.vpc_id,
            # Both ends are in this account and region, so it needs nobody to accept it.
            auto_accept=True,
            tags={"Name": f"{args.prefix}-runner"},
            opts=ResourceOptions(parent=self),
        )

        def route(label: str, table: Input[str], cidr: str) -> ec2.Route:
            return ec2.Route(
                f"{name}-{label}",
                route_table_id=table,
                destination_cidr_block=cidr,
                vpc_peering_connection_id=connection.id,
                opts=ResourceOptions(parent=self),
            )

        there = [
            route(f"to-{_label(cidr)}-{position}", table, cidr)
            for position, table in enumerate(args.network.route_table_ids, start=1)
            for cidr in args.access.cidrs
        ]
        back = [route(f"back-{table}", table, args.network.cidr) for table in peering.route_table_ids]
        return [*there, *back]


def _label(cidr: str) -> str:
    """Return a range as a part of a logical name, whose parts a slash would confuse."""
    return cidr.replace("/", "-")
