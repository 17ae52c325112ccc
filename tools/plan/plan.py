"""A plan: what each step of a preview means, worst first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from tools.plan import tables
from tools.plan.preview import LATER, PROVIDED, Change, Preview, State, Step, label, type_of
from tools.plan.tables import Row, Type, judged, reference_page
from tools.plan.words import MOMENTS, Kind

_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_SHOWN: Final = 40
KEPT: Final = "stays in the account, unmanaged: it is billed, and its name stays taken"
_PROTECT_PAGE: Final = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"
_GOING: Final = ("deleted", "replaced")


@dataclass(frozen=True)
class Finding:
    """What one change of one resource means."""

    resource: str
    what: str
    kind: Kind
    source: str
    urn: str = ""
    takes: str = ""
    when: str = ""
    also: str = ""
    holds: str = ""
    """What the resource holds, where the change takes it away."""
    protected: bool = False
    """Whether the engine refuses it, since the last state has the resource protected."""

    @property
    def refused(self) -> bool:
        """Whether it takes a permit: it loses data, or takes away what holds data."""
        return self.kind is Kind.LOSES_DATA

    @property
    def impossible(self) -> bool:
        """Whether no permit makes it possible."""
        return self.kind is Kind.IMPOSSIBLE


def findings(preview: Preview) -> list[Finding]:
    """Judge every step; the worst comes first, and what is the same for people stands together."""
    found = [finding for step in preview.steps if step.type != _RELEASE for finding in of_step(step)]
    return ordered(_protected(preview, found))


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """Put the worst first, and let each stand once."""
    return sorted(dict.fromkeys(found), key=lambda each: (-each.kind, each.resource, each.what))


def of_step(step: Step) -> Iterator[Finding]:
    """Judge what happens to one resource."""
    if step.type.partition(":")[0] not in PROVIDED:
        return
    entry = tables.types().get(step.type)
    if step.replaces:
        yield _gone(step, entry, "replaced", _causes(step))
    elif step.op == "delete":
        yield _gone(step, entry, "deleted", "deleted")
    elif step.op == "update":
        yield from _updated(step, step.type)
    elif entry is not None and entry.created is not None:
        yield _finding(step, "created", entry.created)


def _causes(step: Step) -> str:
    causes = [change for change in step.changes if change.replaces] or list(step.changes)
    return "replaced: " + (", ".join(dict.fromkeys(shown(change) for change in causes)) or "by what it stands on")


def _gone(step: Step, entry: Type | None, how: str, what: str) -> Finding:
    copied = entry is not None and entry.copy_of is not None and bool(step.inputs.get(entry.copy_of))
    stated = _stated(entry, "copied" if copied else how)
    holds = entry.holds if entry is not None and not copied else None
    kind = Kind.LOSES_DATA if holds else Kind.REPLACES
    if stated is None:
        stated = Row.model_validate({"is": kind, "source": reference_page(step.type)})
    finding = _finding(step, what, stated)
    if step.retained and how == "deleted":
        return replace(finding, also=KEPT, kind=Kind.NOTHING, takes="")
    if step.retained and not holds:
        return replace(finding, also=KEPT, kind=Kind.REPLACES)
    if holds:
        finding = replace(finding, kind=max(kind, finding.kind), holds=holds, takes=finding.takes or f"{holds}: gone")
    # Kept beside its successor it loses nothing, but nobody writes to it or reads from it any more.
    return replace(finding, also=KEPT) if step.retained else finding


def _stated(entry: Type | None, how: str) -> Row | None:
    if entry is None:
        return None
    return cast("Row | None", getattr(entry, how)) or entry.replaced


def _updated(step: Step, type: str) -> Iterator[Finding]:
    entry = tables.types().get(type)
    for change in _named(step.changes, entry, step.old, step.new):
        row = judged(type, change, step.inputs)
        if row is not None:
            yield _finding(step, shown(change), row)
        else:
            row = Row.model_validate({"is": Kind.RESTART, "source": reference_page(type)})
            yield replace(_finding(step, shown(change), row), takes="not known: no table speaks of this type")


def _named(changes: Iterable[Change], entry: Type | None, old: State, new: State) -> Iterator[Change]:
    """Tell the items of a list apart by their names: the parameters of a group are changes of their own."""
    keyed: Mapping[str, str] = entry.keyed if entry is not None else {}
    told: set[str] = set()
    for change in changes:
        head = change.path.partition(".")[0]
        if head not in keyed:
            yield change
        elif head not in told:
            told.add(head)
            yield from _items(head, keyed[head], old, new)


def _items(path: str, key: str, old: State, new: State) -> Iterator[Change]:
    before, after = _by_name(old.get(path), key), _by_name(new.get(path), key)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Change(f"{path}.{name}", False, _value(before.get(name)), _value(after.get(name)))


def _by_name(items: object, key: str) -> dict[str, Mapping[str, object]]:
    listed = cast("list[Mapping[str, object]]", items) if isinstance(items, list) else []
    return {str(item.get(key)): item for item in listed}


def _value(item: Mapping[str, object] | None) -> object:
    return None if item is None else item.get("value", dict(item))


def _finding(step: Step, what: str, row: Row) -> Finding:
    return Finding(
        resource=label(step.urn),
        what=what,
        kind=row.kind,
        source=row.source,
        urn=step.urn,
        takes=row.takes,
        when=moment(row, step.inputs),
        also=row.also,
    )


def moment(row: Row, inputs: State) -> str:
    """Say when a change happens: what may wait for the window does not where `applyImmediately` is set."""
    if row.when == "window" and inputs.get("applyImmediately") is True:
        return "now: applyImmediately"
    return MOMENTS[row.when]


def shown(change: Change) -> str:
    """Write a change for people: `instanceClass db.m7g.large → db.m7g.xlarge`."""
    return f"{change.path} {_short(change.old)} → {_short(change.new)}" if _tells(change) else change.path


def _tells(change: Change) -> bool:
    if any(isinstance(value, str) and value.startswith(("{", "[")) for value in (change.old, change.new)):
        return False
    simple = (str, int, float, bool, type(None))
    return (
        isinstance(change.old, simple)
        and isinstance(change.new, simple)
        and change.old != change.new
        and "[secret]" not in (change.old, change.new)
    )


def _short(value: object) -> str:
    text = "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SHOWN or text == LATER else f"{one_line[: _SHOWN - 1]}…"


def _protected(preview: Preview, found: Iterable[Finding]) -> Iterator[Finding]:
    """Tell what the engine itself refuses to take away, with the step's own verdict where there is one."""
    refused = {urn: said for urn, said in preview.refused if urn and "protect" in said}
    for finding in found:
        kind = max(finding.kind, Kind.REPLACES) if finding.urn in refused else finding.kind
        yield replace(finding, kind=kind, protected=finding.urn in refused and finding.what in _GOING)
    for urn in refused.keys() - {step.urn for step in preview.steps}:
        entry = tables.types().get(type_of(urn))
        holds = entry.holds if entry is not None and entry.holds else "what it holds"
        yield Finding(
            resource=label(urn),
            what="replaced" if "replace" in refused[urn] else "deleted",
            kind=Kind.LOSES_DATA,
            source=_PROTECT_PAGE,
            urn=urn,
            takes=f"{holds}: gone",
            when=MOMENTS["now"],
            holds=holds,
            protected=True,
        )
