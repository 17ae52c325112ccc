"""PostgreSQL as a product has it in production: a primary that archives its log, and a streaming replica."""

import signal
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tools.drill.postgresql import SUPERUSER, Installation, Server, initialise, make_administrator, serve
from tools.drill.product import DrillError

STANDBY: Final = "standby"
_SETTINGS: Final = {"wal_level": "replica", "shared_buffers": "128MB", "max_connections": "100"}
_PATIENCE_SECONDS: Final = 3600
_STREAMING_SECONDS: Final = 60


@dataclass(frozen=True)
class Instance:
    """A running server with its process and its files."""

    server: Server
    process: "subprocess.Popen[bytes]"
    data: Path

    def kill(self) -> None:
        """End every process of the server at once, as a host that fails does."""
        main = psutil.Process(self.process.pid)
        for each in [main, *main.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """End the server if it still runs; who is connected is not waited for."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()


def run(installation: Installation, data: Path, settings: Mapping[str, str]) -> Instance:
    """Start a server over its files. Raises StartError."""
    server, process = serve(installation, data, data.with_suffix(".log"), {**_SETTINGS, **settings})
    return Instance(Server(server.binaries, server.port, server.log, _PATIENCE_SECONDS), process, data)


@contextmanager
def running(installation: Installation, data: Path, settings: Mapping[str, str]) -> Generator[Instance]:
    """Run a server over its files, and end it afterwards."""
    instance = run(installation, data, settings)
    try:
        yield instance
    finally:
        instance.stop()


@contextmanager
def primary(installation: Installation, archive: Path) -> Generator[Instance]:
    """Run a new server with RDS's administrator, which archives each finished segment of its log into a folder."""
    data = installation.folder / "primary"
    initialise(installation, data)
    archive.mkdir()
    installation.own(archive)
    # Under another name until it is whole: a segment that was cut off is none.
    copy = f'test ! -f "{archive}/%f" && cp %p "{archive}/.%f" && mv "{archive}/.%f" "{archive}/%f"'
    with running(installation, data, {"archive_mode": "on", "archive_command": copy}) as instance:
        make_administrator(instance.server)
        yield instance


@contextmanager
def standby(installation: Installation, of: Instance, *, synchronous: bool) -> Generator[Instance]:
    """Run a streaming replica; with `synchronous`, a commit waits until the replica has it, as Multi-AZ's does.

    Raises DrillError when it does not stream within a minute.
    """
    data = installation.folder / STANDBY
    address = f"host=127.0.0.1 port={of.server.port} user={SUPERUSER} application_name={STANDBY}"
    installation.run(
        "pg_basebackup", "--dbname", address, "--pgdata", data, "--checkpoint=fast", "--write-recovery-conf",
        "--wal-method=stream", "--create-slot", f"--slot={STANDBY}",
    )  # fmt: skip
    with running(installation, data, {}) as instance:
        if synchronous:
            of.server.query(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
            of.server.query("SELECT pg_reload_conf()")
        _await_streaming(of.server, "sync" if synchronous else "async")
        yield instance


def _await_streaming(server: Server, wanted: str) -> None:
    last = time.monotonic() + _STREAMING_SECONDS
    asked = f"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '{wanted}'"
    while server.query(asked) != "1":
        if time.monotonic() > last:
            raise DrillError(f"The replica does not stream ({wanted}) after {_STREAMING_SECONDS} s.")
        time.sleep(0.1)
