"""Values of the event-bus chart: RocketMQ's name servers and brokers."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, Out
from components.chart_values.rules import AlertRule
from components.chart_values.types import Name, Positive, Text

GroupName = Annotated[str, Field(pattern="^[A-Za-z0-9_-]+$", max_length=255)]
TopicName = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,127}$")]


class Requests(ChartValues):
    """What a name server sets aside."""

    cpu: Text
    memory: Text


class NameServers(ChartValues):
    """They know the brokers and elect the primary one, for which more than half of them must be there."""

    count: Literal[1, 3, 5]
    resources: Requests


class Brokers(ChartValues):
    """The primary broker and its replicas; each holds every message."""

    count: Annotated[int, Field(ge=1, le=5)]
    cpu: Text
    memory: Text
    heap_mib: Annotated[int, Field(ge=256)]
    direct_mib: Annotated[int, Field(ge=128)]


class BackupTag(ChartValues):
    """What AWS Backup finds the volumes by."""

    key: Text
    value: Text


class Storage(ChartValues):
    """The volume of each broker."""

    type: Literal["gp3"]
    gib: Annotated[int, Field(ge=10, le=16384)]
    key: Out[Text]
    reclaim: Literal["Retain", "Delete"]
    tag: BackupTag


class Topic(ChartValues):
    """A topic that is made with every rollout."""

    queues: Annotated[int, Field(ge=1, le=128)]


class Credentials(ChartValues):
    """Names in Secrets Manager, each of a JSON document with username and password."""

    admin: Out[Text]
    user: Out[Text]


class EventBusValues(ChartValues):
    product: Name
    """The product."""
    product_namespace: Name
    """The product's namespace, which may connect."""
    namespace: Name
    """Namespace of the bus; the chart makes it."""
    metrics_namespace: Name
    """Where the brokers are scraped from."""
    image: Out[Text]
    """RocketMQ 5.3 or later."""
    shell_image: Out[Text]
    """A shell and tail, for the pods' logs."""
    user: Positive
    """User and group id of rocketmq in the image."""
    zones: Annotated[int, Field(ge=1, le=6)]
    """Availability zones; as many pods are kept in zones of their own."""
    name_servers: NameServers
    brokers: Brokers
    storage: Storage
    retention_hours: Annotated[int, Field(ge=1, le=8760)]
    """How long a message is kept."""
    automatic_topics: bool
    """A broker makes a topic when the first message for it comes."""
    tls: Literal["offered", "required"]
    prefix: GroupName
    """Start of the topics and groups that the product may use."""
    consumer_group: GroupName
    topics: dict[TopicName, Topic]
    credentials: Credentials
    rules: Annotated[tuple[AlertRule, ...], Field(min_length=1)]
    """Alert rules, as PrometheusRule takes them."""
