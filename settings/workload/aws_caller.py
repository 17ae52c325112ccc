"""Code that calls AWS for what the product keeps there, and what it may do with it."""

from pydantic import Field

from settings.base import Settings
from settings.types import Name
from settings.workload.buckets import BucketAccess
from settings.workload.queues import QueueAccess


class AwsCaller(Settings):
    """What a service, a Job or the migration does with the product's buckets, queues and topics."""

    buckets: dict[Name, BucketAccess] = Field(default={})
    """Buckets of the product that the code uses, with a role of its own: `read`, `write` or `read-write` by name."""
    queues: dict[Name, QueueAccess] = Field(default={})
    """Queues of the product that the code uses, with a role of its own: `send`, `receive` or `send-receive` by name."""
    topics: tuple[Name, ...] = ()
    """Topics of the product that the code publishes to, with a role of its own."""

    @property
    def calls_aws(self) -> bool:
        """Whether it uses any of them."""
        return bool(self.buckets or self.queues or self.topics)
