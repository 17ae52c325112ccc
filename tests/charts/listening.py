"""A real exporter that answers while a test runs."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.tool import tool

_PATIENCE_SECONDS = 30


@contextmanager
def listening(program: str, folder: Path, *arguments: str, **variables: str) -> Generator[str]:
    """Run an exporter with arguments and variables, and give its address; the test is skipped where there is none."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{found.getsockname()[1]}"
    command = [tool(program), *arguments, f"--web.listen-address={address}"]
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **variables})
    try:
        _await(f"http://{address}/", process, folder / f"{program}.log")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)


def _await(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"it did not start: {log.read_text(encoding='utf-8')}")
