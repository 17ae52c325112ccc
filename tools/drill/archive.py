"""A base backup and the archived log, and the server that both of them make at any moment between."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.drill.cluster import Instance, running
from tools.drill.postgresql import SUPERUSER, Installation, Server
from tools.drill.product import DrillError

_ARCHIVING_SECONDS: Final = 120
_RECOVERY_SECONDS: Final = 3600


def base_backup(installation: Installation, server: Server) -> None:
    """Take a base backup without its log, as a file: it is worth nothing without the archive. Raises StartError."""
    installation.run(
        "pg_basebackup", "--dbname", f"host=127.0.0.1 port={server.port} user={SUPERUSER}", "--checkpoint=fast",
        "--wal-method=none", "--format=tar", "--pgdata", installation.folder / "base",
    )  # fmt: skip


@contextmanager
def restored(installation: Installation, server: Server, archive: Path, until: str) -> Generator[Instance]:
    """Run a second server as the first one was at a moment, once everything up to now is archived.

    Raises StartError where base backup and archive do not reach that moment.
    """
    _archive_all(server)
    data = installation.folder / "restored"
    data.mkdir(mode=0o700)
    installation.own(data)
    installation.run("tar", "-xf", installation.folder / "base" / "base.tar", "-C", data)
    (data / "recovery.signal").touch()
    target = {"recovery_target_time": until, "recovery_target_action": "promote"}
    with running(installation, data, {**target, "restore_command": f'cp "{archive}/%f" %p'}) as instance:
        _await_promotion(instance.server)
        yield instance


def _archive_all(server: Server) -> None:
    """End the segment that is written to, and wait until it is archived."""
    segment = server.query("SELECT pg_walfile_name(pg_switch_wal())")
    last = time.monotonic() + _ARCHIVING_SECONDS
    while server.query("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") < segment:
        if time.monotonic() > last:
            raise DrillError(f"The segment {segment} is not archived after {_ARCHIVING_SECONDS} s.")
        time.sleep(0.1)


def _await_promotion(server: Server) -> None:
    last = time.monotonic() + _RECOVERY_SECONDS
    while server.query("SELECT pg_is_in_recovery()") != "f":
        if time.monotonic() > last:
            raise DrillError(f"The server recovers for more than {_RECOVERY_SECONDS} s.")
        time.sleep(0.1)
