"""Alarms of shared folders, whose size and throughput EFS grows by itself: operations are what it can run out of."""

from settings.arithmetic.alarms import MINUTE, Alarm

_NEARLY_ALL_PERCENT = 95


def folder_alarms() -> tuple[Alarm, ...]:
    """Give the alarm of a file system in the general purpose mode, which does so many operations a second and no more.

    AWS recommends 15 minutes at the limit; told a little before it, there is something left to do about it:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    return (
        Alarm(
            key="operations",
            meaning=f"Shared folders do {_NEARLY_ALL_PERCENT} % of the operations that EFS allows: files wait",
            namespace="AWS/EFS",
            metric="PercentIOLimit",
            statistic="Average",
            threshold=_NEARLY_ALL_PERCENT,
            period_seconds=MINUTE,
            periods=15,
        ),
    )
