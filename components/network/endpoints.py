"""Private ways to AWS services: traffic of the platform to AWS does not pass through NAT."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, vpc

from components.network.endpoint_services import (
    EndpointService,
    Statement,
    gateway_policy,
    gateways,
    interface_policy,
    interface_services,
)
from settings.facts import ports


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """`interface`: make the interface endpoints too (each costs by zone and hour); gateways are free.

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
    """Gateway endpoints, S3's among them, and interface endpoints in the private tier behind one security group."""

    security_group_id: Output[str]
    gateway_cidrs: dict[str, Output[Sequence[str]]]
    """The ranges of a service in the region, as its gateway routes them, by the service's name."""
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
        made = {service: self._gateway(name, service, args) for service in gateways(args.called)}
        self.security_group_id = group.id
        self.gateway_cidrs = {service: gateway.cidr_blocks for service, gateway in made.items()}
        self.created = [rule, *made.values(), *(self._interfaces(name, args) if args.interface else ())]
        self.register_outputs({"securityGroupId": self.security_group_id})

    def _gateway(self, name: str, service: str, args: EndpointsArgs) -> ec2.VpcEndpoint:
        return ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            policy=Output.json_dumps(gateway_policy(service, args.region, args.account_id)),
            tags={"Name": f"{args.prefix}-{service}"},
            opts=ResourceOptions(parent=self),
        )

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
