"""Values of the timescale chart: a cluster of TimescaleDB instances and its archive."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, Out
from components.chart_values.rules import AlertRule
from components.chart_values.types import DatabaseName, Name, Positive, RegionName, Text, Variable
from settings.facts.volumes import GP3_MIB, IO2_IOPS


class InstanceResources(ChartValues):
    """What each instance has, set aside and never exceeded."""

    cpu: Text
    memory: Text


class Storage(ChartValues):
    """The volumes of each instance."""

    type: Literal["gp3", "io2"]
    gib: Positive
    wal_gib: Positive
    iops: Annotated[int, Field(ge=1, le=IO2_IOPS[1])]
    throughput_mib: Annotated[int, Field(ge=GP3_MIB[0], le=GP3_MIB[1])] | None = None
    key: Out[Text]
    reclaim: Literal["Retain", "Delete"]


class Backup(ChartValues):
    """Base backups and the write-ahead log, in a bucket."""

    bucket: Out[Text]
    retention_days: Positive
    schedule: Annotated[str, Field(pattern="^[-*/,0-9]+( +[-*/,0-9]+){4}$")]
    parallel: Positive


class Pooler(ChartValues):
    """PgBouncer in front of the primary."""

    instances: Positive
    pool_size: Positive
    maximum_clients: Positive


class ManagedRole(ChartValues):
    """A role that the operator makes."""

    role: DatabaseName
    credential: Text
    """Name in Secrets Manager of its name and password, as JSON."""
    owns: bool
    """It is a member of the application's role, and so may take over what that made."""


class Roles(ChartValues):
    """Roles beside the application's, and the Job that says who may do what."""

    managed: Annotated[dict[Name, ManagedRole], Field(min_length=1)]
    """By the end of the name of the Secret with the credential."""
    connects: Name
    """The end of the name of the Secret with the owner's credential."""
    variables: dict[Variable, Text]
    """What the statements read."""
    statements: Text


class TimescaleValues(ChartValues):
    product: Name
    """The product."""
    product_namespace: Name
    """The product's namespace, which may connect."""
    name: Name
    """Name of the database cluster."""
    namespace: Name
    """Namespace of the instances; the chart makes it."""
    region: RegionName
    image: Out[Text]
    """PostgreSQL with TimescaleDB."""
    major: Annotated[int, Field(ge=14)]
    """PostgreSQL's major version in the image."""
    user: Positive
    """User and group id of postgres in the image."""
    database: DatabaseName
    role: DatabaseName
    credential: Text
    """Name in Secrets Manager of the role's name and password, as JSON."""
    instances: Annotated[int, Field(ge=1, le=9)]
    synchronous: bool
    """A commit waits for one replica."""
    spread: Literal["required", "preferred"]
    """Whether two instances may share a zone."""
    resources: InstanceResources
    storage: Storage
    parameters: dict[str, str]
    """PostgreSQL's parameters."""
    backup: Backup
    operator_namespace: Name
    metrics_namespace: Name
    rules: Annotated[tuple[AlertRule, ...], Field(min_length=1)]
    pool: Name | None = None
    """Node pool of the instances."""
    pooler: Pooler | None = None
    roles: Roles | None = None
    """None where one role does everything."""
