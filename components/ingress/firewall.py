"""AWS WAF in front of the load balancer, or of the CDN before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, wafv2

from components.ingress.firewall_rules import TOO_MANY_REQUESTS, RuleRequest, limit_names, rule_names, rules
from settings.workload.delivery import FirewallException, PathRateLimit, RateLimit

# Headers that carry credentials; they never reach the logs (OB-65).
_REDACTED_HEADERS = ("authorization", "cookie", "x-api-key")


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """`rate_limit` counts per client address (OB-86); `has_database` adds the rules against SQL injection.

    With scope CLOUDFRONT the component and its logs' key must be in us-east-1, and the distribution names the web ACL
    itself: `load_balancer_arn` is None. `operator_paths` are for addresses of `operator_cidrs` alone.
    """

    prefix: str
    load_balancer_arn: Input[str] | None
    rate_limit: RateLimit | None
    has_database: bool
    log_retention_days: int
    logs_key_arn: Input[str]
    scope: Literal["REGIONAL", "CLOUDFRONT"] = "REGIONAL"
    rate_limits: Sequence[PathRateLimit] = ()
    blocked_paths: Sequence[str] = ()
    operator_paths: Sequence[str] = ()
    operator_cidrs: Sequence[str] = field(default=())
    exceptions: Sequence[FirewallException] = ()
    """Paths on which a managed rule does not block."""


class Firewall(ComponentResource):
    """A web ACL: known attackers and floods first, because they cost least to tell, then what requests carry."""

    web_acl_arn: Output[str]
    metric_name: Output[str]
    """What metrics call the web ACL."""
    rule_names: tuple[str, ...]
    limit_names: tuple[str, ...]
    """What metrics call its rules, and those of them that limit how often a client may ask."""
    log_group_name: Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Firewall", name, None, opts)
        request = self._request(name, args)
        acl = wafv2.WebAcl(
            f"{name}-acl",
            name=args.prefix,
            description="Requests to the load balancer" if args.scope == "REGIONAL" else "Requests to the CDN",
            scope=args.scope,
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            custom_response_bodies=[TOO_MANY_REQUESTS] if args.rate_limit or args.rate_limits else None,
            rules=rules(request),
            visibility_config=wafv2.WebAclVisibilityConfigArgs(
                cloudwatch_metrics_enabled=True, metric_name=args.prefix, sampled_requests_enabled=True
            ),
            opts=ResourceOptions(parent=self),
        )
        if args.load_balancer_arn is not None:
            wafv2.WebAclAssociation(
                f"{name}-association",
                resource_arn=args.load_balancer_arn,
                web_acl_arn=acl.arn,
                opts=ResourceOptions(parent=self),
            )
        self.log_group_name = self._logging(name, args, acl).name
        self.web_acl_arn = acl.arn
        self.metric_name = acl.visibility_config.metric_name
        self.rule_names, self.limit_names = rule_names(request), limit_names(request)
        self.register_outputs({"webAclArn": self.web_acl_arn, "logGroupName": self.log_group_name})

    def _request(self, name: str, args: FirewallArgs) -> RuleRequest:
        return RuleRequest(
            rate_limit=args.rate_limit,
            rate_limits=tuple(args.rate_limits),
            has_database=args.has_database,
            blocked_paths=tuple(args.blocked_paths),
            operator_paths=tuple(args.operator_paths),
            operator_addresses=self._operators(name, args).arn if args.operator_paths else None,
            exceptions=tuple(args.exceptions),
        )

    def _operators(self, name: str, args: FirewallArgs) -> wafv2.IpSet:
        return wafv2.IpSet(
            f"{name}-operators",
            name=f"{args.prefix}-operators",
            description="Who may ask for the paths of operators",
            scope=args.scope,
            ip_address_version="IPV4",
            addresses=list(args.operator_cidrs),
            opts=ResourceOptions(parent=self),
        )

    def _logging(self, name: str, args: FirewallArgs, acl: wafv2.WebAcl) -> cloudwatch.LogGroup:
        group = cloudwatch.LogGroup(
            f"{name}-logs",
            # WAF writes to log groups whose name starts so, and to no other.
            name=f"aws-waf-logs-{args.prefix}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=ResourceOptions(parent=self),
        )
        delivery = cloudwatch.LogResourcePolicy(
            f"{name}-log-delivery",
            policy_name=f"{args.prefix}-waf-logs",
            policy_document=_delivery_policy(group.arn),
            opts=ResourceOptions(parent=self),
        )
        wafv2.WebAclLoggingConfiguration(
            f"{name}-logging",
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[
                wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
                )
                for header in _REDACTED_HEADERS
            ],
            logging_filter=_what_was_stopped(),
            opts=ResourceOptions(parent=self, depends_on=[delivery]),
        )
        return group


def _delivery_policy(log_group_arn: Output[str]) -> Output[str]:
    """Let WAF's log delivery write to this group, from this account alone."""
    return Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "WafLogDelivery",
                    "Effect": "Allow",
                    "Principal": {"Service": "delivery.logs.amazonaws.com"},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": log_group_arn.apply(lambda arn: f"{arn}:log-stream:*"),
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": log_group_arn.apply(lambda arn: arn.split(":")[4])}
                    },
                }
            ],
        }
    )


def _what_was_stopped() -> wafv2.WebAclLoggingConfigurationLoggingFilterArgs:
    """Log blocked and counted requests; the load balancer's own log holds every request already."""
    return wafv2.WebAclLoggingConfigurationLoggingFilterArgs(
        default_behavior="DROP",
        filters=[
            wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs(
                behavior="KEEP",
                requirement="MEETS_ANY",
                conditions=[
                    wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs(
                        action_condition=wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs(
                            action=action
                        )
                    )
                    for action in ("BLOCK", "COUNT")
                ],
            )
        ],
    )
