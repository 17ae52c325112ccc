"""Alarms of a service on ECS, from the metrics that every service reports without charge.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
"""

from settings.arithmetic.alarms import Alarm

_ECS = "AWS/ECS"


def task_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of one service; the alarms of its target group say how many of its tasks answer."""
    return (
        Alarm(
            key="cpu",
            meaning="A service's tasks have used over 80 % of their CPU for 15 minutes: raise its tasks or their size",
            namespace=_ECS,
            metric="CPUUtilization",
            statistic="Average",
            threshold=80,
        ),
        Alarm(
            key="memory",
            meaning="A service's tasks have used over 90 % of their memory for 15 minutes: ECS ends a task at 100 %",
            severity="critical",
            namespace=_ECS,
            metric="MemoryUtilization",
            statistic="Average",
            threshold=90,
        ),
    )
