"""A private way from a secondary region to the primary's database, made from the secondary's side (SL-125)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import ec2, vpc

from settings.facts import ports

_EPHEMERAL_PORTS = (1024, 65535)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The primary's network, as its stack gives it out; `data_cidr` holds the data tier of every zone."""

    region: str
    vpc_id: Input[str]
    data_cidr: str
    data_route_table_ids: Sequence[Input[str]]
    data_acl_id: Input[str]
    database_security_group_id: Input[str]


@dataclass(frozen=True, kw_only=True)
class PeeringArgs:
    """`cidr` is this network's range, `client_cidrs` those of its subnets that may ask.

    `rule_number` is this region's place in the peer's network ACL, which no other secondary region takes. `tags` are
    the stack's own: what is made in the peer's region carries them too.
    """

    prefix: str
    tags: Mapping[str, str]
    vpc_id: Input[str]
    cidr: str
    route_table_ids: Sequence[Input[str]]
    client_cidrs: Sequence[str]
    rule_number: int
    peer: Peer


class Peering(ComponentResource):
    """Two networks joined, with routes and rules at both ends for PostgreSQL and nothing else.

    Another region's security groups cannot be referred to, so the rule over there names this region's subnets:
    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html. RDS names of private instances
    resolve to private addresses everywhere, so no DNS crosses the connection.
    """

    ready: list[Resource]
    """What stands before this region's pods reach the database."""

    def __init__(self, name: str, args: PeeringArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Peering", name, None, opts)
        there = aws.Provider(
            f"{name}-aws",
            region=args.peer.region,  # pyright: ignore[reportArgumentType] -- the SDK's enum lags behind AWS
            default_tags=aws.ProviderDefaultTagsArgs(tags=dict(args.tags)),
            opts=ResourceOptions(parent=self),
        )
        self._there = ResourceOptions(parent=self, provider=there)
        accepted = self._connect(name, args)
        self.ready = [
            *self._routes_there(name, args, accepted),
            *self._routes_back(name, args, accepted),
            *self._let_in(name, args),
        ]
        self.register_outputs({"connectionId": accepted.vpc_peering_connection_id})

    def _connect(self, name: str, args: PeeringArgs) -> ec2.VpcPeeringConnectionAccepter:
        tags = {"Name": f"{args.prefix}-primary"}
        connection = ec2.VpcPeeringConnection(
            f"{name}-connection",
            vpc_id=args.vpc_id,
            peer_vpc_id=args.peer.vpc_id,
            peer_region=args.peer.region,
            tags=tags,
            opts=ResourceOptions(parent=self),
        )
        return ec2.VpcPeeringConnectionAccepter(
            f"{name}-accepter",
            vpc_peering_connection_id=connection.id,
            auto_accept=True,
            tags=tags,
            opts=self._there,
        )

    def _routes_there(self, name: str, args: PeeringArgs, accepted: ec2.VpcPeeringConnectionAccepter) -> list[Resource]:
        return [
            ec2.Route(
                f"{name}-to-primary-{position}",
                route_table_id=table,
                destination_cidr_block=args.peer.data_cidr,
                vpc_peering_connection_id=accepted.vpc_peering_connection_id,
                opts=ResourceOptions(parent=self, depends_on=[accepted]),
            )
            for position, table in enumerate(args.route_table_ids, start=1)
        ]

    def _routes_back(self, name: str, args: PeeringArgs, accepted: ec2.VpcPeeringConnectionAccepter) -> list[Resource]:
        return [
            ec2.Route(
                f"{name}-from-primary-{position}",
                route_table_id=table,
                destination_cidr_block=args.cidr,
                vpc_peering_connection_id=accepted.vpc_peering_connection_id,
                opts=ResourceOptions.merge(self._there, ResourceOptions(depends_on=[accepted])),
            )
            for position, table in enumerate(args.peer.data_route_table_ids, start=1)
        ]

    def _let_in(self, name: str, args: PeeringArgs) -> list[Resource]:
        """Open the primary's data tier, whose network ACL and security group know their own network alone."""
        rules: list[Resource] = [
            ec2.NetworkAclRule(
                f"{name}-acl-{direction}",
                network_acl_id=args.peer.data_acl_id,
                rule_number=args.rule_number,
                egress=egress,
                protocol="tcp",
                rule_action="allow",
                cidr_block=args.cidr,
                from_port=span[0],
                to_port=span[1],
                opts=self._there,
            )
            for direction, egress, span in (
                ("in", False, (ports.POSTGRESQL, ports.POSTGRESQL)),
                ("out", True, _EPHEMERAL_PORTS),
            )
        ]
        doors = [
            vpc.SecurityGroupIngressRule(
                f"{name}-database-from-{position}",
                security_group_id=args.peer.database_security_group_id,
                description=f"PostgreSQL from {args.prefix}",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=ports.POSTGRESQL,
                to_port=ports.POSTGRESQL,
                opts=self._there,
            )
            for position, cidr in enumerate(args.client_cidrs, start=1)
        ]
        return [*rules, *doors]
