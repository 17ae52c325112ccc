"""What a secret leaves behind when it is deleted: its name stays taken until the recovery window ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, number, text

DELETED: Final = "aws:secretsmanager/deletedSecret:DeletedSecret"
"""A secret that is scheduled for deletion: no type of the SDK."""
_WINDOW_DAYS: Final = 30
"""Where nothing is stated (DeleteSecret, RecoveryWindowInDays)."""


def leaves(record: Record, now: datetime) -> Iterator[Record]:
    """Give the secret as it can be restored, unless it is deleted at once."""
    stated = number(record.inputs, "recoveryWindowInDays")
    days = _WINDOW_DAYS if stated is None else int(stated)
    if days:
        until = (now + timedelta(days=days)).isoformat()
        yield left(record, DELETED, record.id, {"secretName": physical_name(record), "at": until})


def name_is_free(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse a secret of a name that a deleted one still has.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    """
    name = text(record.inputs, "name")
    for other in world.mentioning(name) if name else ():
        if other.type == DELETED and other.region == record.region:
            day = (text(other.inputs, "at") or "")[:10]
            yield reject(
                "name", "InvalidRequestException", f"You can't create this secret because a secret with this name, "
                f"{name}, is already scheduled for deletion: on {day}", f"run `aws secretsmanager restore-secret "
                f"--secret-id {name}` and import it, or wait until then",
            )  # fmt: skip
            return
