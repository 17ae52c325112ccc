"""What changes, in the words of the platform: `the database gets a second replica`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools.plan.preview import LATER, Change, Preview, Step
from tools.report.graph import Graph, Node
from tools.report.vocabulary import PLATFORM, Noun, input_named, noun, ordinal, subject, vocabulary

_SHOWN: Final = 60
_NAMES: Final = 3
_PART: Final = 3
"""Resources from which on a part is told of as a whole."""
RELEASE: Final = "kubernetes:helm.sh/v3:Release"


@dataclass(frozen=True)
class Phrase:
    """One sentence, without its end: whose it is, and what happens."""

    subject: str
    text: str
    how: str
    """`added`, `removed`, `changed` or `replaced`."""

    def __str__(self) -> str:
        """Give the sentence."""
        return f"{self.subject} {self.text}" if self.how in ("added", "removed") else f"{self.subject}: {self.text}"


def phrases(before: Graph, after: Graph, preview: Preview) -> list[Phrase]:
    """Tell every change of a cloud's resource, those of a component together; a release tells by its objects."""
    known = [step for step in preview.steps if step.urn in after or step.urn in before]
    steps = [step for step in known if (after.get(step.urn) or before[step.urn]).provided]
    told = [
        *_counted(before, after, [step for step in steps if step.op in ("create", "delete")]),
        *_changed(after, [step for step in steps if step.op not in ("create", "delete") and step.type != RELEASE]),
    ]
    return sorted(told, key=lambda each: (each.subject == PLATFORM, each.subject, _ORDER[each.how], each.text))


_ORDER: Final = {"replaced": 0, "removed": 1, "added": 2, "changed": 3}


def _counted(before: Graph, after: Graph, steps: Iterable[Step]) -> Iterator[Phrase]:
    """Tell what comes and goes by its number: named kinds each, all others of a component in one line."""
    groups: dict[tuple[str, str], list[Node]] = {}
    for step in steps:
        graph = after if step.op == "create" else before
        groups.setdefault((subject(graph, graph[step.urn]), step.op), []).append(graph[step.urn])
    for (whose, op), nodes in groups.items():
        other = before if op == "create" else after
        if len(nodes) >= _PART and not any(node.provided and subject(other, node) == whose for node in other.values()):
            yield _whole_part(whose, op, nodes)
            continue
        kinds: dict[Noun, list[Node]] = {}
        for node in nodes:
            kinds.setdefault(noun(node), []).append(node)
        beside: dict[Noun, int] = {}
        for kind, members in kinds.items():
            if members[0].type in vocabulary().kinds:
                was, now = (_count(graph, whose, kind) for graph in (before, after))
                yield _come_or_gone(whose, op, kind, members, was, now)
            else:
                beside[kind] = len(members)
        if beside:
            text = _beside(beside, alone=len(beside) == len(kinds))
            yield Phrase(whose, f"{_verb(whose, op)} {text}", _HOW[op])


def _whole_part(whose: str, op: str, nodes: Sequence[Node]) -> Phrase:
    """Tell of a part that comes or goes as a whole by what it has, and how much more there is."""
    kinds = Counter(noun(node) for node in nodes if node.type in vocabulary().kinds)
    told = ", ".join(f"{count} {kind.plural}" if count > 1 else _a(kind.one) for kind, count in kinds.most_common())
    rest = len(nodes) - kinds.total()
    more = [f"{rest} more resource{'s' if rest > 1 else ''}"] if rest else []
    verb = ("are" if _plural(whose) else "is") + (" new" if op == "create" else " gone")
    return Phrase(whose, f"{verb}: {' and '.join([*([told] if told else []), *more])}", _HOW[op])


_HOW: Final = {"create": "added", "delete": "removed"}


def _come_or_gone(whose: str, op: str, kind: Noun, nodes: Sequence[Node], was: int, now: int) -> Phrase:
    count, verb = len(nodes), _verb(whose, op)
    if count > 1:
        text = f"{verb} {count} {'more ' if was and op == 'create' else ''}{kind.plural} ({was} → {now})"
    elif op == "create":
        text = f"{verb} {f'a {ordinal(now)} {kind.one}' if now > 1 else _a(kind.one)}"
    else:
        text = f"{verb} {f'one of its {was}' if was > 1 else 'its'} {kind.plural if was > 1 else kind.one}"
    return Phrase(whose, f"{text}: {_named(nodes)}", _HOW[op])


def _beside(kinds: Mapping[Noun, int], alone: bool) -> str:
    told = ", ".join(f"{count} {kind.plural}" if count > 1 else _a(kind.one) for kind, count in kinds.items())
    return f"{'' if alone else 'with them '}{told}"


def _count(graph: Graph, whose: str, kind: Noun) -> int:
    return sum(node.provided and noun(node) == kind and subject(graph, node) == whose for node in graph.values())


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _verb(whose: str, op: str) -> str:
    verb = "get" if op == "create" else "lose"
    return verb if _plural(whose) else f"{verb}s"


def _plural(whose: str) -> bool:
    return whose.partition(" (")[0].endswith("s")


def _changed(after: Graph, steps: Iterable[Step]) -> Iterator[Phrase]:
    """Tell a change once for all the resources of a component that it is the same for."""
    groups: dict[tuple[str, Noun, str, bool], list[Node]] = {}
    for step in steps:
        node = after[step.urn]
        causes = [each for each in step.changes if each.replaces]
        texts = list(dict.fromkeys(told(each) for each in _whole(causes if step.replaces else step.changes)))
        for text in [", ".join(texts)] if step.replaces else texts:
            groups.setdefault((subject(after, node), noun(node), text, step.replaces), []).append(node)
    for (whose, kind, text, replaced), nodes in groups.items():
        which = f"{kind.one if len(nodes) == 1 else kind.plural} {_named(nodes)}"
        if replaced:
            verb = "is" if len(nodes) == 1 else "are"
            yield Phrase(whose, f"{which} {verb} replaced, for {text}", "replaced")
        else:
            yield Phrase(whose, f"{text} ({which})", "changed")


def _whole(changes: Iterable[Change]) -> Iterator[Change]:
    """Leave of several changes inside one list or document its name alone."""
    by_head: dict[str, list[Change]] = {}
    for change in changes:
        by_head.setdefault(change.path.partition(".")[0], []).append(change)
    for head, found in by_head.items():
        if len({each.path for each in found}) == len(found) <= _NAMES:
            yield from found
        else:
            yield Change(head, any(each.replaces for each in found), {}, {})


def told(change: Change) -> str:
    """Write one change with the values before and after, where a line has room for them."""
    entry = input_named(change.path)
    if not _simple(change.old) or not _simple(change.new):
        return f"{entry.name} changes"
    if LATER in (change.old, change.new) or "[secret]" in (change.old, change.new):
        return f"{entry.name} becomes another"
    return f"{entry.name} {value(change.old)} → {value(change.new)}{f' {entry.unit}' if entry.unit else ''}"


def _simple(found: object) -> bool:
    if isinstance(found, str):
        return not found.startswith(("{", "[")) and len(found) <= _SHOWN and "\n" not in found
    return found is None or isinstance(found, bool | int | float)


def value(found: object) -> str:
    """Write a plain value for people."""
    if found is None:
        return "none"
    if isinstance(found, bool):
        return "on" if found else "off"
    return f"{found:g}" if isinstance(found, float) else str(found)


def _named(nodes: Sequence[Node]) -> str:
    names = sorted(node.name for node in nodes)
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
