"""TCP ports behind a Network Load Balancer: SSH of a git host, and what else is not HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2, lb, vpc

from components.ingress.security import FREE_PORTS
from components.naming import bounded
from settings.arithmetic.routes import ServicePort, target_group_name
from settings.arithmetic.tcp import TcpPlan, wide
from settings.facts import name_lengths

OPEN = "Clients, open to every address: the product states why"
"""By these words a policy knows that somebody meant it."""


@dataclass(frozen=True, kw_only=True)
class TcpPortsArgs:
    """`cluster_security_group_id` is the group that the pods' addresses carry; `closed` lets no client in.

    With `target_type` instance Docker maps each port to a free one of a machine, which nobody knows beforehand.
    """

    prefix: str
    vpc_id: Input[str]
    public_subnet_ids: Sequence[Input[str]]
    cluster_security_group_id: Input[str]
    plans: Sequence[TcpPlan]
    deregistration_delay_seconds: int
    deletion_protection: bool
    zonal_shift: bool
    target_type: Literal["ip", "instance"] = "ip"
    closed: bool = False


class TcpPorts(ComponentResource):
    """One load balancer, a listener and a target group for each port, and a group that lets in the stated ranges."""

    dns_name: Output[str]
    zone_id: Output[str]
    arn_suffix: Output[str]
    target_groups: dict[ServicePort, Output[str]]
    target_group_arn_suffixes: dict[ServicePort, Output[str]]

    def __init__(self, name: str, args: TcpPortsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TcpPorts", name, None, opts)
        self._logical, self._args = name, args
        group = self._security_group()
        balancer = lb.LoadBalancer(
            f"{name}-nlb",
            name=bounded(f"{args.prefix}-tcp", name_lengths.LOAD_BALANCER),
            load_balancer_type="network",
            internal=False,
            ip_address_type="ipv4",
            subnets=list(args.public_subnet_ids),
            security_groups=[group.id],
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            enable_zonal_shift=args.zonal_shift,
            opts=ResourceOptions(parent=self),
        )
        self.dns_name, self.zone_id, self.arn_suffix = balancer.dns_name, balancer.zone_id, balancer.arn_suffix
        groups = {plan.target: self._listen(plan, balancer) for plan in args.plans}
        self.target_groups = {target: made.arn for target, made in groups.items()}
        self.target_group_arn_suffixes = {target: made.arn_suffix for target, made in groups.items()}
        self.register_outputs({"dnsName": self.dns_name})

    def _listen(self, plan: TcpPlan, balancer: lb.LoadBalancer) -> lb.TargetGroup:
        args, key = self._args, "-".join(plan.target)
        immutable = {"port": plan.port, "protocol": "TCP", "targetType": args.target_type}
        group = lb.TargetGroup(
            f"{self._logical}-{key}",
            name=target_group_name(args.prefix, plan.target, immutable),
            vpc_id=args.vpc_id,
            target_type=args.target_type,
            ip_address_type="ipv4" if args.target_type == "ip" else None,
            protocol="TCP",
            port=plan.port,
            deregistration_delay=args.deregistration_delay_seconds,
            # Pods see the load balancer's own addresses, from which alone their network policies let it in.
            preserve_client_ip="false",
            proxy_protocol_v2=plan.proxy_protocol,
            health_check=lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="TCP",
                port="traffic-port",
                interval=plan.health_interval_seconds,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=ResourceOptions(parent=self),
        )
        lb.Listener(
            f"{self._logical}-listener-{plan.listen}",
            load_balancer_arn=balancer.arn,
            port=plan.listen,
            protocol="TCP",
            tcp_idle_timeout_seconds=plan.idle_timeout_seconds,
            default_actions=[lb.ListenerDefaultActionArgs(type="forward", target_group_arn=group.arn)],
            opts=ResourceOptions(parent=self),
        )
        return group

    def _security_group(self) -> ec2.SecurityGroup:
        args, child = self._args, ResourceOptions(parent=self)
        group = ec2.SecurityGroup(
            f"{self._logical}-group",
            name=f"{args.prefix}-tcp",
            description="Network load balancer: clients of TCP ports, those ports of the pods",
            vpc_id=args.vpc_id,
            tags={"Name": f"{args.prefix}-tcp"},
            opts=child,
        )
        for plan in () if args.closed else args.plans:
            for cidr in plan.cidrs:
                vpc.SecurityGroupIngressRule(
                    f"{self._logical}-from-{cidr}-{plan.listen}",
                    security_group_id=group.id,
                    description=OPEN if wide(cidr) else "Clients",
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=plan.listen,
                    to_port=plan.listen,
                    opts=child,
                )
        ports = [(port, port) for port in sorted({plan.port for plan in args.plans})]
        for first, last in [FREE_PORTS] if args.target_type == "instance" else ports:
            self._let_through(first, last, group.id)
        return group

    def _let_through(self, first: int, last: int, group_id: Input[str]) -> None:
        """Open both ends between the load balancer and the pods, for connections and health checks."""
        pods, child = self._args.cluster_security_group_id, ResourceOptions(parent=self)
        vpc.SecurityGroupEgressRule(
            f"{self._logical}-to-pods-{first}",
            security_group_id=group_id,
            description="Connections and health checks to the pods",
            referenced_security_group_id=pods,
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            opts=child,
        )
        vpc.SecurityGroupIngressRule(
            f"{self._logical}-pods-from-tcp-{first}",
            security_group_id=pods,
            description="Connections and health checks from the network load balancer",
            referenced_security_group_id=group_id,
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            opts=child,
        )
