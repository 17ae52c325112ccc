"""The commands that move the clock, list what waits for it, and reboot a database."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

from offline_cloud.cloud import passage
from offline_cloud.cloud.clock import Clock, ClockError, duration, moment, written
from offline_cloud.cloud.store import Store
from offline_cloud.errors import OfflineCloudError
from offline_cloud.hints import command
from offline_cloud.workspace import Workspace


@contextmanager
def _opened(space: Workspace) -> Generator[Store]:
    if not space.store.exists():
        raise OfflineCloudError(f"stack {space.stack} has no cloud yet; `{command(space, 'up')}` makes one")
    with closing(Store(space.store)) as store:
        yield store


def clock(space: Workspace, advance: str | None, to: str | None) -> Iterator[str]:
    """Give the cloud's time, after it is moved where that is asked for, and what happened until then.

    Raises ``OfflineCloudError``.
    """
    with _opened(space) as store:
        found = Clock(store)
        try:
            if advance is not None:
                found.move(found.now() + duration(advance))
            elif to is not None:
                found.move(moment(to))
        except (ClockError, OverflowError) as error:
            raise OfflineCloudError(str(error)) from error
        told = passage.catch_up(store)
        yield from told
        yield f"it is {written(found.now())} in the cloud of {space.workload}, for all of its stacks"
        if told:
            yield f"`{command(space, 'refresh')}` reads what changed into the state"


def pending(space: Workspace) -> Iterator[str]:
    """Give a line for each thing of the stack that waits. Raises ``OfflineCloudError``."""
    with _opened(space) as store:
        found = [wait for wait in passage.waits(store) if wait.stack == space.stack]
        for wait in found:
            until = "until it is rebooted" if wait.until is None else f"until {written(wait.until)}"
            yield f"{wait.of}: {wait.what}, waits {until}"
        if not found:
            yield f"nothing of stack {space.stack} waits"


def reboot(space: Workspace, identifier: str) -> Iterator[str]:
    """Reboot a database of the stack, and give what that applied. Raises ``OfflineCloudError``."""
    with _opened(space) as store:
        try:
            applied = passage.reboot(store, identifier, space.stack)
        except LookupError as error:
            raise OfflineCloudError(str(error.args[0])) from error
    yield f"{identifier} is rebooted: " + ("; ".join(applied) or "nothing waited for that")
