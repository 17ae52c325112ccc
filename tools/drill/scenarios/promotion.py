"""The primary dies under load, and its streaming replica is promoted."""

import time
from collections.abc import Callable
from typing import Final

from settings.workload.recovery import Failure
from tools.drill.checks import Objectives, Outcome, objectives, same
from tools.drill.cluster import Instance, standby
from tools.drill.place import Place, production
from tools.drill.product import NotHereError
from tools.drill.writer import Writer, account

NAME: Final = "promotion"
PROMOTION_SECONDS: Final = 30.0
"""From the kill to the first write that the promoted replica acknowledges: the drill's own limit."""
_ROWS: Final = 500
"""Rows before the kill, and again after it."""
_PROBES: Final = 3
_PROBE_SECONDS: Final = 0.2
"""A server that does not answer so many times running is taken for dead."""


def drill(place: Place) -> Outcome:
    """Kill the primary, notice it, promote the replica, and count what the writer had committed.

    Where the stack's fail-over loses nothing the replica is synchronous, as the standby of Multi-AZ is. Raises
    NotHereError for a stack without a standby, which restores its database instead.
    """
    if place.settings.stack.database is None or not place.settings.stack.database.multi_az:
        raise NotHereError(f"{place.settings.prefix} has no standby")
    stated = objectives(place.settings, "instance", "database")
    return fail_over(place, NAME, "instance", stated, lambda primary: primary.kill(), drill=PROMOTION_SECONDS)


def fail_over(
    place: Place,
    name: str,
    failure: Failure,
    stated: Objectives,
    disaster: Callable[[Instance], None],
    **limits: float,
) -> Outcome:
    """Have a disaster befall the primary under load, promote its replica, and judge what came of it.

    `limits` are further limits of the time, by whose they are.
    """
    with (
        production(place) as first,
        standby(place.installation, first, synchronous=stated.loses_nothing) as second,
        Writer(place.product, (first.server, second.server)) as writer,
    ):
        writer.await_rows(_ROWS, first.server)
        before = place.product.checksum(first.server)
        failed = time.monotonic()
        disaster(first)
        _await_death(first)
        second.server.query("SELECT pg_promote()")
        served = writer.await_rows(1, second.server)
        writer.await_rows(_ROWS, second.server)
        writer.stop()
        counted = account(writer, second.server)
        return Outcome(
            drill=name,
            failure=failure,
            committed=counted.committed,
            lost=counted.lost,
            checks=(
                *stated.recovered(rto_seconds=served - failed, failed=failed, counted=counted, **limits),
                same("checksum of the tables", place.product.checksum(second.server), before),
            ),
        )


def _await_death(instance: Instance) -> None:
    silent = 0
    while silent < _PROBES:
        silent = 0 if instance.server.is_ready() else silent + 1
        time.sleep(_PROBE_SECONDS)
