"""What a preview says of each resource: read from the engine's event log, or from `pulumi preview --json`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

State = Mapping[str, Any]

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that it cannot know yet (sdk/go/common/resource/plugin: UnknownStringValue)."""
LATER: Final = "(known later)"
PROVIDED: Final = ("aws", "kubernetes", "random")
"""Packages whose resources a cloud has; the others are the program's own components."""
REPLACING: Final = frozenset({"replace", "create-replacement", "delete-replaced"})
CHANGING: Final = frozenset({"create", "update", "delete", "import"}) | REPLACING
_QUOTED: Final = re.compile(r'\["([^"]*)"\]')
_INDEX: Final = re.compile(r"\[\d+\]")
_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")


class NoPreviewError(Exception):
    """A file that is no preview; the message is one line for people."""


@dataclass(frozen=True)
class Change:
    """One input that differs. `path` leaves out the places in lists, as the tables of verdicts do."""

    path: str
    replaces: bool = False
    old: object = None
    new: object = None


class OfUrn:
    """Something whose URN says which resource it is."""

    urn: str

    @property
    def type(self) -> str:
        """The resource's type token."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class Step(OfUrn):
    """What happens to one resource."""

    op: str
    urn: str
    old: State = field(default_factory=dict[str, Any])
    new: State = field(default_factory=dict[str, Any])
    changes: tuple[Change, ...] = ()
    retained: bool = False
    """Taken out of the program, or replaced, it stays in the account (`retain_on_delete`)."""

    @property
    def replaces(self) -> bool:
        """Whether another takes the resource's place."""
        return self.op in REPLACING

    @property
    def inputs(self) -> State:
        """What the resource is asked to be, or was where it goes."""
        return self.new or self.old


@dataclass(frozen=True)
class Preview:
    """Every step of a preview, what the engine refused, and every resource that it spoke of."""

    steps: tuple[Step, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """The URN and the engine's words, for each error; the URN is empty where the error is of no resource."""
    urns: frozenset[str] = frozenset()
    whole: bool = False
    """Whether it tells of what stays as it is, too: only then are `urns` all resources of the stack."""
    created: int = 0


def type_of(urn: str) -> str:
    """Give the type token of a URN: the last of its types, of which the others are its parents."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else ""  # noqa: PLR2004


def label(urn: str) -> str:
    """Write a URN for people: `aws:rds/instance:Instance database`."""
    return f"{type_of(urn)} {urn.rpartition('::')[2]}"


def read(path: Path) -> Preview:
    """Read a preview from a file. Raises `NoPreviewError` with what the file is instead."""
    how = "`pulumi preview --json > FILE` writes one"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise NoPreviewError(f"{path}: {said}; {how}") from None
    try:
        return of_text(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoPreviewError(f"{path} is no preview of the engine; {how}") from None


def of_text(text: str) -> Preview:
    """Read a preview from its text; raises ValueError, KeyError or TypeError where it is none."""
    if _is_digest(text):
        return _of_digest(json.loads(text))
    events = [json.loads(line) for line in text.splitlines() if line.strip()]
    if not any("summaryEvent" in event for event in events):
        raise ValueError("the events break off before the engine's summary")
    return _of_events(events)


def _is_digest(text: str) -> bool:
    """Tell the one object of `pulumi preview --json` from events, an object a line."""
    first = text.lstrip().partition("\n")[0].strip()
    return not (first.startswith("{") and first.endswith("}") and '"sequence"' in first)


def _of_digest(document: Mapping[str, Any]) -> Preview:
    told = cast("list[Mapping[str, Any]]", document.get("steps") or [])
    steps = [_step(each["op"], each["urn"], each.get("oldState"), each.get("newState"), each) for each in told]
    if "steps" not in document and "changeSummary" not in document:
        raise ValueError("neither steps nor a summary")
    return _gathered(steps, document.get("diagnostics") or ())


def _of_events(events: Iterable[Mapping[str, Any]]) -> Preview:
    steps: list[Step] = []
    diagnostics: list[Mapping[str, Any]] = []
    for event in events:
        if "resourcePreEvent" in event:
            told = event["resourcePreEvent"]["metadata"]
            steps.append(_step(told["op"], told["urn"], told.get("old"), told.get("new"), told))
        elif "diagnosticEvent" in event:
            diagnostics.append(event["diagnosticEvent"])
    return _gathered(steps, diagnostics)


def _gathered(steps: list[Step], diagnostics: Iterable[Mapping[str, Any]]) -> Preview:
    refused = tuple(
        (str(each.get("urn") or ""), _plain(str(each["message"])))
        for each in diagnostics
        if each.get("severity") == "error" and not each.get("ephemeral")
    )
    return Preview(
        steps=tuple(_one_for_each(steps)),
        refused=refused,
        urns=frozenset(step.urn for step in steps),
        whole=any(step.op == "same" for step in steps),
        created=sum(step.op == "create" and step.type.partition(":")[0] in PROVIDED for step in steps),
    )


def _one_for_each(steps: Iterable[Step]) -> Iterator[Step]:
    """Fold the three steps of a replacement into one, and leave out what stays as it is."""
    folded: dict[str, Step] = {}
    for step in steps:
        if step.op not in CHANGING or step.type == "pulumi:pulumi:Stack":
            continue
        before = folded.get(step.urn)
        if before is None or not (before.replaces and step.replaces):
            folded[step.urn] = step
            continue
        # A value may be a list or an object, which nothing can hash.
        changes = (*before.changes, *(each for each in step.changes if each not in before.changes))
        kept = before.retained or step.retained
        folded[step.urn] = replace(
            before, op="replace", old=before.old or step.old, new=before.new or step.new, changes=changes, retained=kept
        )
    yield from folded.values()


def _step(op: str, urn: str, old: State | None, new: State | None, told: Mapping[str, Any]) -> Step:
    was, wanted = _inputs(old), _inputs(new)
    detailed = cast("Mapping[str, Mapping[str, Any]]", told.get("detailedDiff") or {})
    replacing = {str(key) for key in told.get("keys") or told.get("replaceReasons") or ()}
    changes = [_change(path, _kind(how), was, wanted) for path, how in detailed.items()]
    if not detailed:
        keys = sorted({*(told.get("diffs") or told.get("diffReasons") or ()), *replacing})
        changes = [_change(key, "replace" if key in replacing else "", was, wanted) for key in keys]
    shown = tuple(change for change in changes if not change.path.startswith(("__", "tagsAll")))
    return Step(op, urn, was, wanted, shown, retained=bool((old or {}).get("retainOnDelete")))


def _kind(how: State) -> str:
    """Give the kind of a difference, which the event log and `--json` call by different names."""
    return str(how.get("kind") or how.get("diffKind") or "")


def _inputs(state: State | None) -> State:
    return cast("State", (state or {}).get("inputs") or {})


def _change(path: str, kind: str, old: State, new: State) -> Change:
    plain = _QUOTED.sub(r".\1", path)
    replaces = kind.endswith("replace")
    return Change(_INDEX.sub("", plain).strip("."), replaces, value_at(old, plain), value_at(new, plain))


def value_at(state: object, path: str) -> object:
    """Follow a path such as `ingress[0].cidrBlocks`; None where it leads nowhere, LATER below what is not known."""
    value: object = state
    for word in cast("list[str]", _STEP.findall(path)):
        if value == UNKNOWN:
            return LATER
        value = _below(value, word)
    return LATER if value == UNKNOWN else value


def _below(value: object, word: str) -> object:
    if isinstance(value, dict):
        return cast("Mapping[str, object]", value).get(word)
    if isinstance(value, list) and word.startswith("["):
        items, place = cast("list[object]", value), int(word[1:-1])
        return items[place] if place < len(items) else None
    return None


def _plain(message: str) -> str:
    return " ".join(re.sub(r"<\{%[^%]*%\}>", "", message).split()).removeprefix("error: ")
