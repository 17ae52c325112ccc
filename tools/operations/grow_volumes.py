"""Larger volumes for Prometheus: the claims grow first, then the setting follows, and no sample is lost."""

from collections.abc import Iterator
from typing import Final

from tools.operations.case import Case, by_hand
from tools.operations.files import Edits
from tools.operations.steps import Plan

CHANGES: Final = ("monitoring.metrics_storage_gib", "permits")
_CLAIMS: Final = """\
for claim in $(kubectl -n monitoring get pvc -l operator.prometheus.io/name -o name); do
  kubectl -n monitoring patch $claim --type merge -p '{{"spec":{{"resources":{{"requests":{{"storage":"{gib}Gi"}}}}}}}}'
done
kubectl -n monitoring get pvc -w      # until CAPACITY shows {gib}Gi"""


def plan(case: Case) -> Plan:
    """Plan Prometheus' volumes of as many GiB as progress names."""
    gib = case.progress.to
    size = int(gib) if gib.isdecimal() else 0

    def ready() -> Iterator[str]:
        yield from case.standing()
        had = case.files.settings().stack.monitoring.metrics_storage_gib
        if size <= had:
            yield f"TO: given {gib!r}, allowed: more than {had} GiB, since no volume shrinks"

    return Plan(
        (
            by_hand("claims", "grow the claims, while they are in use", lambda: _CLAIMS.format(gib=gib)),
            case.change(
                "setting", f"state {gib} GiB; Prometheus restarts once around the same claims",
                Edits(stack={("monitoring", "metrics_storage_gib"): size}, permit=("grow", "metrics")),
                undo="no volume shrinks", until="tidy",
            ),
            case.tidy("tidy", "take the permit out", ("grow", "metrics")),
        ),
        ready,
    )  # fmt: skip
