"""What differs between two graphs, as the steps of a preview: what `tools.plan` judges.

Both graphs come from previews of nothing, so the engine itself compared nothing. What it would do is worked out here
with the offline cloud's own tables: which change of an input replaces a resource, and what a replacement takes along.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, cast

from offline_cloud.cloud.model import Properties
from offline_cloud.provider import diff
from offline_cloud.provider.replacements import forces_replacement
from offline_cloud.provider.values import Path
from tools.plan.preview import LATER, UNKNOWN, Change, Preview, Step
from tools.report.graph import Graph, Node

_UNSEEN: Final = ("tagsAll",)


def compared(before: Graph, after: Graph) -> Preview:
    """Give the steps that lead from one graph to the other; a resource that only moved keeps what it was."""
    moved = _moved(before, after)
    pairs = {urn: before[moved.get(urn, urn)] for urn in after if moved.get(urn, urn) in before}
    changes = {urn: _changes(old, after[urn]) for urn, old in pairs.items()}
    replaced = _replaced(after, changes)
    steps = [*_kept(pairs, after, changes, replaced), *_new(after, pairs), *_gone(before, moved, pairs)]
    return Preview(
        steps=tuple(steps),
        urns=frozenset(after),
        whole=True,
        created=sum(step.op == "create" and after[step.urn].provided for step in steps),
    )


def _moved(before: Graph, after: Graph) -> Mapping[str, str]:
    """Give the earlier URN of each resource that has another one now and says so by an alias."""
    return {
        urn: alias
        for urn, node in after.items()
        if urn not in before
        for alias in sorted(node.aliases)
        if alias in before and alias not in after
    }


def _changes(old: Node, new: Node) -> list[diff.Change]:
    if not new.provided:
        return []
    found = diff.changes(cast("Properties", dict(old.inputs)), cast("Properties", dict(new.inputs)))
    told = [each for each in found if str(each.path[0]) not in _UNSEEN and not _ignored(each, new)]
    return diff.with_verdicts(told, partial(forces_replacement, new.type))


def _ignored(change: diff.Change, node: Node) -> bool:
    return any(change.written == path or change.written.startswith((f"{path}.", f"{path}[")) for path in node.ignored)


def _replaced(after: Graph, changes: Mapping[str, list[diff.Change]]) -> Mapping[str, list[Path]]:
    """Give what is replaced, with the inputs that only become other ones because what they come from is replaced."""
    found: dict[str, list[Path]] = {urn: [] for urn, made in changes.items() if any(each.replaces for each in made)}
    users = _users(after)
    waiting = list(found)
    while waiting:
        source = waiting.pop()
        for urn in users.get(source, ()):
            paths = [path for path in _from(after[urn], source) if _forces(after[urn].type, path)]
            if urn not in changes or not paths:
                continue
            if urn not in found:
                waiting.append(urn)
            found.setdefault(urn, []).extend(paths)
    return found


def _users(graph: Graph) -> Mapping[str, set[str]]:
    users: dict[str, set[str]] = {}
    for urn, node in graph.items():
        for source in {each for urns in node.by_property.values() for each in urns}:
            users.setdefault(source, set()).add(urn)
    return users


def _forces(type: str, path: Path) -> bool:
    (judged,) = diff.with_verdicts([diff.Change(path, "update")], partial(forces_replacement, type))
    return judged.replaces


def _from(node: Node, source: str) -> Iterator[Path]:
    """Give the places of a resource's inputs that only the creation of another one tells."""
    for name, urns in node.by_property.items():
        if source in urns:
            yield from _unknown(node.inputs.get(name), (name,))


def _unknown(value: object, path: Path) -> Iterator[Path]:
    if value == UNKNOWN:
        yield path
    elif isinstance(value, dict):
        for key, below in cast("dict[str, object]", value).items():
            yield from _unknown(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(cast("list[object]", value)):
            yield from _unknown(below, (*path, index))


def _kept(
    pairs: Graph, after: Graph, changes: Mapping[str, list[diff.Change]], replaced: Mapping[str, list[Path]]
) -> Iterator[Step]:
    for urn, old in pairs.items():
        new = after[urn]
        told = [_change(each.path, each.replaces, old, new) for each in changes[urn]]
        told += [_change(path, True, old, new) for path in dict.fromkeys(replaced.get(urn, ()))]
        if told:
            op = "replace" if urn in replaced else "update"
            yield Step(op, urn, old.inputs, new.inputs, tuple(dict.fromkeys(told)), retained=old.retained)


def _new(after: Graph, pairs: Graph) -> Iterator[Step]:
    yield from (Step("create", urn, new=node.inputs) for urn, node in after.items() if urn not in pairs)


def _gone(before: Graph, moved: Mapping[str, str], pairs: Graph) -> Iterator[Step]:
    kept = {*moved.values(), *pairs}
    for urn, node in before.items():
        if urn not in kept:
            yield Step("delete", urn, old=node.inputs, retained=node.retained)


def _change(path: Path, replaces: bool, old: Node, new: Node) -> Change:
    written = ".".join(part for part in path if isinstance(part, str))
    return Change(written, replaces, _at(old.inputs, path), _at(new.inputs, path))


def _at(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(cast("list[object]", value)):
            value = cast("list[object]", value)[part]
        else:
            value = None
    return LATER if value == UNKNOWN else value
