"""The part of helm that settles a release whose operation was cut off."""

from collections.abc import Iterator
from contextlib import closing
from typing import Literal

from offline_cloud.cloud.model import at, text
from offline_cloud.cloud.store import Store
from offline_cloud.errors import OfflineCloudError
from offline_cloud.hints import command
from offline_cloud.kubernetes import pending
from offline_cloud.workspace import Workspace


def settle(space: Workspace, action: Literal["history", "rollback", "uninstall"], name: str) -> Iterator[str]:
    """Show a release's last revision, take it back to what was deployed, or remove an install that never ended.

    Gives a line on what was found or done. Raises ``OfflineCloudError``.
    """
    if not space.store.exists():
        raise OfflineCloudError(f"stack {space.stack} has no releases; `{command(space, 'up')}` installs them")
    with closing(Store(space.store)) as store:
        record = pending.find(store.records(), name, space.stack)
        if record is None:
            raise OfflineCloudError(f"there is no release {name}; `{command(space, 'objects')}` lists what there is")
        standing, revision = text(record.outputs, "status.status"), at(record.outputs, "status.revision")
        if action == "history":
            yield f"{name}: revision {revision}, {standing}"
            return
        try:
            settled = pending.settle(record, action)
        except ValueError as error:
            raise OfflineCloudError(str(error)) from error
        if settled is None:
            store.delete(record)
            yield f"{name}: the install that never ended is removed"
        else:
            store.update(settled)
            yield f"{name}: revision {at(settled.outputs, 'status.revision')}, deployed, is what was deployed before"
    yield f"`{command(space, 'up')}` goes on from here"
