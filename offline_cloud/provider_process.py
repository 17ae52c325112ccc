"""The provider process of a run: started before the engine, stopped after it, whatever happens in between."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from offline_cloud import exit_codes
from offline_cloud.errors import OfflineCloudError
from offline_cloud.hints import command
from offline_cloud.workspace import Workspace

PORT_VARIABLE: Final = "OFFLINE_CLOUD_PORT"
STOP_PATIENCE_SECONDS: Final = 10.0


class ProviderProcess:
    """A running provider. ``port`` is where it listens."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self._process = process
        self.port = port

    def died(self) -> bool:
        """Tell whether the process ended before it was stopped."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Ask the process to end, and make sure that it does."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def _port() -> int:
    stated = os.environ.get(PORT_VARIABLE, "0")
    highest = 65535
    if not stated.isdigit() or int(stated) > highest:
        raise OfflineCloudError(
            f"{PORT_VARIABLE}={stated} is no port; give a number up to {highest}, or leave it unset"
        )
    return int(stated)


def _start(space: Workspace, lock: int) -> ProviderProcess:
    log = space.store.with_name("provider.log")
    arguments = [sys.executable, "-m", "offline_cloud.provider", "--store", str(space.store), "--port", str(_port())]
    home = Path(__file__).resolve().parent.parent
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(home), os.environ.get("PYTHONPATH", "")]).strip(":"),
    }
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=space.program.parent,  # charts are named relative to the program
            env=environment,
            start_new_session=True,
            # It holds the lock too: a run that follows a killed one waits until the last request is in the store.
            pass_fds=(lock,),
        )
    first_line = process.stdout.readline().strip() if process.stdout else ""
    if first_line.isdigit():
        return ProviderProcess(process, int(first_line))
    raise OfflineCloudError(_why_not_started(process.wait(), log.read_text(encoding="utf-8").strip(), space))


def _why_not_started(code: int, said: str, space: Workspace) -> str:
    last_line = said.splitlines()[-1] if said else "it said nothing"
    if code == exit_codes.BUSY_PORT:
        return f"{last_line} ({PORT_VARIABLE}); choose another, or leave {PORT_VARIABLE} unset to take any free one"
    if code == exit_codes.DAMAGED_STORE:
        return f"{said}; `{command(space, 'repair')}` moves it aside and rebuilds it from the engine's state"
    if code in (exit_codes.BAD_FAULTS, exit_codes.UNUSABLE_STORE):
        return last_line
    return f"the provider process did not start (exit code {code}): {last_line}"


@contextmanager
def provider(space: Workspace, lock: int) -> Generator[ProviderProcess]:
    """Run the provider process for the length of the block; raises ``OfflineCloudError``."""
    running = _start(space, lock)
    try:
        yield running
    finally:
        running.stop()
