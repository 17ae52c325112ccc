"""The edge: names, certificate, firewall and load balancer, from the outside to the product's pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi_aws as aws
import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.cdn import Cdn, CdnArgs
from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.dns import Dns, DnsArgs
from components.ingress.domains import both_names, build_domains
from components.ingress.firewall import Firewall, FirewallArgs
from components.ingress.listeners import Listeners, ListenersArgs
from components.ingress.load_balancer import LoadBalancer, LoadBalancerArgs
from components.ingress.region_health import RegionHealth, RegionHealthArgs
from components.ingress.security import LoadBalancerSecurity, LoadBalancerSecurityArgs
from components.ingress.sign_on import provider_of
from components.ingress.target_groups import TargetGroups, TargetGroupsArgs
from components.ingress.tcp_ports import TcpPorts, TcpPortsArgs
from components.ingress.traffic_logs import TrafficLogs, TrafficLogsArgs
from components.ingress.zone import HostedZoneArgs
from components.invariants import certain
from settings.arithmetic.routes import (
    ServicePort,
    asked_by_region,
    blocked_rules,
    hosts,
    region_health_priority,
    target_groups,
)
from settings.arithmetic.sign_on import signed_rules
from settings.arithmetic.tcp import tcp_plans
from settings.existing import ExistingZone
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.stack import IngressSettings
from settings.workload import Workload
from settings.workload.delivery import Cdn as CdnNeeds

EVERYBODY = "0.0.0.0/0"
"""Health checks come from addresses all over the world."""


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """What the edge of one region is made from.

    `hostnames` gives the full name of every label that the workload's routes and TCP ports use.
    `cluster_security_group_id` is the group that the pods' addresses carry. `log_retention_days` is for the firewall's
    log group. `protect` guards a hosted zone that is made here and the bucket of the traffic logs.
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
    retention: RetentionSettings = EVERYTHING_KEPT
    target_type: Literal["ip", "instance"] = "ip"
    """How targets are known: by their own address, or by a machine's and a port that the day gives them."""
    main_region_provider: aws.Provider | None = None
    """Provider of us-east-1, where a CDN's certificate and firewall live; None when the stack is there itself."""
    origins: Sequence[str] = ()
    """The origins that the workload's `cors` names."""
    main_region_logs_key_arn: Input[str] | None = None
    """The logs' key in us-east-1; None when `logs_key_arn` is there."""
    zone: ExistingZone | None = None
    """The hosted zone of the domain, where it stands already."""
    primary_zone_id: Input[str] | None = None
    """The zone of the primary region's domain; None in the primary region itself."""
    client_secret: Input[str] | None = None
    """What the provider of `settings.sign_on` gave this client, a secret."""
    validated_by: Sequence[Input[str]] = ()
    """Names of the records in a shared zone by which the primary's certificate for the same hosts is validated."""
    second_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """The second name of each host, while the product answers under two domains."""


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
    validation_names: list[Input[str]]
    """Names of the records that validate the certificate, one for each host."""
    health_check_id: Output[str] | None
    """Whether this region answers; None when it serves its hosts alone, or when not everybody may ask."""
    tcp_ports: TcpPorts | None
    """What is reached over TCP, past HTTPS and the firewall; None for a product that states no such port."""
    firewall: Firewall | None
    """Before the load balancer; behind a CDN it counts nobody's requests, for `cdn_firewall` does."""
    cdn_firewall: Firewall | None
    cdn_distribution_id: Output[str] | None

    def __init__(self, name: str, args: IngressArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Ingress", name, None, opts)
        routes = args.workload.ingress.routes
        self.hosts = hosts(routes, args.hostnames.__getitem__)
        self._cdn_needs = args.workload.ingress.cdn if args.settings.cdn else None
        self.cdn_firewall = None
        self._build_names(name, args)
        self._build_target_groups(name, args)
        self._build_load_balancer(name, args)
        secret = self._origin_secret(name)
        listeners = Listeners(
            f"{name}-listeners",
            ListenersArgs(
                load_balancer_arn=self.load_balancer_arn,
                certificate_arn=self.certificate_arn,
                rules=signed_rules(routes, args.settings.sign_on, args.hostnames.__getitem__),
                provider=provider_of(args.settings.sign_on, args.client_secret),
                target_groups=self.target_groups,
                blocked=blocked_rules(args.workload.ingress.blocked_paths),
                origin_secret=secret,
                headers=args.workload.ingress.headers,
                cors=args.workload.ingress.cors,
                maintenance=args.settings.maintenance,
                second_names=args.second_names,
                # A load balancer knows one origin; of several, the CDN or the product itself chooses (SL-87, GX-71).
                origin=args.origins[0] if len(args.origins) == 1 and self._cdn_needs is None else None,
            ),
            opts=ResourceOptions(parent=self),
        )
        self._build_firewall(name, args)
        self.tcp_ports = self._build_tcp_ports(name, args)
        self.health_check_id = self._region_health(name, args, listeners.https_arn)
        self._build_front(name, args, secret)
        self.register_outputs({"loadBalancerDnsName": self.load_balancer_dns_name, "hosts": list(self.hosts)})

    def _build_names(self, name: str, args: IngressArgs) -> None:
        further = args.settings.further_domain
        domains = build_domains(name, _zone_args(args), further, self.hosts, args.second_names, self)
        self.zone_id, self.name_servers = domains.zone.zone_id, domains.zone.name_servers
        self._names, self._elsewhere = domains.names, domains.elsewhere
        given = CertificateArgs(
            hosts=self._names, zone_id=self.zone_id, validated_by=args.validated_by, elsewhere=self._elsewhere
        )
        certificate = Certificate(name, given, opts=ResourceOptions(parent=self))
        self.certificate_arn, self.validation_names = certificate.arn, certificate.validation_names

    def _region_health(self, name: str, args: IngressArgs, listener_arn: Output[str]) -> Output[str] | None:
        """Ask this region by itself, where the name that its users use may lead to another one."""
        if args.settings.routing is None or EVERYBODY not in args.settings.allowed_cidrs:
            return None
        known = "a region that shares its hosts has a route by which it can be asked"
        route = certain(asked_by_region(args.workload), known)
        return RegionHealth(
            f"{name}-region",
            RegionHealthArgs(
                prefix=args.prefix,
                load_balancer_dns_name=self.load_balancer_dns_name,
                listener_arn=listener_arn,
                target_group_arn=self.target_groups[(route.service, route.port)],
                path=route.health_path,
                priority=region_health_priority(args.workload.ingress.blocked_paths),
            ),
            opts=ResourceOptions(parent=self),
        ).health_check_id

    def _build_target_groups(self, name: str, args: IngressArgs) -> None:
        groups = TargetGroups(
            f"{name}-target-groups",
            TargetGroupsArgs(
                prefix=args.prefix,
                vpc_id=args.vpc_id,
                plans=target_groups(args.workload),
                target_type=args.target_type,
                deregistration_delay_seconds=args.workload.ingress.deregistration_delay_seconds,
                algorithm=args.workload.ingress.balancing,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.target_groups, self.target_group_arn_suffixes = groups.arns, groups.arn_suffixes

    def _build_load_balancer(self, name: str, args: IngressArgs) -> None:
        child = ResourceOptions(parent=self)
        self.security_group_id = LoadBalancerSecurity(
            f"{name}-security",
            LoadBalancerSecurityArgs(
                prefix=args.prefix,
                vpc_id=args.vpc_id,
                allowed_cidrs=args.settings.allowed_cidrs,
                cluster_security_group_id=args.cluster_security_group_id,
                target_ports=[each for plan in target_groups(args.workload) for each in plan.ports],
                asks_outside=args.settings.sign_on is not None,
                any_port=args.target_type == "instance",
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
                retention=args.retention,
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
        self._load_balancer_zone_id = balancer.zone_id

    @property
    def every_target_group(self) -> dict[ServicePort, Output[str]]:
        """The target groups of routes and of TCP ports."""
        return {**self.target_groups, **(self.tcp_ports.target_groups if self.tcp_ports else {})}

    @property
    def resource_labels(self) -> dict[ServicePort, Output[str]]:
        """What Application Auto Scaling calls each target group: app/<load balancer>/targetgroup/<target group>."""
        balancer = self.load_balancer_arn_suffix
        return {port: Output.concat(balancer, "/", suffix) for port, suffix in self.target_group_arn_suffixes.items()}

    def _build_firewall(self, name: str, args: IngressArgs) -> None:
        self.firewall = None
        if not args.settings.waf:
            return
        needs = args.workload.ingress
        # Behind a CDN every request comes from one of its addresses: who asks, and how often, is for its own firewall.
        closed = self._cdn_needs is None
        self.firewall = Firewall(
            f"{name}-firewall",
            FirewallArgs(
                prefix=args.prefix,
                load_balancer_arn=self.load_balancer_arn,
                rate_limit=needs.rate_limit if closed else None,
                rate_limits=needs.rate_limits if closed else (),
                blocked_paths=[blocked.path for blocked in needs.blocked_paths],
                operator_paths=needs.operator_paths if closed else (),
                operator_cidrs=args.settings.operator_cidrs,
                has_database=args.workload.database is not None,
                exceptions=args.workload.ingress.firewall_exceptions,
                log_retention_days=args.log_retention_days,
                logs_key_arn=args.logs_key_arn,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _build_tcp_ports(self, name: str, args: IngressArgs) -> TcpPorts | None:
        """Build what stands beside the load balancer for HTTPS, and the names that lead there."""
        plans = tcp_plans(args.workload, args.settings.allowed_cidrs, args.hostnames.__getitem__)
        if not plans:
            return None
        ports = TcpPorts(
            f"{name}-tcp",
            TcpPortsArgs(
                prefix=args.prefix,
                vpc_id=args.vpc_id,
                public_subnet_ids=args.public_subnet_ids,
                cluster_security_group_id=args.cluster_security_group_id,
                plans=plans,
                deregistration_delay_seconds=args.workload.ingress.deregistration_delay_seconds,
                deletion_protection=args.settings.deletion_protection,
                zonal_shift=args.zonal_shift,
                target_type=args.target_type,
                closed=args.settings.maintenance,
            ),
            opts=ResourceOptions(parent=self),
        )
        Dns(
            f"{name}-tcp-dns",
            DnsArgs(
                region=args.region,
                zone_id=self.zone_id,
                hosts=both_names([plan.host for plan in plans], args.second_names) if args.settings.serving else (),
                elsewhere=self._elsewhere,
                load_balancer_dns_name=ports.dns_name,
                load_balancer_zone_id=ports.zone_id,
                routing=args.settings.routing,
            ),
            opts=ResourceOptions(parent=self),
        )
        return ports

    def _origin_secret(self, name: str) -> Output[str] | None:
        if self._cdn_needs is None:
            return None
        # The load balancer compares headers without regard to capitals: 36 signs, 206 bits.
        child = ResourceOptions(parent=self)
        password = random.RandomPassword(f"{name}-origin-secret", length=40, special=False, upper=False, opts=child)
        return Output.secret(password.result)

    def _build_front(self, name: str, args: IngressArgs, secret: Output[str] | None) -> None:
        """Point the hosts at the CDN, or at the load balancer where there is none."""
        cdn = self._build_cdn(name, args, self._cdn_needs, secret) if self._cdn_needs and secret is not None else None
        self.cdn_distribution_id = cdn.distribution_id if cdn else None
        Dns(
            f"{name}-dns",
            DnsArgs(
                region=args.region,
                zone_id=self.zone_id,
                hosts=self._names if args.settings.serving else (),
                elsewhere=self._elsewhere,
                load_balancer_dns_name=cdn.dns_name if cdn else self.load_balancer_dns_name,
                load_balancer_zone_id=cdn.zone_id if cdn else self._load_balancer_zone_id,
                routing=args.settings.routing,
                health_check_id=self.health_check_id,
                evaluate_target_health=cdn is None,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _build_cdn(self, name: str, args: IngressArgs, cdn: CdnNeeds, secret: Output[str]) -> Cdn:
        there = ResourceOptions(parent=self, provider=args.main_region_provider)
        needs = args.workload.ingress
        self.cdn_firewall = self._build_cdn_firewall(name, args, there) if args.settings.waf else None
        return Cdn(
            f"{name}-cdn",
            CdnArgs(
                prefix=args.prefix,
                hosts=self._names,
                needs=cdn,
                headers=needs.headers,
                cors=needs.cors,
                origins=args.origins,
                load_balancer_dns_name=self.load_balancer_dns_name,
                certificate_arn=self._cdn_certificate(name, args, there),
                web_acl_arn=self.cdn_firewall.web_acl_arn if self.cdn_firewall else None,
                secret=secret,
                grpc=any(plan.protocol_version == "GRPC" for plan in target_groups(args.workload)),
            ),
            opts=ResourceOptions(parent=self),
        )

    def _cdn_certificate(self, name: str, args: IngressArgs, there: ResourceOptions) -> Output[str]:
        if args.main_region_provider is None:
            return self.certificate_arn
        given = CertificateArgs(hosts=self._names, zone_id=self.zone_id, validated_by=self.validation_names)
        return Certificate(f"{name}-cdn-certificate", given, opts=there).arn

    def _build_cdn_firewall(self, name: str, args: IngressArgs, there: ResourceOptions) -> Firewall:
        needs = args.workload.ingress
        return Firewall(
            f"{name}-cdn-firewall",
            FirewallArgs(
                prefix=f"{args.prefix}-cdn",
                load_balancer_arn=None,
                scope="CLOUDFRONT",
                rate_limit=needs.rate_limit,
                rate_limits=needs.rate_limits,
                blocked_paths=[blocked.path for blocked in needs.blocked_paths],
                operator_paths=needs.operator_paths,
                operator_cidrs=args.settings.operator_cidrs,
                has_database=args.workload.database is not None,
                exceptions=args.workload.ingress.firewall_exceptions,
                log_retention_days=args.log_retention_days,
                logs_key_arn=args.main_region_logs_key_arn or args.logs_key_arn,
            ),
            opts=there,
        )


def _zone_args(args: IngressArgs) -> HostedZoneArgs:
    """A region that shares its hosts with others (`routing`) shares the zone; any other has one of its own."""
    shared, zone = args.primary_zone_id if args.settings.routing else None, args.zone
    return HostedZoneArgs(
        domain=args.domain,
        zone_id=zone.id if zone and not zone.take_over else shared,
        taken_over=zone is not None and zone.take_over,
        parent_zone_id=None if shared else args.primary_zone_id,
        protect=args.protect,
    )
