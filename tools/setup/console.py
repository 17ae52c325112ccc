"""What set-up says while it works, and how it runs other programs."""

import os
import subprocess
import threading
import time
from pathlib import Path

from tools.setup import places


class SetupError(Exception):
    """One clear line on what is missing and what to do."""


def say(name: str, text: str) -> None:
    print(f"{name:>12}  {text}", flush=True)


class Heartbeat:
    """Says every few seconds that a long step is still at work, and how far it is."""

    def __init__(self, name: str, step: str) -> None:
        self.name, self.step, self.detail = name, step, ""
        self._done = threading.Event()
        self._started = time.monotonic()

    def __enter__(self) -> "Heartbeat":
        say(self.name, f"{self.step} …")
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def _beat(self) -> None:
        while not self._done.wait(15):
            say(self.name, f"{self.step}: {time.monotonic() - self._started:.0f} s{self.detail}")


def run(
    name: str, step: str, command: list[str], *, cwd: Path = places.ROOT, env: dict[str, str] | None = None
) -> None:
    """Run a command quietly; on failure raise SetupError with the last lines it printed."""
    lines: list[str] = []
    with (
        Heartbeat(name, step) as beat,
        subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            lines.append(line.rstrip())
            beat.detail = f", {len(lines)} steps"
        code = process.wait()
    if code != 0:
        raise SetupError(f"{step} failed ({' '.join(command[:3])} …): " + " | ".join(lines[-3:]))


def leave_out(missing: str, tests: str) -> str:
    """Say that what is missing leaves tests out. Raises SetupError in CI, which runs them."""
    if os.environ.get("CI") == "true":
        raise SetupError(f"{missing}; CI runs the tests of {tests}")
    return f"left out: {missing}; the tests of {tests} will be reported as not run"
