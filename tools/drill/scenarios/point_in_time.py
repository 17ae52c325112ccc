"""A table is dropped under load, and the database comes back as it was the moment before."""

import time
from typing import Final

from tools.drill.archive import base_backup, restored
from tools.drill.checks import Check, Outcome, objectives, same
from tools.drill.place import Place, production
from tools.drill.writer import TABLE, Writer, account

NAME: Final = "point-in-time"
_ROWS: Final = 500
"""Rows before the base backup, after it, and after the recovery."""


def drill(place: Place) -> Outcome:
    """Drop the writer's table, restore base backup and archived log up to the moment before, and write on there."""
    stated = objectives(place.settings, "deleted_data", "database", exact=True)
    with production(place) as first, Writer(place.product, (first.server,)) as writer:
        writer.await_rows(_ROWS, first.server)
        base_backup(place.installation, first.server)
        writer.await_rows(len(writer.acknowledged) + _ROWS, first.server)
        before = place.product.checksum(first.server)
        chosen = time.monotonic()
        moment = first.server.query("SELECT clock_timestamp()")
        place.product.as_owner(first.server, f"DROP TABLE {TABLE}")
        dropped = time.monotonic()
        writer.stop()
        with restored(place.installation, first.server, place.archive, until=moment) as second:
            with Writer(place.product, (second.server,), writer.last) as again:
                served = again.await_rows(1, second.server)
                again.await_rows(_ROWS, second.server)
            counted = account(writer, second.server, until=chosen)
            after = sum(receipt.when > chosen for receipt in writer.acknowledged.values())
            return Outcome(
                drill=NAME,
                failure="deleted_data",
                committed=counted.committed,
                lost=counted.lost,
                checks=(
                    *stated.recovered(rto_seconds=served - dropped, failed=chosen, counted=counted),
                    same("checksum of the tables", place.product.checksum(second.server), before),
                    Check(what="rows committed after the moment", measured=after),
                ),
            )
