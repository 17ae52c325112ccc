"""What a product sends between its services: queues of its own, and topics that pass a message on to several of them.

Bounds of queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
Bounds of filters: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from settings.base import Settings
from settings.types import Name
from settings.vocabulary import Means, refusal
from settings.workload.outputs import Offered

LONGEST_SECONDS: Final = 1_209_600
"""How long a queue keeps a message at most: 14 days."""
QueueAccess = Literal["send", "receive", "send-receive"]
"""Put messages into a queue, take them out, or both."""

AttributeName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$", max_length=256),
    Means("an attribute's name: letters, digits, _ - and single dots inside", "event"),
]
FilterText = Annotated[str, Field(min_length=1, max_length=256)]
FilterNumber = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]


class FilterCondition(Settings):
    """What an attribute may be; one of the conditions stated has to hold."""

    equals: tuple[FilterText, ...] = ()
    """One of these texts."""
    prefix: tuple[FilterText, ...] = ()
    """A text that starts with one of these."""
    anything_but: tuple[FilterText, ...] = ()
    """Any text but these."""
    at_least: FilterNumber | None = None
    """A number of this or more; with `below`, one between the two."""
    below: FilterNumber | None = None
    """A number below this."""
    exists: bool | None = None
    """Whether the attribute is there at all."""


class Subscription(Settings):
    """How a queue gets what is published to a topic."""

    raw: bool = True
    """The message as it was published; `false` wraps it in SNS's JSON."""
    filter: dict[AttributeName, FilterCondition] = Field(default={}, max_length=5)
    """Only messages whose attributes all meet their condition; without it all."""
    filter_by: Literal["attributes", "body"] = "attributes"
    """Whether `filter` names attributes of the message, or keys of the JSON object that is its body."""


class Ordered(Settings):
    """What may keep the order of messages."""

    fifo: bool = False
    """Messages of a group stay in order, and each is delivered once; the physical name ends with .fifo."""
    content_based_deduplication: bool = False
    """Of two equal messages within five minutes the second is dropped; without it the sender tells them apart."""

    @field_validator("content_based_deduplication")
    @classmethod
    def _takes_fifo(cls, value: bool, info: ValidationInfo) -> bool:
        if value and not info.data.get("fifo", True):
            fix = "remove `content_based_deduplication:`, or write `fifo: true`"
            raise refusal("false without `fifo: true` (SQS and SNS)", fix)
        return value


class Queue(Offered, Ordered):
    """An SQS queue with a dead-letter queue of its own, both encrypted with the stack's data key.

    A message that was received `maximum_receives` times and never deleted goes to the dead-letter queue, where it stays
    for 14 days and somebody is told.
    """

    OUTPUTS: ClassVar[tuple[str, ...]] = ("url", "arn", "name", "dead_letter_url")

    visibility_seconds: int = Field(default=30, ge=0, le=43_200)
    """How long a message is hidden from others while one works on it; longer than the work takes."""
    retention_seconds: int = Field(default=345_600, ge=60, le=LONGEST_SECONDS)
    """How long a message waits before it is dropped unread."""
    delay_seconds: int = Field(default=0, ge=0, le=900)
    """How long a new message is hidden from everybody."""
    maximum_receives: int = Field(default=5, ge=1, le=1_000)
    """How often a message is tried before it goes to the dead-letter queue."""
    alarm_age_seconds: int | None = Field(default=None, ge=60, le=LONGEST_SECONDS)
    """Age of the oldest message at which somebody is told; without it 15 minutes, or twice `visibility_seconds`."""
    alarm_waiting: int = Field(default=1_000, ge=1)
    """Number of waiting messages at which somebody is told."""


class FanOutTopic(Offered, Ordered):
    """An SNS topic: what is published to it goes to each of its queues. Encrypted with the stack's data key."""

    OUTPUTS: ClassVar[tuple[str, ...]] = ("arn", "name")

    queues: dict[Name, Subscription] = Field(min_length=1)
    """Queues of the product that get what is published, by name."""
