"""The pods behind each routed port, as the load balancer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import lb

from settings.arithmetic.routes import ServicePort, TargetGroupPlan, target_group_name


@dataclass(frozen=True, kw_only=True)
class TargetGroupsArgs:
    """`deregistration_delay_seconds` is how long a leaving pod may finish its requests (OB-17: at least 30)."""

    prefix: str
    vpc_id: Input[str]
    plans: Sequence[TargetGroupPlan]
    deregistration_delay_seconds: int
    target_type: Literal["ip", "instance"] = "ip"
    algorithm: Literal["least_outstanding_requests", "round_robin"] = "least_outstanding_requests"


class TargetGroups(ComponentResource):
    """One target group per routed port; pods join by address, through a TargetGroupBinding, tasks through ECS."""

    arns: dict[ServicePort, Output[str]]
    arn_suffixes: dict[ServicePort, Output[str]]

    def __init__(self, name: str, args: TargetGroupsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TargetGroups", name, None, opts)
        groups = {plan.target: self._group(name, plan, args) for plan in args.plans}
        self.arns = {target: group.arn for target, group in groups.items()}
        self.arn_suffixes = {target: group.arn_suffix for target, group in groups.items()}
        self.register_outputs({"arns": {"/".join(target): arn for target, arn in self.arns.items()}})

    def _group(self, name: str, plan: TargetGroupPlan, args: TargetGroupsArgs) -> lb.TargetGroup:
        version = plan.protocol_version
        immutable = {"port": plan.port, "protocol": "HTTP", "protocolVersion": version, "targetType": args.target_type}
        return lb.TargetGroup(
            f"{name}-{'-'.join(plan.target)}",
            name=target_group_name(args.prefix, plan.target, immutable),
            vpc_id=args.vpc_id,
            target_type=args.target_type,
            ip_address_type="ipv4" if args.target_type == "ip" else None,
            protocol="HTTP",
            protocol_version=version,
            port=plan.port,
            deregistration_delay=args.deregistration_delay_seconds,
            # Long WebSockets and short calls mix: the pod with the fewest open requests takes the next one. AWS offers
            # no slow start with this algorithm.
            load_balancing_algorithm_type=args.algorithm,
            load_balancing_cross_zone_enabled="use_load_balancer_configuration",
            # Replicas share one cache, so any of them may answer (OB-01), unless the product says otherwise.
            stickiness=lb.TargetGroupStickinessArgs(
                type="lb_cookie", enabled=plan.sticky_seconds is not None, cookie_duration=plan.sticky_seconds
            ),
            health_check=lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="HTTP",
                port=str(plan.health_port) if plan.health_port else "traffic-port",
                path=plan.health_path,
                matcher=plan.health_codes,
                interval=plan.health_interval_seconds,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=ResourceOptions(parent=self),
        )
