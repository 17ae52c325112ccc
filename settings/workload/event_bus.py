"""What a product asks of its event bus in production. Other environments scale it down."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import Cpu, Endpoint, Memory, Name
from settings.vocabulary import Means
from settings.workload.container import Image

TopicName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=50),
    Means("at most 50 letters, digits, '_' and '-'", "orders"),
]
"""RocketMQ takes 127 characters; prefix and stack stand before it."""


NameServers = Literal[1, 3, 5]
Brokers = Annotated[int, Field(ge=1, le=5)]
BrokerGib = Annotated[int, Field(ge=10, le=16384)]


class Topic(Settings):
    queues: int = Field(default=8, ge=1, le=128)
    """Queues that the topic is spread over: as many pods of one consumer group can read it at once."""


class EventBusNeeds(Settings):
    """A RocketMQ: name servers and brokers on the cluster, or an address where somebody else runs it."""

    kind: Literal["rocketmq", "external"]
    """`rocketmq` is run on the cluster, `external` is there already."""
    address: Endpoint | None = None
    """Name server of an external bus."""
    topic_prefix: Name
    """Start of every topic's name, followed by the stack's name."""
    consumer_group: Name
    """The product's consumer group; topic prefix and stack stand before it."""
    topics: dict[TopicName, Topic] = Field(default={})
    """Topics made with every rollout, by their name behind the prefix."""
    automatic_topics: bool = False
    """A broker makes a topic when the first message for it comes; only below the prefix."""
    image: Image = Image(repository="docker.io/apache/rocketmq", tag="5.3.3")
    """RocketMQ 5.3 or later."""
    image_user: int = Field(default=3000, ge=1, le=65535)
    """User and group id of `rocketmq` in the image."""
    name_servers: NameServers = 3
    """Name servers, which also elect the primary broker: more than half of them must be there for that."""
    brokers: Brokers = 2
    """The primary broker and its replicas; each holds every message."""
    cpu: Cpu = "1"
    """CPU that is set aside for each broker."""
    memory: Memory = "4Gi"
    """Memory of each broker, set aside and never exceeded."""
    storage_gib: BrokerGib = 100
    """Volume of each broker."""
    retention_hours: int = Field(default=72, ge=1, le=8760)
    """How long a message is kept, read or not."""
    lag_messages: int = Field(default=10_000, ge=1)
    """Messages that a consumer group may be behind before an alarm is raised."""
    tls: Literal["offered", "required"] = "offered"
    """`required` refuses clients without TLS."""
