"""The Application Load Balancer in front of the product."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import lb

from components.naming import bounded
from settings.facts import name_lengths


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """What the load balancer is made from.

    `log_bucket` takes the access, connection and health check logs; `log_bucket_ready` is the policy that lets it.
    `idle_timeout_seconds` is how long a silent connection stays open: above a WebSocket's ping interval, and not below
    the longest answer that the product may take to give.
    """

    prefix: str
    subnet_ids: Sequence[Input[str]]
    security_group_id: Input[str]
    log_bucket: Input[str]
    log_bucket_ready: Sequence[Resource]
    idle_timeout_seconds: int
    deletion_protection: bool
    zonal_shift: bool
    internal: bool = False
    """Reached from inside the VPC alone."""


class LoadBalancer(ComponentResource):
    """A load balancer that repairs nothing a client got wrong and logs everything it saw."""

    arn: Output[str]
    arn_suffix: Output[str]
    dns_name: Output[str]
    zone_id: Output[str]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:LoadBalancer", name, None, opts)
        balancer = lb.LoadBalancer(
            f"{name}-alb",
            name=bounded(args.prefix, name_lengths.LOAD_BALANCER),
            load_balancer_type="application",
            internal=args.internal,
            ip_address_type="ipv4",
            subnets=list(args.subnet_ids),
            security_groups=[args.security_group_id],
            idle_timeout=args.idle_timeout_seconds,
            enable_http2=True,
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            enable_zonal_shift=args.zonal_shift,
            # Request smuggling starts with headers that two servers read differently.
            desync_mitigation_mode="defensive",
            drop_invalid_header_fields=True,
            preserve_host_header=True,
            xff_header_processing_mode="append",
            # With WAF unreachable, requests are refused rather than let through unchecked.
            enable_waf_fail_open=False,
            access_logs=lb.LoadBalancerAccessLogsArgs(bucket=args.log_bucket, prefix="access", enabled=True),
            connection_logs=lb.LoadBalancerConnectionLogsArgs(
                bucket=args.log_bucket, prefix="connections", enabled=True
            ),
            health_check_logs=lb.LoadBalancerHealthCheckLogsArgs(
                bucket=args.log_bucket, prefix="health-checks", enabled=True
            ),
            opts=ResourceOptions(parent=self, depends_on=list(args.log_bucket_ready)),
        )
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.register_outputs({"arn": self.arn, "dnsName": self.dns_name})
