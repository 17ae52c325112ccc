"""How fast the charts' scripts dump and restore, beside plain `pg_dump -j` and `pg_restore -j` in the same run."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.drill.checks import Check, Outcome, at_least, same
from tools.drill.dumps import dump, restore_fetched
from tools.drill.place import Place, production
from tools.drill.postgresql import SUPERUSER, Server
from tools.drill.product import DrillError, NotHereError

NAME: Final = "throughput"
SHARE: Final = 0.9
"""Of the plain programs' throughput that the scripts have to reach, with what they check and count besides."""
JUDGED_MEGABYTES: Final = 2000
"""From here the share is held against its objective: below, the scripts' start is most of what they take."""
_ROUNDS: Final = 2
_JOBS: Final = "2"
_PLAIN: Final = "plain"


def drill(place: Place) -> Outcome:
    """Dump and restore by turns, plain and by the scripts; the quicker of two rounds counts for each.

    Raises NotHereError for a product without dumps.
    """
    if place.settings.workload.backups.dump is None:
        raise NotHereError(f"{place.settings.prefix} makes no dumps")
    with production(place) as first:
        before = place.product.checksum(first.server)
        rounds = [_round(place, first.server, number) for number in range(_ROUNDS)]
        plain_dump, own_dump, plain_restore, own_restore = (min(times) for times in zip(*rounds, strict=True))
        return Outcome(
            drill=NAME,
            failure="deleted_data",
            checks=(
                _share(place, "dump, share of pg_dump's throughput", plain_dump, own_dump),
                _share(place, "restore, share of pg_restore's throughput", plain_restore, own_restore),
                Check(what="dump", measured=place.megabytes / own_dump, unit="MB/s"),
                Check(what="restore", measured=place.megabytes / own_restore, unit="MB/s"),
                same("checksum of the tables", place.product.checksum(first.server), before),
            ),
        )


def _share(place: Place, what: str, plain: float, own: float) -> Check:
    if place.megabytes < JUDGED_MEGABYTES:
        return Check(what=f"{what} (judged from {JUDGED_MEGABYTES} MB on)", measured=plain / own)
    return at_least(what, plain / own, SHARE)


def _round(place: Place, server: Server, number: int) -> tuple[float, float, float, float]:
    """Return the seconds of a plain dump, the script's, a plain restore, and the script's."""
    product, folder = place.product, place.folder / f"round-{number}"
    folder.mkdir()
    as_owner = {"PGUSER": product.owner, "PGPASSWORD": product.password, "PGDATABASE": product.database}
    archive = folder / _PLAIN
    plain_dump = _seconds(lambda: server.run("pg_dump", *_directory(archive), **as_owner))
    own_dump = _seconds(lambda: dump(server, folder, **as_owner, JOBS=_JOBS))
    server.query(f"CREATE DATABASE {_PLAIN}")
    restoring = ("pg_restore", f"--jobs={_JOBS}", f"--dbname={_PLAIN}", "--exit-on-error", str(archive))
    plain_restore = _seconds(lambda: server.run(*restoring, PGUSER=SUPERUSER))
    server.query(f"DROP DATABASE {_PLAIN}")
    _lay(folder, product.database)
    stated = {**product.stated, "PGDATABASE": product.database, "JOBS": _JOBS}
    own_restore = _seconds(lambda: restore_fetched(server, folder, **stated))
    shutil.rmtree(folder)
    return plain_dump, own_dump, plain_restore, own_restore


def _directory(archive: Path) -> tuple[str, ...]:
    return f"--jobs={_JOBS}", "--format=directory", "--blobs", f"--file={archive}"


def _lay(folder: Path, database: str) -> None:
    """Say which dump it is, as fetch.sh does."""
    (manifest,) = folder.glob("*.manifest")
    (folder / f"{database}.fetched").write_text(f"{manifest.stem}\n")


def _seconds(action: Callable[[], subprocess.CompletedProcess[str]]) -> float:
    began = time.monotonic()
    answer = action()
    if answer.returncode != 0:
        raise DrillError(f"Dump or restore failed: {answer.stderr}")
    return time.monotonic() - began
