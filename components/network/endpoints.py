"""Private ways to AWS services: traffic of the platform to AWS does not pass through NAT."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, vpc

from components.network.endpoint_services import (
    EndpointService,
    Statement,
    interface_policy,
    interface_services,
    s3_policy,
)
from settings.facts import ports


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """`interface`: make the interface endpoints too (each costs by zone and hour); the S3 gateway is free.

    `called` are services that the product's own code calls, beside those that every stack does. `foreign`, by service,
    is what the account's own callers may do with what other accounts hold.
    """

    prefix: str
    region: str
    account_id: Input[str]
    vpc_id: Input[str]
    vpc_cidr: str
    subnet_ids: Sequence[Input[str]]
    route_table_ids: Sequence[Input[str]]
    interface: bool
    called: Sequence[str]
    foreign: Mapping[str, Sequence[Statement]]


class Endpoints(ComponentResource):
    """The S3 gateway endpoint, and interface endpoints in the private tier behind one security group."""

    security_group_id: Output[str]
    object_store_cidrs: Output[Sequence[str]]
    """The ranges of S3 in the region, as the gateway routes them."""
    created: list[Resource]

    def __init__(self, name: str, args: EndpointsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Endpoints", name, None, opts)
        child = ResourceOptions(parent=self)
        group = ec2.SecurityGroup(
            f"{name}-group",
            name=f"{args.prefix}-endpoints",
            description="AWS endpoints, reached from inside the VPC",
            vpc_id=args.vpc_id,
            tags={"Name": f"{args.prefix}-endpoints"},
            opts=child,
        )
        rule = vpc.SecurityGroupIngressRule(
            f"{name}-https",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            cidr_ipv4=args.vpc_cidr,
            ip_protocol="tcp",
            from_port=ports.HTTPS,
            to_port=ports.HTTPS,
            opts=child,
        )
        gateway = ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            policy=Output.json_dumps(s3_policy(args.region, args.account_id)),
            tags={"Name": f"{args.prefix}-s3"},
            opts=child,
        )
        self.security_group_id = group.id
        self.object_store_cidrs = gateway.cidr_blocks
        self.created = [rule, gateway, *(self._interfaces(name, args) if args.interface else ())]
        self.register_outputs({"securityGroupId": self.security_group_id})

    def _interfaces(self, name: str, args: EndpointsArgs) -> list[ec2.VpcEndpoint]:
        def policy(service: EndpointService) -> Output[str]:
            return Output.json_dumps(interface_policy(service, args.account_id, args.foreign.get(service.name, ())))

        return [
            ec2.VpcEndpoint(
                f"{name}-{service.name.replace('.', '-')}",
                vpc_id=args.vpc_id,
                service_name=f"com.amazonaws.{args.region}.{service.name}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(args.subnet_ids),
                security_group_ids=[self.security_group_id],
                private_dns_enabled=True,
                policy=policy(service),
                tags={"Name": f"{args.prefix}-{service.name}"},
                opts=ResourceOptions(parent=self),
            )
            for service in interface_services(args.called)
        ]
