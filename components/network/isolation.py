"""What a VPC comes with is closed, and the data tier talks to nobody outside the VPC."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2

_RULE_NUMBER = 100


@dataclass(frozen=True, kw_only=True)
class IsolationArgs:
    prefix: str
    vpc_id: Input[str]
    vpc_cidr: str
    default_route_table_id: Input[str]
    data_subnet_ids: Sequence[Input[str]]


class Isolation(ComponentResource):
    """Closes the default security group and route table, and fences the data tier with a network ACL.

    The default network ACL stays as AWS makes it (all allowed): it serves the public and private tiers, whose traffic
    security groups and network policies decide on.
    """

    data_acl_id: Output[str]

    def __init__(self, name: str, args: IsolationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Isolation", name, None, opts)
        child = ResourceOptions(parent=self)
        # Without rules: whoever forgets to name a security group gets one that lets nothing through.
        ec2.DefaultSecurityGroup(
            f"{name}-default-group", vpc_id=args.vpc_id, ingress=[], egress=[], tags={"Name": "closed"}, opts=child
        )
        # Without routes: a subnet that nobody associated with a table reaches the VPC alone.
        ec2.DefaultRouteTable(
            f"{name}-default-routes",
            default_route_table_id=args.default_route_table_id,
            routes=[],
            tags={"Name": "closed"},
            opts=child,
        )
        acl = ec2.NetworkAcl(
            f"{name}-data",
            vpc_id=args.vpc_id,
            subnet_ids=list(args.data_subnet_ids),
            tags={"Name": f"{args.prefix}-data"},
            opts=child,
        )
        # All protocols within the VPC's range; every other address meets the ACL's closing deny. DNS needs no rule: an
        # ACL does not see the VPC's resolver.
        for direction, egress in (("in", False), ("out", True)):
            ec2.NetworkAclRule(
                f"{name}-data-{direction}",
                network_acl_id=acl.id,
                rule_number=_RULE_NUMBER,
                egress=egress,
                protocol="-1",
                rule_action="allow",
                cidr_block=args.vpc_cidr,
                opts=child,
            )
        self.data_acl_id = acl.id
        self.register_outputs({"dataAclId": self.data_acl_id})
