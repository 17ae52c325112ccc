"""What a refresh found: read from the engine's event log of `pulumi refresh --preview-only`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from tools.plan.preview import PROVIDED, Change, State, Step, label, type_of

_HOW: Final = "`PULUMI_DEBUG_COMMANDS=true pulumi refresh --preview-only --event-log FILE` writes one"
_HIDDEN: Final = ("__", "tagsAll")
_MASKED: Final = "[secret]"


class NoRefreshError(Exception):
    """A file that tells of no refresh; the message is one line for people."""


@dataclass(frozen=True)
class Drift:
    """A resource that is otherwise than the last `up` left it."""

    urn: str
    id: str
    before: State
    after: State
    changes: tuple[Change, ...] = ()
    """Inputs that differ, from the state to the account."""
    seen: tuple[Change, ...] = ()
    """Outputs that differ, where no input does: what AWS tells of it, and nobody asked for."""
    outputs: State = field(default_factory=dict[str, Any])
    """What the state knows of it, such as its ARN."""
    gone: bool = False

    @property
    def resource(self) -> str:
        """The resource as people read it."""
        return label(self.urn)

    @property
    def type(self) -> str:
        """Its type token."""
        return type_of(self.urn)

    @property
    def back(self) -> Step:
        """What the next `up` does where neither program nor settings change."""
        if self.gone:
            return Step("create", self.urn, new=self.before)
        changes = tuple(Change(each.path, old=each.new, new=each.old) for each in self.changes)
        return Step("update", self.urn, self.after, self.before, changes)


def read(path: Path) -> list[Drift]:
    """Read what a refresh found. Raises ``NoRefreshError``."""
    try:
        events = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise NoRefreshError(f"{path}: {error.strerror}; {_HOW}") from None
    except ValueError:
        raise NoRefreshError(f"{path} is no event log of the engine; {_HOW}") from None
    return of_events(events, str(path))


def of_events(events: Iterable[Mapping[str, Any]], name: str = "the event log") -> list[Drift]:
    """Give what differs, resource by resource. Raises ``NoRefreshError`` with what the engine said where it failed."""
    found: list[Drift] = []
    ended = False
    for event in events:
        ended = ended or "summaryEvent" in event
        said = event.get("diagnosticEvent")
        if said is not None and said.get("severity") == "error":
            raise NoRefreshError(f"the refresh failed: {' '.join(str(said['message']).split())}")
        told = _state(_state(event.get("resOutputsEvent")).get("metadata"))
        if told:
            found.extend(_drift(told))
    if not ended:
        raise NoRefreshError(f"{name} breaks off before the end of the refresh; {_HOW}")
    return sorted(found, key=lambda each: each.resource)


def _drift(told: Mapping[str, Any]) -> Iterator[Drift]:
    urn, old, new = str(told["urn"]), _state(told.get("old")), _state(told.get("new"))
    if type_of(urn).partition(":")[0] not in PROVIDED or not old:
        return
    before, outputs = _state(old.get("inputs")), _state(old.get("outputs"))
    if told["op"] == "delete" or not new:
        yield Drift(urn, str(old.get("id") or ""), before, {}, outputs=outputs, gone=True)
        return
    after, read = _state(new.get("inputs")), _state(new.get("outputs"))
    changes = tuple(each for each in _changes(before, after) if not _waits(each, outputs, read))
    seen = () if changes else tuple(_changes(outputs, read))
    if changes or seen:
        yield Drift(urn, str(old.get("id") or ""), before, after, changes, seen, outputs)


def _waits(change: Change, before: State, after: State) -> bool:
    """Tell what was asked for and is not made yet: what the account has of it is what the last `up` read."""
    head = change.path.partition(".")[0]
    return head in before and before[head] == after.get(head)


def _state(value: object) -> State:
    return cast("State", value) if isinstance(value, dict) else {}


def _changes(before: State, after: State, path: str = "") -> Iterator[Change]:
    for key in sorted(before.keys() | after.keys()):
        old, new = cast("object", before.get(key)), cast("object", after.get(key))
        if key.startswith(_HIDDEN) or old == new or _MASKED in (old, new):
            continue
        inner = _state(old), _state(new)
        if all(inner):
            yield from _changes(*inner, f"{path}{key}.")
        else:
            yield Change(f"{path}{key}", old=old, new=new)
