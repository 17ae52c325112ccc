"""The primary is killed under load, on real servers; how long it takes is not judged here."""

import signal

import psutil

from tools.drill.checks import objectives
from tools.drill.cluster import Instance, standby
from tools.drill.place import Place, production
from tools.drill.scenarios import promotion
from tools.drill.writer import Account, Writer, account


def test_a_synchronous_replica_has_every_row_that_was_committed(here: Place) -> None:
    outcome = promotion.drill(here)
    kept = {check.what: check.kept for check in outcome.checks}
    assert outcome.committed >= 1000
    assert outcome.lost == 0
    assert kept["committed rows lost"]
    assert kept["checksum of the rows"]
    assert kept["checksum of the tables"]


def _behind(here: Place) -> Account:
    """Kill a primary whose replica hears of nothing any more, and promote the replica."""
    with (
        production(here) as first,
        standby(here.installation, first, synchronous=False) as second,
        Writer(here.product, (first.server, second.server)) as writer,
    ):
        writer.await_rows(10, first.server)
        receiver = _receiver(second)
        receiver.suspend()
        writer.await_rows(len(writer.acknowledged) + 100, first.server)
        first.kill()
        # With SIGTERM it would still read what stands in its socket.
        receiver.send_signal(signal.SIGKILL)
        writer.stop()
        while not second.server.is_ready():
            pass
        second.server.query("SELECT pg_promote()")
        return account(writer, second.server)


def _receiver(instance: Instance) -> psutil.Process:
    children = psutil.Process(instance.process.pid).children()
    return next(child for child in children if "walreceiver" in " ".join(child.cmdline()))


def test_rows_that_a_replica_never_had_are_counted_and_miss_the_objective(here: Place) -> None:
    """What finds no loss anywhere would pass the test above."""
    counted = _behind(here)
    assert counted.lost >= 100
    assert counted.oldest_lost is not None
    stated = objectives(here.settings, "instance", "database")
    checks = stated.recovered(rto_seconds=0, failed=counted.oldest_lost + 3, counted=counted)
    missed = {check.what: check.measured for check in checks if not check.kept}
    assert missed["committed rows lost"] == counted.lost
    assert missed["RPO"] == 3
    assert "checksum of the rows" in missed
