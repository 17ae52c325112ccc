"""What a deletion leaves in the account: each kind of data by a word of its own, apart from what refuses a deletion."""

from typing import Annotated

from pydantic import AfterValidator, Field

from settings.base import Settings
from settings.cells import Cells
from settings.vocabulary import Means, refusal

_LEAST, _MOST = 7, 30


def _window(days: int) -> int:
    if days and not _LEAST <= days <= _MOST:
        raise refusal(f"0, or {_LEAST} to {_MOST} days", f"write {_LEAST}, or {_MOST}")
    return days


RecoveryDays = Annotated[
    int,
    AfterValidator(_window),
    Field(ge=0, le=_MOST),
    Means(f"0, or {_LEAST} to {_MOST} days", _MOST),
]
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html, RecoveryWindowInDays."""


class RetentionSettings(Settings):
    """What is left when a store, or the whole stack, is deleted. Releasing `protection` changes none of it."""

    final_snapshots: bool = True
    """A deleted database or cache leaves a final snapshot."""
    automated_backups: bool = True
    """The automated backups of a deleted database stay until their retention ends."""
    secret_recovery_days: RecoveryDays = _MOST
    """Days in which a deleted secret can be restored, and its name stays taken; 0: it is gone at once."""
    buckets: bool = True
    """Buckets stay with what is in them; false: they are emptied and deleted."""
    vault: bool = True
    """The backup vault stays with its recovery points; false: both are deleted."""
    shared_folders: bool = True
    """The file system of shared folders stays with what is in it."""
    images: bool = True
    """Image repositories stay with their images; false: both are deleted."""

    @property
    def keys(self) -> bool:
        """Whether anything stays that one of the stack's keys encrypts: without its key nobody can read it."""
        kept = (self.final_snapshots, self.automated_backups, self.buckets, self.vault, self.shared_folders)
        return any(kept) or self.images or self.secret_recovery_days > 0


EVERYTHING_KEPT = RetentionSettings()
"""Where nobody says otherwise."""

NOTHING_KEPT = RetentionSettings(
    final_snapshots=False,
    automated_backups=False,
    secret_recovery_days=0,
    buckets=False,
    vault=False,
    shared_folders=False,
    images=False,
)
"""For what can be made anew: nothing is left, and every name is free at once."""

ROWS: dict[str, Cells] = {
    # setting                dev      staging  production  budget
    "final_snapshots":      (False,   False,   True,       True),
    "automated_backups":    (False,   False,   True,       True),
    "secret_recovery_days": (0,       0,       30,         30),
    "buckets":              (False,   False,   True,       True),
    "vault":                (False,   False,   True,       True),
    "shared_folders":       (False,   False,   True,       True),
    "images":               (False,   False,   True,       True),
}  # fmt: skip
"""What each environment starts from; see settings/environments.py."""
