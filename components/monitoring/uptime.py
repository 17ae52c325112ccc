"""The product's health answer, asked for from outside."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import route53

from components.monitoring.resource_alarms import ResourceAlarms, ResourceAlarmsArgs
from settings.arithmetic.traffic_alarms import uptime_alarms
from settings.facts import ports
from settings.facts.regions import HEALTH_CHECK_REGION


@dataclass(frozen=True, kw_only=True)
class UptimeArgs:
    """`search` must stand in the first 5,120 bytes of the answer to HTTPS `host` `path`.

    `topic_arn` is a topic in HEALTH_CHECK_REGION, whatever the stack's own `region`; `silent` keeps the alarm from it.
    """

    prefix: str
    region: str
    host: str
    path: str
    search: str
    topic_arn: Input[str]
    silent: bool = False


class Uptime(ComponentResource):
    """A health check from three parts of the world, and its alarm (OB-13, OB-14)."""

    health_check_id: Output[str]
    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: UptimeArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Uptime", name, None, opts)
        check = route53.HealthCheck(
            f"{name}-check",
            type="HTTPS_STR_MATCH",
            fqdn=args.host,
            port=ports.HTTPS,
            resource_path=args.path,
            search_string=args.search,
            enable_sni=True,
            request_interval=30,
            failure_threshold=3,
            measure_latency=True,
            regions=["us-east-1", "eu-west-1", "ap-southeast-1"],
            tags={"Name": f"{args.prefix} {args.host}{args.path}"},
            opts=ResourceOptions(parent=self),
        )
        alarms = ResourceAlarms(
            f"{name}-alarms",
            ResourceAlarmsArgs(
                prefix=args.prefix,
                label="uptime",
                dimensions={"HealthCheckId": check.id},
                alarms=uptime_alarms(),
                topic_arn=args.topic_arn,
                region=None if args.region == HEALTH_CHECK_REGION else HEALTH_CHECK_REGION,
                silent=args.silent,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.health_check_id = check.id
        self.alarm_names = alarms.names
        self.register_outputs({"healthCheckId": self.health_check_id})
