"""What a run came to: outputs, counts and next steps, or what went wrong and where."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from offline_cloud import next_steps
from offline_cloud.cloud import derived
from offline_cloud.cloud.store import DamagedStoreError, Store
from offline_cloud.engine import Finished
from offline_cloud.errors import OfflineCloudError
from offline_cloud.events import CHANGES, EngineDiagnostic, PolicyDiagnostic, label
from offline_cloud.hints import command
from offline_cloud.progress import changed, counts, masked, outputs_table
from offline_cloud.state import State
from offline_cloud.workspace import Workspace, open_workspace

NEXT_STEPS: Final = {
    "preview": (("up", "bring it up on the offline cloud"),),
    "up": (
        ("up", "again: nothing changes"),
        ("outputs", "the outputs once more"),
        ("destroy", "take it down"),
    ),
}
LISTED_STEPS: Final = 20


def success(
    out: Console, space: Workspace, operation: str, finished: Finished, configuration: Sequence[str] = ()
) -> None:
    """Print outputs, counts, notes and what to try next."""
    story = finished.story
    if operation == "preview":
        _print_steps(out, story.steps)
    _print_policy_diagnostics(out, story.policy_diagnostics)
    for diagnostic in story.diagnostics:
        if diagnostic.warning:
            out.print(Text(f"warning: {diagnostic.resource + ': ' if diagnostic.resource else ''}{diagnostic.text}"))
    if operation == "up" and story.outputs:
        out.print(outputs_table(story.outputs))
        out.print()
    for line in [*_notes(space), *_not_judged(finished)]:
        out.print(Text(line))
    out.print(Text(_summary(operation, finished)))
    _print_next_steps(out, space, operation, configuration)


def _summary(operation: str, finished: Finished) -> str:
    changes = finished.story.changes
    unchanged = changes.get("same", 0)
    took = f"{finished.seconds:.1f} s"
    if operation == "preview":
        verb = "would change" if changed(changes) else "nothing would change"
        return f"preview: {verb}: {_planned(changes)} ({took})"
    if operation == "up" and not changed(changes):
        return f"nothing to change: 0 created, {unchanged} unchanged ({took})"
    return f"{operation}: {counts(changes)} ({took})"


def _planned(changes: Mapping[str, int]) -> str:
    told = [f"{count} to {name}" for name, count in changes.items() if name != "same"]
    return ", ".join([*told, f"{changes.get('same', 0)} unchanged"])


def _print_steps(out: Console, steps: Sequence[tuple[str, str]]) -> None:
    for operation, urn in steps[:LISTED_STEPS]:
        out.print(Text(f"  {operation:<20} {label(urn)}"))
    if len(steps) > LISTED_STEPS:
        out.print(Text(f"  … and {len(steps) - LISTED_STEPS} more"))


def _print_policy_diagnostics(out: Console, policy_diagnostics: Sequence[PolicyDiagnostic]) -> None:
    for diagnostic in policy_diagnostics:
        first, *rest = diagnostic.text.splitlines() or [""]
        out.print(Text(f"policy {diagnostic.policy} ({diagnostic.level}): {diagnostic.resource}: {first}"))
        for line in rest:
            out.print(Text(f"    {line}"))


def _print_next_steps(out: Console, space: Workspace, operation: str, configuration: Sequence[str]) -> None:
    steps = [
        (command(space, verb, configuration=configuration if verb == "up" else ()), meaning)
        for verb, meaning in NEXT_STEPS.get(operation, ())
    ]
    if not steps:
        return
    width = max(len(line) for line, _ in steps)
    out.print("next:")
    for line, meaning in steps:
        out.print(Text(f"  {line:<{width}}  {meaning}"))


def _notes(space: Workspace) -> list[str]:
    """Say what the store has to say about the stack's resources, such as a chart that was not rendered."""
    if not space.store.exists():
        return []
    with closing(Store(space.store)) as store:
        notes = store.notes()
    return [f"note: {label(urn)}: {note}" for urn, note in notes if urn.startswith(f"urn:pulumi:{space.stack}::")]


def _not_judged(finished: Finished) -> list[str]:
    """Name the types whose inputs nothing here knows, so that nobody takes silence for consent."""
    types = sorted(finished.story.types & derived.unjudged())
    return [f"note: not judged, since no source says what they take: {', '.join(types)}"] if types else []


def failure(
    out: Console, space: Workspace, operation: str, finished: Finished, configuration: Sequence[str] = ()
) -> None:
    """Print what failed, with the resource, the property and the reason, and the way on."""
    story = finished.story
    if finished.program_failure:
        out.print(Text(finished.program_failure))
    else:
        _print_policy_diagnostics(out, story.policy_diagnostics)
        from offline_cloud import survey  # noqa: PLC0415  # it takes time to load, and only a failure needs it

        for diagnostic in _reported(finished):
            text = survey.plainer(diagnostic.text)
            out.print(Text(f"error: {diagnostic.resource + ': ' if diagnostic.resource else ''}{text}"))
    told = finished.program_failure or story.errors or story.policy_diagnostics
    if not told and not finished.interrupted and not finished.untold:
        out.print(Text(finished.said.strip()[-2000:]))
    said = "\n".join(diagnostic.text for diagnostic in story.errors)
    for step in next_steps.after(said, next_steps.read(space.root)):
        out.print(Text(f"next: {step}"))
    again = command(space, operation, configuration=configuration if operation in ("preview", "up") else ())
    nothing = f"nothing was destroyed ({finished.seconds:.1f} s)"
    out.print(Text(nothing if finished.rehearsed else _way_on(operation, finished, again)))


def _reported(finished: Finished) -> Sequence[EngineDiagnostic]:
    """Leave out what follows from the provider's death or an interruption alone: the last line says so better."""
    echoes = ("error reading from server", "update canceled", "rpc error: code = Unavailable")
    cut_off = finished.provider_died or finished.interrupted
    return [diagnostic for diagnostic in finished.story.errors if not (cut_off and diagnostic.text.startswith(echoes))]


def _way_on(operation: str, finished: Finished, again: str) -> str:
    changes = finished.story.changes
    took = f"after {finished.seconds:.1f} s"
    if finished.untold:
        return (
            f"the engine ended well {took}, but its account of what it did broke off: the disk is full, or cannot be "
            f"written; make room, then `{again}` finds out what was done"
        )
    if operation == "preview":
        return _after_preview(finished, again)
    if finished.program_failure and sum(changes.values()) <= 1:  # the stack itself counts as one
        return f"failed {took}"
    done = counts(changes) if changes else f"{finished.story.done} resources done"
    if finished.interrupted:
        return f"interrupted {took}: {done}, all kept; `{again}` goes on from here"
    if finished.provider_died:
        return f"the provider process died: {done}, all kept; `{again}` finds out what was done and goes on"
    return f"failed {took}: {done}"


def _after_preview(finished: Finished, again: str) -> str:
    stopped = "interrupted" if finished.interrupted else "the provider process died" if finished.provider_died else ""
    way = f"; `{again}` starts over" if stopped else ""
    seen = _imagined(finished.story.changes)
    return f"{stopped or 'failed'} after {finished.seconds:.1f} s, and nothing was changed{seen}{way}"


def _imagined(changes: Mapping[str, int]) -> str:
    """Say what a preview had seen when it failed."""
    told = [f"{changes[key]} would be {word}" for key, word in CHANGES.items() if changes.get(key)]
    return f"; as far as it was seen, {', '.join(told)}" if told else ""


def as_json(space: Workspace, operation: str, finished: Finished) -> dict[str, object]:
    """Give the result for programs to read."""
    story = finished.story
    return {
        "operation": operation,
        "stack": space.stack,
        "workload": space.workload,
        "succeeded": finished.succeeded,
        "seconds": round(finished.seconds, 2),
        "changes": dict(story.changes),
        "outputs": masked(dict(story.outputs or {})),
        "errors": [{"resource": diagnostic.resource, "text": diagnostic.text} for diagnostic in story.errors],
        "diagnostics": [vars(diagnostic) for diagnostic in story.policy_diagnostics],
        "notes": [*_notes(space), *_not_judged(finished)],
    }


def stacks(root: Path) -> Table:
    """List the stacks that have a file, with what each has in the engine's state."""
    table = Table("stack", "workload", "resources", "unfinished", show_edge=False)
    names = sorted(path.name.split(".", 2)[1] for path in root.glob("Pulumi.*.yaml"))
    for name in names:
        default = open_workspace(root, name, None)
        homes = {path.parent.name for path in (root / ".offline-cloud").glob("*/state")} | {default.workload}
        for workload in sorted(homes):
            space = Workspace(root, default.project, name, workload)
            if space.state_file.exists() or workload == default.workload:
                table.add_row(name, workload, *_state_cells(space))
    return table


def _state_cells(space: Workspace) -> tuple[str, str]:
    try:
        state = State.read(space)
    except (OfflineCloudError, DamagedStoreError):
        return "damaged", ""
    return str(len(state.resources)), str(len(state.pending))
