"""DynamoDB tables of the product: who may do what with them, what is watched, and what is backed up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pulumi import Input, Output

from components.backup.vault import RecoveryPoints
from components.capabilities.contract import Context, Given, Plan
from components.capabilities.cost import Cost, Costs
from components.capabilities.tables.table import KeptTable, KeptTableArgs
from components.capabilities.watched import Panel, PanelMetric, Watched
from components.identity.pod_role import Statement, allow
from components.product.reach import AwsService, Reach
from settings import PlatformSettings
from settings.arithmetic.alarms import Alarm
from settings.facts import ports
from settings.workload.outputs import WiredOutput
from settings.workload.tables import Table, TableAccess

_READING: Final = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
)
_WRITING: Final = (
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DescribeTable",
)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
_KEY_USE: Final = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
_NAMESPACE: Final = "AWS/DynamoDB"


class TablesCapability:
    """Tables with a role for whatever of the product names one; pods reach them through a gateway endpoint."""

    name = "tables"

    def plan(self, settings: PlatformSettings) -> Plan | None:
        if not settings.workload.tables:
            return None
        users = frozenset(name for name, each in settings.workload.aws_callers.items() if each.tables)
        place = AwsService(self.name, endpoint="dynamodb")
        return Plan(reach=[Reach(use=self.name, place=place, ports=(ports.HTTPS,), users=users)])

    def build(self, context: Context) -> Given:
        settings, stated = context.settings, context.settings.workload.tables
        key, region = context.foundation.encryption.data_key_arn, settings.stack.region
        made = {name: _build(context, name, table) for name, table in stated.items()}
        outputs: dict[str, Input[str]] = {}
        for name, each in made.items():
            outputs |= {f"tables.{name}.name": each.table_name, f"tables.{name}.arn": each.arn}
        return Given(
            resources=[*made.values()],
            outputs=cast("dict[WiredOutput, Input[str]]", outputs),
            exports={"tables": {name: each.table_name for name, each in made.items()}},
            statements={
                caller: _access([(made[name], access) for name, access in each.tables.items()], key, region)
                for caller, each in settings.workload.aws_callers.items()
                if each.tables
            },
            points=[_points(name, made[name]) for name, table in stated.items() if table.backup],
            watched=[
                Watched(label=f"table-{name}", dimensions=_dimensions(each), alarms=_ALARMS)
                for name, each in made.items()
            ],
            panels=_panels(made),
        )


def _build(context: Context, name: str, stated: Table) -> KeptTable:
    foundation = context.foundation
    return KeptTable(
        f"table-{name}",
        KeptTableArgs(
            table_name=f"{context.settings.prefix}-{name}",
            stated=stated,
            key_arn=foundation.encryption.data_key_arn,
            protect=foundation.protect,
        ),
        foundation.child,
    )


def _access(used: Sequence[tuple[KeptTable, TableAccess]], key_arn: Input[str], region: str) -> list[Statement]:
    """Let code do with the named tables and their indexes what it states, and with their key what that takes."""
    read = [table for table, access in used if access != "write"]
    written = [table for table, access in used if access != "read"]
    indexes = [Output.concat(each.arn, "/index/*") for each in read]
    allowed = (
        ("ReadTables", _READING, [*(each.arn for each in read), *indexes]),
        ("WriteTables", _WRITING, [each.arn for each in written]),
    )
    through = {"StringEquals": {"kms:ViaService": f"dynamodb.{region}.amazonaws.com"}}
    return [
        *(allow(sid, actions, arns) for sid, actions, arns in allowed if arns),
        {**allow("UseTableKey", _KEY_USE, [key_arn]), "Condition": through},
    ]


def _points(name: str, table: KeptTable) -> RecoveryPoints:
    return RecoveryPoints(name=f"table-{name}", label=f"table-{name}-selection", resource=table.arn)


def _dimensions(table: KeptTable) -> dict[str, Input[str]]:
    return {"TableName": table.table_name}


def _throttled(key: str, what: str, metric: str) -> Alarm:
    """Tell of requests that were refused for their number; a table that nobody throttles reports nothing."""
    return Alarm(
        key=key,
        meaning=f"{what} were refused for their number: one partition is asked for too often, or a ceiling is too low",
        namespace=_NAMESPACE,
        metric=metric,
        statistic="Sum",
        threshold=0,
        missing="notBreaching",
    )


_ALARMS: Final = (
    _throttled("reads", "Reads", "ReadThrottleEvents"),
    _throttled("writes", "Writes", "WriteThrottleEvents"),
)


def _panels(tables: Mapping[str, KeptTable]) -> list[Panel]:
    """Show all tables side by side."""

    def panel(title: str, metric: str) -> Panel:
        metrics = [
            PanelMetric(namespace=_NAMESPACE, name=metric, dimensions=_dimensions(each)) for each in tables.values()
        ]
        return Panel(title=title, metrics=metrics, statistic="Sum")

    return [
        panel("Tables: read units", "ConsumedReadCapacityUnits"),
        panel("Tables: write units", "ConsumedWriteCapacityUnits"),
        panel("Tables: refused reads", "ReadThrottleEvents"),
        panel("Tables: refused writes", "WriteThrottleEvents"),
    ]


def _requests(tables: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    """Say that requests and storage cost, which nobody knows ahead."""
    if tables:
        yield Cost(what="requests to tables, and what they hold", quantity=len(tables), dollars=None)


COSTS: Final[Mapping[str, Costs]] = {"aws:dynamodb/table:Table": _requests}
