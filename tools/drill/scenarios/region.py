"""The region is lost with everything in it; what lives in another one takes over, or is restored there from copies."""

import shutil
import time
from typing import Final

from settings.arithmetic.schedules import longest_gap_seconds
from settings.facts.recovery import COPY_MINUTES, MINUTE
from settings.workload.data import Dump
from tools.drill.bucket import Bucket, bucket
from tools.drill.checks import Check, Outcome, at_most, objectives, same
from tools.drill.cluster import Instance, primary
from tools.drill.dumps import restore, stored
from tools.drill.place import Place, production
from tools.drill.product import DrillError, NotHereError
from tools.drill.scenarios.promotion import fail_over
from tools.drill.writer import Writer, account

NAME: Final = "region"
_COPIES: Final = "copies"
_ROWS: Final = 500
"""Rows before each dump, and after the last."""


def drill(place: Place) -> Outcome:
    """Kill the primary, delete its files and its archive, and recover by what is in another region.

    A copy that follows asynchronously is promoted. Without one, a new server gets the newest dump that was copied
    whole. Raises NotHereError for a stack of which nothing is kept in another region.
    """
    stated, stack = objectives(place.settings, "region", "database"), place.settings.stack
    if stack.followed or place.settings.follows:
        return fail_over(place, NAME, "region", stated, lambda first: _lose(place, first))
    wanted = place.settings.workload.backups.dump
    if wanted is None:
        raise NotHereError(f"{place.settings.prefix} makes no dumps, and what RDS copies is not here")
    return _restored(place, wanted)


def _lose(place: Place, first: Instance) -> None:
    first.kill()
    shutil.rmtree(first.data)
    shutil.rmtree(place.archive)


def _restored(place: Place, wanted: Dump) -> Outcome:
    """Lose the region while the newest dump is still on its way, and restore the one before it.

    What was committed before that dump began has to be there. The age of what is lost is held against the time between
    two dumps, and until the second is copied.
    """
    gap = {"between two dumps, and a copy": float(longest_gap_seconds(wanted.schedule) + COPY_MINUTES * MINUTE)}
    stated = objectives(place.settings, "region", "database", exact=True)
    product, form = place.product, {"FORMAT": wanted.format, "PGDATABASE": place.product.database}
    as_owner = {"PGUSER": product.owner, "PGPASSWORD": product.password, **form}
    with bucket(product.database) as here, bucket(product.database, _COPIES) as there:
        with production(place) as first, Writer(product, (first.server,)) as writer:
            writer.await_rows(_ROWS, first.server)
            began = time.monotonic()
            whole = stored(first.server, here, place.folder / "whole", **as_owner)
            here.copy_to(there)
            writer.await_rows(len(writer.acknowledged) + _ROWS, first.server)
            stored(first.server, here, place.folder / "newest", **as_owner)
            here.copy_to(there, under_way=1)
            writer.await_rows(len(writer.acknowledged) + _ROWS, first.server)
            before = product.checksum(first.server)
            failed = time.monotonic()
            _lose(place, first)
            here.empty()
            writer.stop()
        with primary(place.installation, place.archive) as second:
            product.bootstrap(second.server)
            refused = _refuses_newest(place, second, there, form)
            answer = restore(second.server, there, place.folder / "fetched", **product.stated, **form, DUMP=whole)
            if answer.returncode != 0:
                raise DrillError(f"The copy of the dump {whole} was not restored: {answer.stderr}")
            with Writer(product, (second.server,), writer.last) as again:
                served = again.await_rows(1, second.server)
            counted, all_rows = account(writer, second.server, until=began), account(writer, second.server)
            return Outcome(
                drill=NAME,
                failure="region",
                committed=counted.committed,
                lost=counted.lost,
                checks=(
                    *stated.recovered(rto_seconds=served - failed, failed=failed, counted=counted),
                    at_most("age of the oldest row lost", all_rows.rpo_seconds(failed), gap),
                    Check(what="rows committed after the dump", measured=all_rows.lost),
                    same("the dump that was copied in part", refused, "is refused"),
                    same("checksum of the tables", product.checksum(second.server), before),
                ),
            )


def _refuses_newest(place: Place, instance: Instance, there: Bucket, form: dict[str, str]) -> str:
    """Try the newest copy, whose manifest came before all of its parts, as somebody would who knows no better."""
    answer = restore(instance.server, there, place.folder / "in-part", **place.product.stated, **form)
    return "is restored" if answer.returncode == 0 else "is refused"
