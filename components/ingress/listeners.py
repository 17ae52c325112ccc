"""Listeners of the load balancer: everything over TLS, each route to its pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import lb

from components.ingress.sign_on import CALLBACK, Provider, authenticate
from components.invariants import certain
from settings.arithmetic.routes import MAINTENANCE_PRIORITY, BlockedRulePlan, ListenerRulePlan, ServicePort
from settings.facts import ports
from settings.workload.delivery import Cors, SecurityHeaders

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers alone, and post-quantum key exchange where offered.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""

ORIGIN_HEADER = "X-Origin-Verify"
"""The header by which the CDN shows the load balancer that a request came through it."""


@dataclass(frozen=True, kw_only=True)
class ListenersArgs:
    """`certificate_arn` is of a validated certificate; `target_groups` holds every target that `rules` name.

    `blocked` paths are refused before any rule. With `origin_secret` a route's rule also asks for the CDN's header, so
    that whoever comes past the CDN finds nothing. `origin` is the one origin whose pages may call (CORS).
    """

    load_balancer_arn: Input[str]
    certificate_arn: Input[str]
    rules: Sequence[ListenerRulePlan]
    target_groups: Mapping[ServicePort, Input[str]]
    headers: SecurityHeaders
    blocked: Sequence[BlockedRulePlan] = ()
    origin_secret: Input[str] | None = None
    cors: Cors | None = None
    origin: str | None = None
    maintenance: bool = False
    """Answer every request with 503, before any other rule."""
    provider: Provider | None = None
    """Whom people sign on with, where a rule asks for it."""
    second_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """The second name of each rule's host that has one."""


class Listeners(ComponentResource):
    """HTTP redirects to HTTPS; HTTPS answers for known hosts and paths, and 404 for everything else."""

    https_arn: Output[str]

    def __init__(self, name: str, args: ListenersArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Listeners", name, None, opts)
        self._redirect(name, args)
        https = self._https(name, args)
        if args.maintenance:
            self._close(name, https)
        for blocked in args.blocked:
            self._block(name, blocked, https)
        for rule in args.rules:
            self._rule(name, rule, https, args)
        self.https_arn = https.arn
        self.register_outputs({"httpsArn": self.https_arn})

    def _redirect(self, name: str, args: ListenersArgs) -> lb.Listener:
        return lb.Listener(
            f"{name}-http",
            load_balancer_arn=args.load_balancer_arn,
            port=ports.HTTP,
            protocol="HTTP",
            routing_http_response_server_enabled=False,
            default_actions=[
                lb.ListenerDefaultActionArgs(
                    type="redirect",
                    redirect=lb.ListenerDefaultActionRedirectArgs(
                        protocol="HTTPS", port=str(ports.HTTPS), status_code="HTTP_301"
                    ),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _https(self, name: str, args: ListenersArgs) -> lb.Listener:
        cors = args.cors if args.origin else None
        return lb.Listener(
            f"{name}-https",
            load_balancer_arn=args.load_balancer_arn,
            port=ports.HTTPS,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            routing_http_response_server_enabled=False,
            routing_http_response_strict_transport_security_header_value=transport_security(args.headers),
            routing_http_response_x_content_type_options_header_value="nosniff",
            routing_http_response_x_frame_options_header_value=args.headers.frame_options,
            routing_http_response_content_security_policy_header_value=args.headers.content_security_policy,
            routing_http_response_access_control_allow_origin_header_value=args.origin,
            routing_http_response_access_control_allow_methods_header_value=_listed(cors.methods) if cors else None,
            routing_http_response_access_control_allow_headers_header_value=_listed(cors.headers) if cors else None,
            routing_http_response_access_control_allow_credentials_header_value="true"
            if cors and cors.credentials
            else None,
            routing_http_response_access_control_max_age_header_value=str(cors.max_age_seconds) if cors else None,
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

    def _close(self, name: str, listener: lb.Listener) -> lb.ListenerRule:
        """A load balancer cannot send Retry-After, so the answer's text says when to come back (GX-155).

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
        """
        return lb.ListenerRule(
            f"{name}-maintenance",
            listener_arn=listener.arn,
            priority=MAINTENANCE_PRIORITY,
            conditions=[_paths(["/*"])],
            actions=[
                lb.ListenerRuleActionArgs(
                    type="fixed-response",
                    fixed_response=lb.ListenerRuleActionFixedResponseArgs(
                        content_type="application/json",
                        status_code="503",
                        message_body='{"error":"maintenance","retry_after_seconds":60}',
                    ),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _block(self, name: str, rule: BlockedRulePlan, listener: lb.Listener) -> lb.ListenerRule:
        return lb.ListenerRule(
            f"{name}-rule-{rule.key}",
            listener_arn=listener.arn,
            priority=rule.priority,
            conditions=[_paths(rule.patterns)],
            actions=[
                lb.ListenerRuleActionArgs(
                    type="fixed-response",
                    fixed_response=lb.ListenerRuleActionFixedResponseArgs(
                        content_type="application/json",
                        status_code=str(rule.status),
                        message_body='{"error":"not found"}' if rule.status == _NOT_FOUND else '{"error":"forbidden"}',
                    ),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _rule(self, name: str, rule: ListenerRulePlan, listener: lb.Listener, args: ListenersArgs) -> lb.ListenerRule:
        names = [rule.host, *filter(None, [args.second_names.get(rule.host)])]
        host = lb.ListenerRuleConditionArgs(host_header=lb.ListenerRuleConditionHostHeaderArgs(values=names))
        # The provider sends people back to the host they came from, whatever the path that asked.
        patterns = [*rule.patterns, CALLBACK] if rule.sign_on else rule.patterns
        return lb.ListenerRule(
            f"{name}-rule-{rule.key}",
            listener_arn=listener.arn,
            priority=rule.priority,
            conditions=[host, _paths(patterns), *_through_the_cdn(args.origin_secret)],
            actions=_actions(rule, args),
            opts=ResourceOptions(parent=self),
        )


_NOT_FOUND = 404


def transport_security(headers: SecurityHeaders) -> str:
    """Give the value of Strict-Transport-Security; two years is the least that browsers' preload lists accept."""
    return f"max-age={headers.transport_security_seconds}; includeSubDomains"


def _actions(rule: ListenerRulePlan, args: ListenersArgs) -> list[lb.ListenerRuleActionArgs]:
    target = args.target_groups[rule.target]
    if not rule.sign_on:
        return [lb.ListenerRuleActionArgs(type="forward", target_group_arn=target)]
    provider = certain(args.provider, f"rule {rule.key} asks people to sign on, and no provider is given")
    return [
        authenticate(provider),
        lb.ListenerRuleActionArgs(type="forward", order=2, target_group_arn=target),
    ]


def _paths(patterns: Sequence[str]) -> lb.ListenerRuleConditionArgs:
    return lb.ListenerRuleConditionArgs(path_pattern=lb.ListenerRuleConditionPathPatternArgs(values=list(patterns)))


def _through_the_cdn(secret: Input[str] | None) -> list[lb.ListenerRuleConditionArgs]:
    if secret is None:
        return []
    header = lb.ListenerRuleConditionHttpHeaderArgs(http_header_name=ORIGIN_HEADER, values=[secret])
    return [lb.ListenerRuleConditionArgs(http_header=header)]


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values)
