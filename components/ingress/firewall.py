"""AWS WAF in front of the load balancer."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, wafv2

from settings.workload.delivery import RateLimit

# Headers that carry credentials; they never reach the logs (OB-65).
_REDACTED_HEADERS = ("authorization", "cookie", "x-api-key")


@dataclass(frozen=True, kw_only=True)
class ManagedGroup:
    """A rule group that AWS maintains. `counted` rules of it are recorded and let through."""

    key: str
    name: str
    counted: tuple[str, ...] = ()


# Capacity: 25 + 2 + 700 + 200 + 200 of the 1,500 units that a web ACL holds without extra cost. AnonymousIpList is left
# out: it refuses hosting providers, and an API's clients are programs that run there.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
_REPUTATION = ManagedGroup(key="ip-reputation", name="AWSManagedRulesAmazonIpReputationList")
_CONTENT = (
    # A body above 8 KiB is no attack on an API: WAF inspects the first 8 KiB and the rule only counts the rest.
    ManagedGroup(key="common", name="AWSManagedRulesCommonRuleSet", counted=("SizeRestrictions_BODY",)),
    ManagedGroup(key="known-bad-inputs", name="AWSManagedRulesKnownBadInputsRuleSet"),
)
_SQL_INJECTION = ManagedGroup(key="sql-injection", name="AWSManagedRulesSQLiRuleSet")


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """`rate_limit` counts per client address (OB-86); `has_database` adds the rules against SQL injection."""

    prefix: str
    load_balancer_arn: Input[str]
    rate_limit: RateLimit | None
    has_database: bool
    log_retention_days: int
    logs_key_arn: Input[str]


class Firewall(ComponentResource):
    """A web ACL: known attackers and floods first, because they cost least to tell, then what requests carry."""

    web_acl_arn: Output[str]
    web_acl_name: str
    log_group_name: Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Firewall", name, None, opts)
        self.web_acl_name = args.prefix
        acl = wafv2.WebAcl(
            f"{name}-acl",
            name=self.web_acl_name,
            description="Requests to the load balancer",
            scope="REGIONAL",
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            custom_response_bodies=[_TOO_MANY_REQUESTS] if args.rate_limit else None,
            rules=_rules(args),
            visibility_config=wafv2.WebAclVisibilityConfigArgs(
                cloudwatch_metrics_enabled=True, metric_name=args.prefix, sampled_requests_enabled=True
            ),
            opts=ResourceOptions(parent=self),
        )
        wafv2.WebAclAssociation(
            f"{name}-association",
            resource_arn=args.load_balancer_arn,
            web_acl_arn=acl.arn,
            opts=ResourceOptions(parent=self),
        )
        self.log_group_name = self._logging(name, args, acl).name
        self.web_acl_arn = acl.arn
        self.register_outputs({"webAclArn": self.web_acl_arn, "logGroupName": self.log_group_name})

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


_TOO_MANY_REQUESTS = wafv2.WebAclCustomResponseBodyArgs(
    key="too-many-requests", content_type="APPLICATION_JSON", content='{"error":"too many requests"}'
)


def _rules(args: FirewallArgs) -> list[wafv2.WebAclRuleArgs]:
    content = (*_CONTENT, _SQL_INJECTION) if args.has_database else _CONTENT
    rules = [_managed_rule(_REPUTATION, 0)]
    if args.rate_limit:
        rules.append(_rate_rule(args.rate_limit, 1))
    return [*rules, *(_managed_rule(group, priority) for priority, group in enumerate(content, start=2))]


def _managed_rule(group: ManagedGroup, priority: int) -> wafv2.WebAclRuleArgs:
    counted = [
        wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs(
            name=rule,
            action_to_use=wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs(
                count=wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs()
            ),
        )
        for rule in group.counted
    ]
    return wafv2.WebAclRuleArgs(
        name=group.key,
        priority=priority,
        override_action=wafv2.WebAclRuleOverrideActionArgs(none=wafv2.WebAclRuleOverrideActionNoneArgs()),
        statement=wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS", name=group.name, rule_action_overrides=counted or None
            )
        ),
        visibility_config=_visibility(group.key),
    )


def _rate_rule(limit: RateLimit, priority: int) -> wafv2.WebAclRuleArgs:
    return wafv2.WebAclRuleArgs(
        name="rate-limit",
        priority=priority,
        action=wafv2.WebAclRuleActionArgs(
            block=wafv2.WebAclRuleActionBlockArgs(
                custom_response=wafv2.WebAclRuleActionBlockCustomResponseArgs(
                    response_code=429, custom_response_body_key="too-many-requests"
                )
            )
        ),
        statement=wafv2.WebAclRuleStatementArgs(
            rate_based_statement=wafv2.WebAclRuleStatementRateBasedStatementArgs(
                aggregate_key_type="IP", limit=limit.requests, evaluation_window_sec=limit.window_seconds
            )
        ),
        visibility_config=_visibility("rate-limit"),
    )


def _visibility(metric_name: str) -> wafv2.WebAclRuleVisibilityConfigArgs:
    return wafv2.WebAclRuleVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name=metric_name, sampled_requests_enabled=True
    )


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
