"""The edge: names, certificate, firewall and load balancer, from the outside to the product's pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.dns import Dns, DnsArgs
from components.ingress.firewall import Firewall, FirewallArgs
from components.ingress.listeners import Listeners, ListenersArgs
from components.ingress.load_balancer import LoadBalancer, LoadBalancerArgs
from components.ingress.security import LoadBalancerSecurity, LoadBalancerSecurityArgs
from components.ingress.target_groups import TargetGroups, TargetGroupsArgs
from components.ingress.traffic_logs import TrafficLogs, TrafficLogsArgs
from components.ingress.zone import HostedZone, HostedZoneArgs
from components.plans.routes import ServicePort, hosts, listener_rules, target_groups
from settings.stack import IngressSettings
from settings.workload import Workload


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """What the edge of one region is made from.

    `hostnames` gives the full name of every label that the workload's routes use. `cluster_security_group_id` is the
    group that the pods' addresses carry. `log_retention_days` is for the firewall's log group. `protect` guards a
    hosted zone that is made here and the bucket of the traffic logs.
    """

    prefix: str
    account_id: Input[str]
    region: str
    domain: str
    settings: IngressSettings
    workload: Workload
    hostnames: Mapping[str, str]
    vpc_id: Input[str]
    public_subnet_ids: Sequence[Input[str]]
    cluster_security_group_id: Input[str]
    logs_key_arn: Input[str]
    log_retention_days: int
    zonal_shift: bool
    protect: bool
    primary_zone_id: Input[str] | None = None
    """The zone of the primary region's domain; None in the primary region itself."""


class Ingress(ComponentResource):
    """HTTPS load balancing for the workload's routes (OB-01, OB-82 to OB-87)."""

    hosts: tuple[str, ...]
    target_groups: dict[ServicePort, Output[str]]
    """ARN of the target group of each routed service port."""
    target_group_arn_suffixes: dict[ServicePort, Output[str]]
    security_group_id: Output[str]
    load_balancer_arn: Output[str]
    load_balancer_arn_suffix: Output[str]
    load_balancer_dns_name: Output[str]
    certificate_arn: Output[str]
    zone_id: Output[str]
    name_servers: Output[list[str]] | None
    web_acl_name: str | None
    web_acl_arn: Output[str] | None

    def __init__(self, name: str, args: IngressArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Ingress", name, None, opts)
        routes = args.workload.ingress.routes
        self.hosts = hosts(routes, args.hostnames.__getitem__)
        self._build_names(name, args)
        self._build_target_groups(name, args)
        self._build_load_balancer(name, args)
        Listeners(
            f"{name}-listeners",
            ListenersArgs(
                load_balancer_arn=self.load_balancer_arn,
                certificate_arn=self.certificate_arn,
                rules=listener_rules(routes, args.hostnames.__getitem__),
                target_groups=self.target_groups,
            ),
            opts=ResourceOptions(parent=self),
        )
        self._build_firewall(name, args)
        self.register_outputs({"loadBalancerDnsName": self.load_balancer_dns_name, "hosts": list(self.hosts)})

    def _build_names(self, name: str, args: IngressArgs) -> None:
        child = ResourceOptions(parent=self)
        zone = HostedZone(name, self._zone_args(args), opts=child)
        self.zone_id = zone.zone_id
        self.name_servers = zone.name_servers
        self.certificate_arn = Certificate(
            name, CertificateArgs(hosts=self.hosts, zone_id=self.zone_id), opts=child
        ).arn

    @staticmethod
    def _zone_args(args: IngressArgs) -> HostedZoneArgs:
        """A region that shares its hosts with others (`routing`) shares the zone; any other has one of its own."""
        shared = args.primary_zone_id if args.settings.routing else None
        return HostedZoneArgs(
            domain=args.domain,
            zone_id=args.settings.zone_id or shared,
            parent_zone_id=None if shared else args.primary_zone_id,
            protect=args.protect,
        )

    def _build_target_groups(self, name: str, args: IngressArgs) -> None:
        groups = TargetGroups(
            f"{name}-target-groups",
            TargetGroupsArgs(
                prefix=args.prefix,
                vpc_id=args.vpc_id,
                plans=target_groups(args.workload),
                deregistration_delay_seconds=args.workload.ingress.deregistration_delay_seconds,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.target_groups = groups.arns
        self.target_group_arn_suffixes = groups.arn_suffixes

    def _build_load_balancer(self, name: str, args: IngressArgs) -> None:
        child = ResourceOptions(parent=self)
        self.security_group_id = LoadBalancerSecurity(
            f"{name}-security",
            LoadBalancerSecurityArgs(
                prefix=args.prefix,
                vpc_id=args.vpc_id,
                allowed_cidrs=args.settings.allowed_cidrs,
                cluster_security_group_id=args.cluster_security_group_id,
                target_ports=[plan.port for plan in target_groups(args.workload)],
            ),
            opts=child,
        ).security_group_id
        logs = TrafficLogs(
            f"{name}-traffic-logs",
            TrafficLogsArgs(
                prefix=args.prefix,
                region=args.region,
                account_id=args.account_id,
                retention_days=args.settings.access_log_retention_days,
                protect=args.protect,
            ),
            opts=child,
        )
        balancer = LoadBalancer(
            name,
            LoadBalancerArgs(
                prefix=args.prefix,
                subnet_ids=args.public_subnet_ids,
                security_group_id=self.security_group_id,
                log_bucket=logs.bucket_name,
                log_bucket_ready=logs.ready,
                idle_timeout_seconds=args.workload.ingress.idle_timeout_seconds,
                deletion_protection=args.settings.deletion_protection,
                zonal_shift=args.zonal_shift,
            ),
            opts=child,
        )
        self.load_balancer_arn = balancer.arn
        self.load_balancer_arn_suffix = balancer.arn_suffix
        self.load_balancer_dns_name = balancer.dns_name
        Dns(
            f"{name}-dns",
            DnsArgs(
                region=args.region,
                zone_id=self.zone_id,
                hosts=self.hosts,
                load_balancer_dns_name=balancer.dns_name,
                load_balancer_zone_id=balancer.zone_id,
                routing=args.settings.routing,
            ),
            opts=child,
        )

    def _build_firewall(self, name: str, args: IngressArgs) -> None:
        self.web_acl_arn = None
        self.web_acl_name = None
        if not args.settings.waf:
            return
        firewall = Firewall(
            f"{name}-firewall",
            FirewallArgs(
                prefix=args.prefix,
                load_balancer_arn=self.load_balancer_arn,
                rate_limit=args.workload.ingress.rate_limit,
                has_database=args.workload.database is not None,
                log_retention_days=args.log_retention_days,
                logs_key_arn=args.logs_key_arn,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.web_acl_arn = firewall.web_acl_arn
        self.web_acl_name = firewall.web_acl_name
