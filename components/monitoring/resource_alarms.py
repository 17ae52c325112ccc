"""From planned alarms to CloudWatch, for one resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch

from settings.arithmetic.alarms import Alarm, Ratio
from settings.arithmetic.metrics import must_be_published

_COMPARISONS = {"above": "GreaterThanThreshold", "below": "LessThanThreshold"}


@dataclass(frozen=True, kw_only=True)
class ResourceAlarmsArgs:
    """What is watched and who is notified.

    `label` is the resource's part of the alarms' physical names, after `prefix`; `dimensions` say which resource it is.
    `region` is where the metric is, when that is not the stack's own; `topic_arn` is then a topic of that region, for
    CloudWatch reaches no other.
    """

    prefix: str
    label: str
    dimensions: Mapping[str, Input[str]]
    alarms: Sequence[Alarm]
    topic_arn: Input[str]
    region: str | None = None
    silent: bool = False
    """Watch on, and tell nobody."""


class ResourceAlarms(ComponentResource):
    """The alarms of one resource; each tells the topic when it fires and when all is well again."""

    combined: list[Output[str]]
    """Names of the alarms that speak through the alarm "the product is down"."""
    names: list[Output[str]]
    arns: list[Output[str]]

    def __init__(self, name: str, args: ResourceAlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ResourceAlarms", name, None, opts)
        made = [(alarm, self._alarm(name, args, alarm)) for alarm in args.alarms]
        self.combined = [resource.name for alarm, resource in made if alarm.combined]
        self.names = [resource.name for _, resource in made]
        self.arns = [resource.arn for _, resource in made]
        self.register_outputs({"arns": self.arns})

    def _alarm(self, name: str, args: ResourceAlarmsArgs, alarm: Alarm) -> cloudwatch.MetricAlarm:
        spoken_for = alarm.combined or alarm.silent
        actions = [] if spoken_for else [args.topic_arn]
        dimensions = {**args.dimensions, **alarm.dimensions}
        for metric in (alarm.metric, *([alarm.ratio.of] if alarm.ratio else [])):
            must_be_published(alarm.namespace, metric, dimensions)
        percentile = alarm.statistic.startswith("p")
        plain = alarm.ratio is None
        return cloudwatch.MetricAlarm(
            f"{name}-{alarm.key}",
            name=f"{args.prefix}-{args.label}-{alarm.key}",
            alarm_description=f"[{alarm.severity}] {alarm.meaning}",
            comparison_operator=_COMPARISONS[alarm.side],
            threshold=alarm.threshold,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.datapoints,
            treat_missing_data=alarm.missing,
            namespace=alarm.namespace if plain else None,
            metric_name=alarm.metric if plain else None,
            dimensions=dimensions if plain else None,
            period=alarm.period_seconds if plain else None,
            statistic=alarm.statistic if plain and not percentile else None,
            extended_statistic=alarm.statistic if plain and percentile else None,
            metric_queries=_percentage(alarm, alarm.ratio, dimensions) if alarm.ratio else None,
            actions_enabled=False if args.silent else None,
            alarm_actions=actions,
            ok_actions=actions,
            insufficient_data_actions=actions if alarm.told_without_data else None,
            region=args.region,
            tags={"Severity": alarm.severity},
            opts=ResourceOptions(parent=self),
        )


def _percentage(
    alarm: Alarm, ratio: Ratio, dimensions: Mapping[str, Input[str]]
) -> list[cloudwatch.MetricAlarmMetricQueryArgs]:
    """The metric in percent of another; with little of that other, a single failure would be a high share of it."""

    def metric(key: str, name: str) -> cloudwatch.MetricAlarmMetricQueryArgs:
        return cloudwatch.MetricAlarmMetricQueryArgs(
            id=key,
            return_data=False,
            metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=alarm.namespace,
                metric_name=name,
                dimensions=dict(dimensions),
                period=alarm.period_seconds,
                stat=alarm.statistic,
            ),
        )

    share = cloudwatch.MetricAlarmMetricQueryArgs(
        id="share",
        label=f"{alarm.metric} in percent of {ratio.of}",
        expression=f"IF(whole >= {ratio.minimum}, 100 * FILL(part, 0) / whole, 0)",
        return_data=True,
    )
    return [share, metric("part", alarm.metric), metric("whole", ratio.of)]
