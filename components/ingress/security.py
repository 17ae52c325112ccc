"""What may reach the load balancer, and what the load balancer may reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2, vpc

from settings.facts import ports

FREE_PORTS = (32768, 65535)
"""Linux' range for ports that are given out on the day:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"""


@dataclass(frozen=True, kw_only=True)
class LoadBalancerSecurityArgs:
    """`target_ports` are the pods' ports; `cluster_security_group_id` is the group that the pods' addresses carry.

    With `any_port` Docker maps each to a free port of a machine, which nobody knows beforehand.
    """

    prefix: str
    vpc_id: Input[str]
    allowed_cidrs: Sequence[str]
    cluster_security_group_id: Input[str]
    target_ports: Sequence[int]
    asks_outside: bool = False
    """Whether it asks an identity provider, whose addresses nobody knows beforehand."""
    any_port: bool = False


class LoadBalancerSecurity(ComponentResource):
    """A security group open to the allowed ranges on 80 and 443, and towards the pods on the routes' ports alone."""

    security_group_id: Output[str]

    def __init__(self, name: str, args: LoadBalancerSecurityArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:LoadBalancerSecurity", name, None, opts)
        group = ec2.SecurityGroup(
            f"{name}-group",
            name=f"{args.prefix}-load-balancer",
            description="Load balancer: HTTPS from clients, the routed ports of the pods",
            vpc_id=args.vpc_id,
            tags={"Name": f"{args.prefix}-load-balancer"},
            opts=ResourceOptions(parent=self),
        )
        self.security_group_id = group.id
        self._allow_clients(name, args.allowed_cidrs)
        if args.asks_outside:
            self._allow_provider(name)
        ranges = [(port, port) for port in sorted(set(args.target_ports))]
        for first, last in [FREE_PORTS] if args.any_port else ranges:
            self._allow_pods(name, first, last, args.cluster_security_group_id)
        self.register_outputs({"securityGroupId": self.security_group_id})

    def _allow_clients(self, name: str, cidrs: Sequence[str]) -> None:
        for cidr in cidrs:
            for port, purpose in ((ports.HTTP, "redirect to HTTPS"), (ports.HTTPS, "HTTPS")):
                vpc.SecurityGroupIngressRule(
                    f"{name}-from-{cidr}-{port}",
                    security_group_id=self.security_group_id,
                    description=f"Clients: {purpose}",
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    opts=ResourceOptions(parent=self),
                )

    def _allow_provider(self, name: str) -> None:
        vpc.SecurityGroupEgressRule(
            f"{name}-to-provider",
            security_group_id=self.security_group_id,
            description="The identity provider: tokens and who signed on",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=ports.HTTPS,
            to_port=ports.HTTPS,
            opts=ResourceOptions(parent=self),
        )

    def _allow_pods(self, name: str, port: int, last: int, cluster_security_group_id: Input[str]) -> None:
        vpc.SecurityGroupEgressRule(
            f"{name}-to-pods-{port}",
            security_group_id=self.security_group_id,
            description="Requests and health checks to the pods",
            referenced_security_group_id=cluster_security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=last,
            opts=ResourceOptions(parent=self),
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-pods-from-load-balancer-{port}",
            security_group_id=cluster_security_group_id,
            description="Requests and health checks from the load balancer",
            referenced_security_group_id=self.security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=last,
            opts=ResourceOptions(parent=self),
        )
