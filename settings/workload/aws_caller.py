"""Code that calls AWS for what the product keeps there, and what it may do with it."""

from collections.abc import Iterator, Mapping

from pydantic import Field

from settings.base import Settings
from settings.types import Name
from settings.workload.buckets import BucketAccess
from settings.workload.queues import QueueAccess
from settings.workload.tables import TableAccess


class AwsCaller(Settings):
    """What a service, a Job or the migration does with the product's buckets, queues, topics and tables.

    Each field is called after the section of the file whose entries it names.
    """

    buckets: dict[Name, BucketAccess] = Field(default={})
    """Buckets of the product that the code uses, with a role of its own: `read`, `write` or `read-write` by name."""
    queues: dict[Name, QueueAccess] = Field(default={})
    """Queues of the product that the code uses, with a role of its own: `send`, `receive` or `send-receive` by name."""
    topics: tuple[Name, ...] = ()
    """Topics of the product that the code publishes to, with a role of its own."""

    tables: dict[Name, TableAccess] = Field(default={})
    """Tables of the product that the code uses, with a role of its own: `read`, `write` or `read-write` by name."""

    @property
    def calls_aws(self) -> bool:
        """Whether it uses any of them."""
        return any(self.called().values())

    def called(self) -> dict[str, tuple[tuple[str | int, str], ...]]:
        """Give by section what it names: where each name stands below the section, and the name."""
        return {section: tuple(_named(getattr(self, section))) for section in AwsCaller.model_fields}


def _named(stated: Mapping[str, str] | tuple[str, ...]) -> Iterator[tuple[str | int, str]]:
    yield from ((name, name) for name in stated) if isinstance(stated, Mapping) else enumerate(stated)
