"""The alarms and the panels of a database, and the events that somebody hears of."""

from collections.abc import Sequence
from typing import Final

from pulumi import Input

from components.capabilities.watched import InstanceEvents, Panel, PanelMetric, Watched
from settings.arithmetic.alarms import DatabaseScale, database_alarms
from settings.sizes.database import DatabaseSettings

_CATEGORIES: Final = (
    *("availability", "failover", "failure", "low storage", "maintenance", "read replica", "recovery"),
)
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"""


def watched(identifiers: Sequence[Input[str]], settings: DatabaseSettings, *, follows: bool) -> list[Watched]:
    """Watch every instance, the primary first; with `follows` that one copies another region's."""
    found: list[Watched] = []
    for index, identifier in enumerate(identifiers):
        scale = DatabaseScale(
            instance_class=settings.instance_class,
            storage_gib=settings.storage_gib,
            replica=index > 0 or follows,
        )
        found.append(
            Watched(
                label=f"database-replica-{index}" if index else "database",
                dimensions={"DBInstanceIdentifier": identifier},
                alarms=database_alarms(scale),
                heartbeat=("AWS/RDS", "CPUUtilization"),
            )
        )
    return found


def panels(identifiers: Sequence[Input[str]]) -> list[Panel]:
    """Show the instances side by side."""

    def panel(title: str, metric: str, statistic: str = "Average") -> Panel:
        metrics = [
            PanelMetric(namespace="AWS/RDS", name=metric, dimensions={"DBInstanceIdentifier": identifier})
            for identifier in identifiers
        ]
        return Panel(title=title, metrics=metrics, statistic=statistic)

    return [
        panel("Database: active sessions", "DBLoad"),
        panel("Database: CPU (%)", "CPUUtilization"),
        panel("Database: connections", "DatabaseConnections", "Maximum"),
        panel("Database: free storage (bytes)", "FreeStorageSpace", "Minimum"),
        panel("Database: replica lag (s)", "ReplicaLag", "Maximum"),
    ]


def events(identifiers: Sequence[Input[str]]) -> InstanceEvents:
    """Report what RDS says of the instances."""
    return InstanceEvents(label="database", instance_ids=identifiers, categories=_CATEGORIES)
