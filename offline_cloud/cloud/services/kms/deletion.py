"""What a key leaves behind when it is deleted: it can be had back until its waiting period ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.model import Record, number

DELETED: Final = "aws:kms/deletedKey:DeletedKey"
"""A key that is scheduled for deletion: no type of the SDK."""
_WAITING_DAYS: Final = 30
"""Where nothing is stated. https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""


def leaves(record: Record, now: datetime) -> Iterator[Record]:
    """Give the key as its deletion can still be cancelled."""
    days = int(number(record.inputs, "deletionWindowInDays") or _WAITING_DAYS)
    until = (now + timedelta(days=days)).isoformat()
    yield left(record, DELETED, record.id, {"of": record.name, "at": until})
