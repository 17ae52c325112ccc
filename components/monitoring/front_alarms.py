"""The alarms of what CloudFront answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.monitoring.resource_alarms import ResourceAlarms, ResourceAlarmsArgs
from components.monitoring.watched import CDN, WatchedFront
from settings.arithmetic.alarms import Alarm
from settings.arithmetic.traffic_alarms import distribution_alarms, firewall_alarms
from settings.facts.regions import HEALTH_CHECK_REGION

FRONT_REGION = HEALTH_CHECK_REGION
"""CloudFront reports its metrics, and those of the firewalls before it, where health checks report theirs:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html"""


@dataclass(frozen=True, kw_only=True)
class FrontAlarmsArgs:
    """`topic_arn` is a topic in FRONT_REGION, whatever the stack's own `region`.

    `silent` keeps the alarms of the product's hosts from it.
    """

    prefix: str
    region: str
    front: WatchedFront
    topic_arn: Input[str]
    silent: bool = False


class FrontAlarms(ComponentResource):
    """Alarms of each distribution, and of the firewall before the product's hosts."""

    names: list[Output[str]]
    arns: list[Output[str]]

    def __init__(self, name: str, args: FrontAlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:FrontAlarms", name, None, opts)
        made = [
            self._watch(name, args, label, {"DistributionId": distribution}, distribution_alarms())
            for label, distribution in args.front.distribution_ids.items()
        ]
        firewall = args.front.firewall
        if firewall:
            # Metrics of a web ACL for CloudFront have no region.
            acl = {"WebACL": firewall.metric_name}
            made.append(self._watch(name, args, "cdn-firewall", acl, firewall_alarms(firewall.limits)))
        self.names = [each for alarms in made for each in alarms.names]
        self.arns = [each for alarms in made for each in alarms.arns]
        self.register_outputs({"arns": self.arns})

    def _watch(
        self,
        name: str,
        args: FrontAlarmsArgs,
        label: str,
        dimensions: Mapping[str, Input[str]],
        alarms: Sequence[Alarm],
    ) -> ResourceAlarms:
        return ResourceAlarms(
            f"{name}-{label}",
            ResourceAlarmsArgs(
                prefix=args.prefix,
                label=label,
                dimensions=dimensions,
                alarms=alarms,
                topic_arn=args.topic_arn,
                region=None if args.region == FRONT_REGION else FRONT_REGION,
                silent=args.silent and label == CDN,
            ),
            opts=ResourceOptions(parent=self),
        )
