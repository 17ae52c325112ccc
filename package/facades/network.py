"""A VPC with public, private and data tiers."""

from typing import Any, TypedDict

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2

from components.network import network
from package.stated import section, text
from settings.stack import NetworkSettings


class NetworkArgs(TypedDict):
    prefix: str
    """The start of every physical name, such as shop-prod."""
    region: str
    """The AWS region, such as eu-west-1."""
    zones: list[str]
    """Zone names or ids; only ever appended to."""
    environment: str
    """dev, staging, production or budget: what the settings start from."""
    settings: dict[str, Any]
    """What a stack file states under `groundwork:network`; `cidr` at least."""
    logs_key_arn: Input[str]
    """The key that encrypts records of traffic."""


class Network(ComponentResource):
    """VPC, three tiers over the zones, ways in and out, endpoints, records of traffic and a private DNS zone."""

    vpc_id: Output[str]
    public_subnet_ids: Output[list[str]]
    """Subnets of load balancers and NAT gateways."""
    private_subnet_ids: Output[list[str]]
    """Subnets of nodes and pods."""
    data_subnet_ids: Output[list[str]]
    """Subnets of databases and caches, without a default route."""
    clients_security_group_id: Output[str]
    """A group without rules: databases and caches let in what carries it, beside a group that lets it out."""
    private_zone_id: Output[str]
    """The private hosted zone."""
    private_zone_name: Output[str]
    """The name of the private hosted zone."""

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Network", name, None, opts)
        prefix = text(args, "prefix")
        built = network.Network(
            name,
            network.NetworkArgs(
                prefix=prefix,
                region=text(args, "region"),
                zones=tuple(args["zones"]),
                settings=section("network", NetworkSettings, text(args, "environment"), args["settings"]),
                logs_key_arn=args["logs_key_arn"],
                cluster_name=prefix,
            ),
            ResourceOptions(parent=self),
        )
        self.vpc_id = built.vpc_id
        self.public_subnet_ids = Output.all(*built.public_subnet_ids)
        self.private_subnet_ids = Output.all(*built.private_subnet_ids)
        self.data_subnet_ids = Output.all(*built.data_subnet_ids)
        self.clients_security_group_id = self._clients(name, prefix).id
        self.private_zone_id = built.private_zone_id
        self.private_zone_name = Output.from_input(built.private_zone_name)
        self.register_outputs({"vpcId": self.vpc_id, "dataSubnetIds": self.data_subnet_ids})

    def _clients(self, name: str, prefix: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            f"{name}-clients",
            vpc_id=self.vpc_id,
            name=f"{prefix}-clients",
            description="What may connect to databases and caches",
            tags={"Name": f"{prefix}-clients"},
            opts=ResourceOptions(parent=self),
        )
