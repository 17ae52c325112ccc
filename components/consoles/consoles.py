"""The operators' consoles by name: an internal load balancer over HTTPS, for people who signed on."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import lb, route53
from pulumi_kubernetes.helm.v3 import Release

from components.chart_values.consoles import Binding, ConsolesValues
from components.chart_values.folder import chart_path
from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.dns import Dns, DnsArgs
from components.ingress.listeners import Listeners, ListenersArgs
from components.ingress.load_balancer import LoadBalancer, LoadBalancerArgs
from components.ingress.security import LoadBalancerSecurity, LoadBalancerSecurityArgs
from components.ingress.sign_on import Provider
from components.ingress.target_groups import TargetGroups, TargetGroupsArgs
from components.ingress.traffic_logs import TrafficLogs, TrafficLogsArgs
from components.monitoring.prometheus_values import CONSOLE_PORTS
from settings.arithmetic.routes import ListenerRulePlan, TargetGroupPlan
from settings.facts import ports
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.workload.delivery import SecurityHeaders

_HEALTH = {"grafana": "/api/health", "prometheus": "/-/healthy", "alertmanager": "/-/healthy"}
_PORT = "http-web"
_IDLE_SECONDS = 120
"""A slow query of Grafana's may take as long."""
STAND_INS = ("jaeger", "kibana")
"""Names under which people look for traces and logs. X-Ray and CloudWatch Logs have both: the names lead there."""


@dataclass(frozen=True, kw_only=True)
class ConsolesArgs:
    """`domain` is the stack's; the consoles are at <name>.consoles.<domain>, a name that the VPC alone resolves.

    The certificate is a public one, proven in `public_zone_id`. `after` is what must stand first: the consoles
    themselves, and the controller that lets pods join a target group.
    """

    product: str
    prefix: str
    region: str
    account_id: Input[str]
    domain: str
    public_zone_id: Input[str]
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    allowed_cidrs: Sequence[str]
    cluster_security_group_id: Input[str]
    provider: Provider
    kubernetes_provider: kubernetes.Provider
    namespace: str
    log_retention_days: int
    deletion_protection: bool
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    after: Sequence[Resource]


class Consoles(ComponentResource):
    """AT-51: names and TLS in place of ports, and signing on before Prometheus, which has no log-in of its own."""

    hosts: tuple[str, ...]

    def __init__(self, name: str, args: ConsolesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Consoles", name, None, opts)
        self._logical = name
        self._args = args
        self._child = ResourceOptions(parent=self)
        self._zone_name = f"consoles.{args.domain}"
        self.hosts = tuple(self._host(each) for each in (*CONSOLE_PORTS, *STAND_INS))
        groups = self._target_groups()
        balancer = self._load_balancer()
        self._listen(balancer, groups)
        self._resolve(balancer)
        self._let_pods_join(groups)
        self.register_outputs({"hosts": list(self.hosts)})

    def _host(self, console: str) -> str:
        return f"{console}.{self._zone_name}"

    def _target_groups(self) -> TargetGroups:
        plans = [
            TargetGroupPlan(target=(console, _PORT), port=port, health_path=_HEALTH[console])
            for console, port in CONSOLE_PORTS.items()
        ]
        given = TargetGroupsArgs(
            prefix=f"{self._args.prefix}-consoles",
            vpc_id=self._args.vpc_id,
            plans=plans,
            deregistration_delay_seconds=30,
        )
        return TargetGroups(f"{self._logical}-target-groups", given, self._child)

    def _load_balancer(self) -> LoadBalancer:
        args = self._args
        prefix = f"{args.prefix}-consoles"
        security = LoadBalancerSecurity(
            f"{self._logical}-security",
            LoadBalancerSecurityArgs(
                prefix=prefix,
                vpc_id=args.vpc_id,
                allowed_cidrs=args.allowed_cidrs,
                cluster_security_group_id=args.cluster_security_group_id,
                target_ports=list(CONSOLE_PORTS.values()),
                asks_outside=True,
            ),
            self._child,
        )
        logs = TrafficLogs(
            f"{self._logical}-traffic-logs",
            TrafficLogsArgs(
                prefix=prefix,
                region=args.region,
                account_id=args.account_id,
                retention_days=args.log_retention_days,
                protect=args.protect,
                retention=args.retention,
            ),
            self._child,
        )
        return LoadBalancer(
            self._logical,
            LoadBalancerArgs(
                prefix=prefix,
                subnet_ids=args.subnet_ids,
                security_group_id=security.security_group_id,
                log_bucket=logs.bucket_name,
                log_bucket_ready=logs.ready,
                idle_timeout_seconds=_IDLE_SECONDS,
                deletion_protection=args.deletion_protection,
                zonal_shift=False,
                internal=True,
            ),
            self._child,
        )

    def _listen(self, balancer: LoadBalancer, groups: TargetGroups) -> None:
        args = self._args
        # Proven in the public zone and used inside alone: operators' browsers trust it as they are.
        certificate = Certificate(
            self._logical, CertificateArgs(hosts=self.hosts, zone_id=args.public_zone_id), self._child
        )
        rules = [
            ListenerRulePlan(
                key=console,
                host=self._host(console),
                patterns=("/*",),
                target=(console, _PORT),
                priority=priority,
                sign_on=True,
            )
            for priority, console in enumerate(CONSOLE_PORTS, start=1)
        ]
        listeners = Listeners(
            f"{self._logical}-listeners",
            ListenersArgs(
                load_balancer_arn=balancer.arn,
                certificate_arn=certificate.arn,
                rules=rules,
                target_groups=groups.arns,
                headers=SecurityHeaders(frame_options="SAMEORIGIN"),
                provider=args.provider,
            ),
            self._child,
        )
        for priority, console in enumerate(STAND_INS, start=len(rules) + 1):
            self._lead_to_cloudwatch(console, priority, listeners.https_arn)

    def _lead_to_cloudwatch(self, console: str, priority: int, listener_arn: Output[str]) -> None:
        """AWS's own console asks who it is; a redirect cannot name one of its pages, so the whole of it opens."""
        region = self._args.region
        lb.ListenerRule(
            f"{self._logical}-{console}",
            listener_arn=listener_arn,
            priority=priority,
            conditions=[
                lb.ListenerRuleConditionArgs(
                    host_header=lb.ListenerRuleConditionHostHeaderArgs(values=[self._host(console)])
                )
            ],
            actions=[
                lb.ListenerRuleActionArgs(
                    type="redirect",
                    redirect=lb.ListenerRuleActionRedirectArgs(
                        host=f"{region}.console.aws.amazon.com",
                        path="/cloudwatch/home",
                        query=f"region={region}",
                        protocol="HTTPS",
                        port=str(ports.HTTPS),
                        status_code="HTTP_302",
                    ),
                )
            ],
            opts=self._child,
        )

    def _resolve(self, balancer: LoadBalancer) -> None:
        zone = route53.Zone(
            f"{self._logical}-zone",
            name=self._zone_name,
            comment=f"Operators' consoles of {self._args.prefix}",
            vpcs=[route53.ZoneVpcArgs(vpc_id=self._args.vpc_id)],
            force_destroy=False,
            opts=self._child,
        )
        Dns(
            f"{self._logical}-dns",
            DnsArgs(
                region=self._args.region,
                zone_id=zone.zone_id,
                hosts=self.hosts,
                load_balancer_dns_name=balancer.dns_name,
                load_balancer_zone_id=balancer.zone_id,
            ),
            self._child,
        )

    def _let_pods_join(self, groups: TargetGroups) -> Release:
        args = self._args
        bindings = tuple(
            Binding(service=console, port=port, arn=groups.arns[console, _PORT])
            for console, port in CONSOLE_PORTS.items()
        )
        return Release(
            f"{self._logical}-bindings",
            name="consoles",
            chart=chart_path("consoles"),
            namespace=args.namespace,
            values=ConsolesValues(product=args.product, bindings=bindings).to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            timeout=300,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.kubernetes_provider, depends_on=list(args.after)),
        )
