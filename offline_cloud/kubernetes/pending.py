"""A release whose operation was cut off: Helm keeps its revision as pending, and lets nobody on before that is settled.

A killed process cannot take back the revision that it began
(https://github.com/pulumi/pulumi-kubernetes/issues/2054, https://github.com/helm/helm/issues/4558). An upgrade then
answers "another operation (install/upgrade/rollback) is in progress", an install that the name is in use.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from offline_cloud.cloud.model import Diagnostic, Properties, Record, at, text
from offline_cloud.kubernetes.inputs import RELEASE, ReleaseInputs

PENDING: Final = "pending-"
RUNBOOK: Final = "docs/runbooks/release-that-hangs.md"


def cut_off(made: Record, old: Record | None) -> Record:
    """Give what is left of an operation that was killed: a new revision that is pending, over what stood before."""
    revision = _revision(made)
    if old is None:
        return _with_status(made, "pending-install", revision)
    return _with_status(old, "pending-upgrade", revision)


def refused(old: Record) -> list[Diagnostic]:
    """Refuse what Helm refuses while a revision is pending."""
    standing = text(old.outputs, "status.status") or ""
    if not standing.startswith(PENDING):
        return []
    inputs, revision = ReleaseInputs.of(old), _revision(old)
    place = f"{inputs.name} --namespace {inputs.namespace}"
    if standing == "pending-install":
        reason = f"cannot re-use a name that is still in use: revision {revision} of {inputs.name} is {standing}"
        remedy = f"`helm uninstall {place}`"
    else:
        reason = (
            "another operation (install/upgrade/rollback) is in progress:"
            f" revision {revision} of {inputs.name} is {standing}"
        )
        remedy = f"`helm rollback {inputs.name} {revision - 1} --namespace {inputs.namespace} --wait`"
    fix = f"look at `helm history {place}`, then {remedy} and up again ({RUNBOOK})"
    return [Diagnostic("", reason, fix)]


def settle(record: Record, action: Literal["rollback", "uninstall"]) -> Record | None:
    """Do to a pending release what helm does: back to what was deployed as a new revision, or away (``None``).

    Raises ValueError with one line where helm would refuse.
    """
    standing, name = text(record.outputs, "status.status") or "", ReleaseInputs.of(record).name
    if not standing.startswith(PENDING):
        raise ValueError(f"release {name} is {standing}: nothing of it is pending")
    if action == "uninstall":
        if standing != "pending-install":
            raise ValueError(f"release {name} is {standing}: roll it back, or its pods go")
        return None
    if standing == "pending-install":
        raise ValueError(f"release {name} has no earlier revision: uninstall it")
    return _with_status(record, "deployed", _revision(record) + 1)


def find(records: Iterable[Record], name: str, stack: str) -> Record | None:
    """Find a stack's release by its name."""
    for record in records:
        if record.type == RELEASE and record.stack == stack and ReleaseInputs.of(record).name == name:
            return record
    return None


def _revision(record: Record) -> int:
    stated = at(record.outputs, "status.revision")
    return stated if isinstance(stated, int) else 1


def _with_status(record: Record, standing: str, revision: int) -> Record:
    before = record.outputs.get("status")
    status: Properties = {**before} if isinstance(before, dict) else {}
    return replace(record, outputs={**record.outputs, "status": {**status, "status": standing, "revision": revision}})
