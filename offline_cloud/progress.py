"""What a person sees while the engine works, and when it is done."""

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, TextIO, cast

from pulumi.automation.events import EngineEvent
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from offline_cloud.events import CHANGES, Story, label
from offline_cloud.provider.values import SIGNATURE_KEY

PLAIN_INTERVAL_SECONDS: Final = 5.0
UNWATCHED_WIDTH: Final = 160  # an ARN with its name fits on one line
MASK: Final = "[secret]"
VERBS: Final = {
    "create": "creating",
    "update": "updating",
    "delete": "deleting",
    "same": "checking",
    "replace": "replacing",
    "create-replacement": "replacing",
    "delete-replaced": "removing",
    "refresh": "reading",
    "read": "reading",
}


def console(stream: TextIO | None = None) -> Console:
    """Give the console to write to; without colours or boxes that break where nobody is looking."""
    target = stream or sys.stdout
    if target.isatty():
        return Console(file=target, highlight=False)
    return Console(file=target, soft_wrap=True, highlight=False, width=UNWATCHED_WIDTH)


def is_live(stream: TextIO) -> bool:
    """Tell whether somebody watches a terminal: otherwise progress comes in plain lines."""
    return stream.isatty() and os.environ.get("CI", "").lower() not in ("1", "true")


class Live:
    """Shows the engine's present step, how far it is, and for how long it has been at it."""

    def __init__(self, operation: str, expected: int | None) -> None:
        self._operation = operation
        self._expected = expected
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._began = self._last
        self._progress: Progress | None = None
        if is_live(sys.stderr):
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("[bold]{task.fields[operation]}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}"),
                console=Console(file=sys.stderr),
                transient=True,
            )
            self._task = self._progress.add_task("starting the engine", total=expected, operation=operation)

    def __enter__(self) -> "Live":
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def on_event(self, story: Story, event: EngineEvent) -> None:
        """Show one event."""
        del event
        current = next(reversed(story.started.items()), None)
        step = f"{VERBS.get(current[1], current[1])} {label(current[0])}" if current else ""
        if self._progress:
            total = max(self._expected, story.done) if self._expected else None
            self._progress.update(self._task, completed=story.done, total=total, description=step)
            return
        now = time.monotonic()
        with self._lock:
            if now - self._last < PLAIN_INTERVAL_SECONDS:
                return
            self._last = now
        of = f" of {self._expected}" if self._expected and self._expected >= story.done else ""
        sys.stderr.write(f"{self._operation}: {story.done}{of} done after {now - self._began:.0f} s; {step}\n")
        sys.stderr.flush()


def outputs_table(outputs: Mapping[str, object]) -> Table:
    """Lay the stack's outputs out as a table; nested values as JSON."""
    table = Table("output", title="Outputs", title_justify="left", show_edge=False)
    table.add_column("value", overflow="fold")
    for name, value in sorted(outputs.items()):
        shown = masked(value)
        table.add_row(Text(name), Text(shown if isinstance(shown, str) else json.dumps(shown)))
    return table


def masked(value: object) -> object:
    """Put ``[secret]`` in the place of what the engine marks as secret."""
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        return MASK if SIGNATURE_KEY in held else {key: masked(item) for key, item in held.items()}
    if isinstance(value, list):
        return [masked(item) for item in cast("list[object]", value)]
    return value


def counts(changes: Mapping[str, int]) -> str:
    """Write how many resources were created, changed and left alone."""
    told = [f"{changes[key]} {word}" for key, word in CHANGES.items() if changes.get(key)]
    unchanged = changes.get("same", 0)
    return ", ".join([*told, f"{unchanged} unchanged"]) if told or unchanged else "nothing to do"


def changed(changes: Mapping[str, int]) -> int:
    """Count the resources that a run changed."""
    return sum(count for key, count in changes.items() if key != "same")
