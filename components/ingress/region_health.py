"""Whether one region answers, asked for from outside, past the names that several regions share."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import lb, route53

from settings.facts import ports


@dataclass(frozen=True, kw_only=True)
class RegionHealthArgs:
    """`path` is asked for at the load balancer's own name, and leads to `target_group_arn` by a rule of `priority`."""

    prefix: str
    load_balancer_dns_name: Input[str]
    listener_arn: Input[str]
    target_group_arn: Input[str]
    path: str
    priority: int


class RegionHealth(ComponentResource):
    """A health check of this region alone, and the rule that lets it through to a pod.

    Route 53 does not look at the certificate, which is for the shared names:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """

    health_check_id: Output[str]

    def __init__(self, name: str, args: RegionHealthArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:RegionHealth", name, None, opts)
        host = lb.ListenerRuleConditionHostHeaderArgs(values=[args.load_balancer_dns_name])
        path = lb.ListenerRuleConditionPathPatternArgs(values=[args.path])
        rule = lb.ListenerRule(
            f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=args.priority,
            conditions=[
                lb.ListenerRuleConditionArgs(host_header=host),
                lb.ListenerRuleConditionArgs(path_pattern=path),
            ],
            actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=args.target_group_arn)],
            opts=ResourceOptions(parent=self),
        )
        check = route53.HealthCheck(
            f"{name}-check",
            type="HTTPS",
            fqdn=args.load_balancer_dns_name,
            port=ports.HTTPS,
            resource_path=args.path,
            enable_sni=True,
            request_interval=10,
            failure_threshold=3,
            tags={"Name": f"{args.prefix} as a region"},
            opts=ResourceOptions(parent=self, depends_on=[rule]),
        )
        self.health_check_id = check.id
        self.register_outputs({"healthCheckId": self.health_check_id})
