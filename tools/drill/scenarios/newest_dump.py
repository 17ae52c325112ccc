"""Rows are deleted, and the newest dump comes back from the bucket, by the scripts of CronJob and runbook."""

import time
from typing import Final

from settings.arithmetic.schedules import longest_gap_seconds
from tools.drill.bucket import bucket
from tools.drill.checks import Check, Outcome, at_most, objectives, same
from tools.drill.dumps import restore, stored
from tools.drill.place import Place, production
from tools.drill.product import DrillError, NotHereError
from tools.drill.writer import TABLE, Writer, account

NAME: Final = "newest-dump"
_ROWS: Final = 500
"""Rows before each dump, after the last, and after the recovery."""


def drill(place: Place) -> Outcome:
    """Dump twice under load, delete what was written, stop the writer, restore the newest dump, and write on.

    What was committed before the newest dump began has to be there. The age of what is lost is held against the time
    between two dumps. Raises NotHereError for a product without dumps.
    """
    wanted = place.settings.workload.backups.dump
    if wanted is None:
        raise NotHereError(f"{place.settings.prefix} makes no dumps")
    gap = {"between two dumps": float(longest_gap_seconds(wanted.schedule))}
    stated = objectives(place.settings, "deleted_data", "database", exact=True)
    product, form = place.product, {"FORMAT": wanted.format, "PGDATABASE": place.product.database}
    as_owner = {"PGUSER": product.owner, "PGPASSWORD": product.password, **form}
    with production(place) as first, bucket(product.database) as store:
        with Writer(product, (first.server,)) as writer:
            writer.await_rows(_ROWS, first.server)
            stored(first.server, store, place.folder / "earlier", **as_owner)
            writer.await_rows(len(writer.acknowledged) + _ROWS, first.server)
            began = time.monotonic()
            name = stored(first.server, store, place.folder / "newest", **as_owner)
            writer.await_rows(len(writer.acknowledged) + _ROWS, first.server)
            before = product.checksum(first.server)
            failed = time.monotonic()
            product.as_owner(first.server, f"DELETE FROM {TABLE}")
        answer = restore(first.server, store, place.folder / "fetched", **product.stated, **form)
        if answer.returncode != 0:
            raise DrillError(f"The dump {name} was not restored: {answer.stderr}")
        with Writer(product, (first.server,), writer.last) as again:
            served = again.await_rows(1, first.server)
        counted, all_rows = account(writer, first.server, until=began), account(writer, first.server)
        return Outcome(
            drill=NAME,
            failure="deleted_data",
            committed=counted.committed,
            lost=counted.lost,
            checks=(
                *stated.recovered(rto_seconds=served - failed, failed=failed, counted=counted),
                at_most("age of the oldest row lost", all_rows.rpo_seconds(failed), gap),
                Check(what="rows committed after the dump", measured=all_rows.lost),
                same("checksum of the tables", product.checksum(first.server), before),
            ),
        )
