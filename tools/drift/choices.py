"""What can be done about a difference: take it over into a setting, or put it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import yaml

from tools.drift.refresh import Drift
from tools.plan import tables
from tools.plan.plan import Finding, of_step
from tools.plan.preview import Change

_TABLE: Final = Path(__file__).with_name("settings.yaml")
_WORKLOAD: Final = "workload:"


@dataclass(frozen=True)
class Choice:
    """One difference with both ways out of it."""

    what: str
    next_up: str
    take_over: str
    source: str = ""


def choices(drift: Drift, stack: str, workload: str) -> list[Choice]:
    """Give a choice for each difference of a resource."""
    if drift.gone:
        return [_gone(drift)]
    if drift.seen:
        told = ", ".join(f"{each.path} {_short(each.old)} → {_short(each.new)}" for each in drift.seen)
        return [Choice(told, "nothing: no input differs", "nothing to write: `refresh` takes it into the state")]
    return list(_changed(drift, stack, workload))


def _gone(drift: Drift) -> Choice:
    entry = tables.types().get(drift.type)
    lost = f"; what it held is gone: {entry.holds}" if entry is not None and entry.holds else ""
    given = "take it out of the program or the settings, so that nothing makes it anew"
    return Choice("it is gone", f"makes it anew{lost}", given)


def _changed(drift: Drift, stack: str, workload: str) -> Iterator[Choice]:
    undone = list(of_step(drift.back))
    for change in drift.changes:
        told = _short(change.old)
        found = next((each for each in undone if each.what.startswith(change.path)), None)
        next_up = f"puts back {told}" + (f": {_cost(found)}" if found is not None else "")
        what = f"{change.path} {told} → {_short(change.new)}"
        yield Choice(what, next_up, _setting(drift.type, change, stack, workload), found.source if found else "")


def _cost(finding: Finding) -> str:
    parts = (finding.kind.words, finding.takes, finding.when)
    return ", ".join(part for part in parts if part)


def _setting(type: str, change: Change, stack: str, workload: str) -> str:
    path = settings().get(type, {}).get(change.path)
    if path is None:
        return "no setting says it: change the component that builds it, or put it back"
    file = f"workloads/{workload}.yaml" if path.startswith(_WORKLOAD) else f"Pulumi.{stack}.yaml"
    return f"{path.removeprefix(_WORKLOAD)}: {_short(change.new)} in {file}"


@cache
def settings() -> dict[str, dict[str, str]]:
    """Give the setting behind each input that has one of its own, by type."""
    return cast("dict[str, dict[str, str]]", yaml.safe_load(_TABLE.read_text("utf-8")))


def _short(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)
