"""What a preview imagines: later steps of the same preview see it, and nothing after the preview does."""

from contextlib import AbstractContextManager

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.world import Index


class Previews:
    """The records that a preview put into the index, each with the record that it stands in place of."""

    def __init__(self, index: Index, lock: AbstractContextManager[object]) -> None:
        """Imagine in ``index``; ``lock`` is held during each change, and may be entered again by who holds it."""
        self._index = index
        self._lock = lock
        self._imagined: list[tuple[Record, Record | None]] = []

    def imagine(self, imagined: Record, before: Record | None = None) -> None:
        """Have the rest of the preview see what this step would leave, in the place of what was there before."""
        with self._lock:
            if before is not None:
                self._index.remove(before)
            self._index.add(imagined)
            self._imagined.append((imagined, before))

    def forget(self) -> None:
        """Take what a preview only imagined out of the index: one process may serve the preview and the `up` after."""
        with self._lock:
            for imagined, before in reversed(self._imagined):
                self._index.remove(imagined)
                if before is not None:
                    self._index.add(before)
            self._imagined.clear()
