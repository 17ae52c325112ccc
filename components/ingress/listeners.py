"""Listeners of the load balancer: everything over TLS, each route to its pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import lb

from components.plans.routes import ListenerRulePlan, ServicePort

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers alone, and post-quantum key exchange where offered.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""

# Two years, the least that browsers' preload lists accept.
_STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


@dataclass(frozen=True, kw_only=True)
class ListenersArgs:
    """`certificate_arn` is of a validated certificate; `target_groups` holds every target that `rules` name."""

    load_balancer_arn: Input[str]
    certificate_arn: Input[str]
    rules: Sequence[ListenerRulePlan]
    target_groups: Mapping[ServicePort, Input[str]]


class Listeners(ComponentResource):
    """HTTP redirects to HTTPS; HTTPS answers for known hosts and paths, and 404 for everything else."""

    https_arn: Output[str]

    def __init__(self, name: str, args: ListenersArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Listeners", name, None, opts)
        self._redirect(name, args)
        https = self._https(name, args)
        for rule in args.rules:
            self._rule(name, rule, https, args.target_groups[rule.target])
        self.https_arn = https.arn
        self.register_outputs({"httpsArn": self.https_arn})

    def _redirect(self, name: str, args: ListenersArgs) -> lb.Listener:
        return lb.Listener(
            f"{name}-http",
            load_balancer_arn=args.load_balancer_arn,
            port=80,
            protocol="HTTP",
            routing_http_response_server_enabled=False,
            default_actions=[
                lb.ListenerDefaultActionArgs(
                    type="redirect",
                    redirect=lb.ListenerDefaultActionRedirectArgs(protocol="HTTPS", port="443", status_code="HTTP_301"),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _https(self, name: str, args: ListenersArgs) -> lb.Listener:
        return lb.Listener(
            f"{name}-https",
            load_balancer_arn=args.load_balancer_arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            routing_http_response_server_enabled=False,
            routing_http_response_strict_transport_security_header_value=_STRICT_TRANSPORT_SECURITY,
            routing_http_response_x_content_type_options_header_value="nosniff",
            routing_http_response_x_frame_options_header_value="DENY",
            default_actions=[
                lb.ListenerDefaultActionArgs(
                    type="fixed-response",
                    fixed_response=lb.ListenerDefaultActionFixedResponseArgs(
                        content_type="application/json", status_code="404", message_body='{"error":"not found"}'
                    ),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _rule(
        self, name: str, rule: ListenerRulePlan, listener: lb.Listener, target_group: Input[str]
    ) -> lb.ListenerRule:
        return lb.ListenerRule(
            f"{name}-rule-{rule.key}",
            listener_arn=listener.arn,
            priority=rule.priority,
            conditions=[
                lb.ListenerRuleConditionArgs(host_header=lb.ListenerRuleConditionHostHeaderArgs(values=[rule.host])),
                lb.ListenerRuleConditionArgs(
                    path_pattern=lb.ListenerRuleConditionPathPatternArgs(values=list(rule.patterns))
                ),
            ],
            actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=target_group)],
            opts=ResourceOptions(parent=self),
        )
