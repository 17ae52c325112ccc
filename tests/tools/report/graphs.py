"""Small graphs, as previews of nothing give them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.plan.preview import UNKNOWN
from tools.report.graph import Graph, Node

STACK = "urn:pulumi:prod::groundwork"
PLATFORM = f"{STACK}::groundwork:components:Platform::platform"
DATABASE = f"{STACK}::groundwork:components:Platform$groundwork:components:Database::database"
INSTANCE, SUBNETS, VPC, ALARM = (
    "aws:rds/instance:Instance",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:ec2/vpc:Vpc",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
)


def urn(type: str, name: str) -> str:
    return f"{STACK}::groundwork:components:Platform$groundwork:components:Database${type}::{name}"


def node(type: str, name: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Node:
    by_property: Mapping[str, Sequence[str]] = more.pop("by_property", {})
    needs = {each for urns in by_property.values() for each in urns}
    named = {key: tuple(urns) for key, urns in by_property.items()}
    return Node(urn(type, name), inputs or {}, DATABASE, frozenset(needs), named, **more)


def graph(*nodes: Node) -> Graph:
    parents = (Node(PLATFORM), Node(DATABASE, parent=PLATFORM))
    return {each.urn: each for each in (*parents, *nodes)}


def database(replicas: int = 1, **inputs: Any) -> list[Node]:
    """A primary with replicas, in a group of subnets."""
    group = node(SUBNETS, "database-subnets", {"name": "database"})
    primary = node(
        INSTANCE,
        "database-primary",
        {"instanceClass": "db.m7g.large", "allocatedStorage": 100, "kmsKeyId": UNKNOWN, **inputs},
        by_property={"dbSubnetGroupName": [group.urn]},
    )
    copies = [
        node(INSTANCE, f"database-replica-{number}", {"replicateSourceDb": "primary", "instanceClass": "db.m7g.large"})
        for number in range(1, replicas + 1)
    ]
    return [group, primary, *copies]
