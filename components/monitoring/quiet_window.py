"""The weekly window in which alarms change state and call nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch

from settings.arithmetic.quiet import MAXIMUM_ALARMS, mute_schedule


@dataclass(frozen=True, kw_only=True)
class QuietWindowArgs:
    """`window` is "ddd:hh:mm-ddd:hh:mm" in UTC; `alarm_names` are of the stack's region, or of `elsewhere`."""

    prefix: str
    window: str
    alarm_names: Sequence[Input[str]]
    elsewhere: str | None = None


class QuietWindow(ComponentResource):
    """Mute rules over the alarms named. What is still wrong when the window ends is reported then.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
    """

    def __init__(self, name: str, args: QuietWindowArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:QuietWindow", name, None, opts)
        schedule = mute_schedule(args.window)
        for number, first in enumerate(range(0, len(args.alarm_names), MAXIMUM_ALARMS), start=1):
            cloudwatch.AlarmMuteRule(
                f"{name}-{number}",
                name=f"{args.prefix}-maintenance-{number}",
                description=f"Maintenance, {args.window} UTC",
                rule=cloudwatch.AlarmMuteRuleRuleArgs(
                    schedule=cloudwatch.AlarmMuteRuleRuleScheduleArgs(
                        expression=schedule.expression, duration=schedule.duration, timezone="UTC"
                    )
                ),
                mute_targets=cloudwatch.AlarmMuteRuleMuteTargetsArgs(
                    alarm_names=list(args.alarm_names[first : first + MAXIMUM_ALARMS])
                ),
                region=args.elsewhere,
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})
