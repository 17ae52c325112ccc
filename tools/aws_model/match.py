"""Which operation and which schema a type of the SDK stands for, and which member each property."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools.aws_model import botocore_models, names, schemas
from tools.aws_model.botocore_models import Operation
from tools.aws_model.facts import Node
from tools.aws_model.names import Models
from tools.aws_model.sdk import Type

_LEAST_LIKENESS: Final = 0.8
_LEAST_OVERLAP: Final = 0.34
_LEAST_SUFFIX: Final = 8
_LEAST_PREFIX: Final = 5
_CANDIDATES: Final = 8
_NONE: Final = "-"
_UNITS: Final = frozenset("second minute hour day mb gb mib gib byte millisecond count".split())  # noqa: SIM905
_NOT_OWN: Final = frozenset({"region", "tags", "forceDestroy", "skipDestroy", "namePrefix", "applyImmediately"})


@dataclass(frozen=True)
class Source:
    """A model that tells what a type takes. ``nouns`` are the words that its members may have in front.

    A change at a ``fixed`` path replaces the resource; at a ``conditional`` one it may.
    """

    name: str
    members: Mapping[str, Node]
    nouns: frozenset[str]
    fixed: tuple[tuple[str, ...], ...] = ()
    conditional: tuple[tuple[str, ...], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it is an operation that changes what is there."""
        return self.name.partition(".")[2].startswith(("Modify", "Update"))


def normal(name: str) -> str:
    """Reduce a name to what the SDK's and the models' spellings share."""
    return re.sub(r"[^a-z0-9]", "", name.lower()).replace("maximum", "max").replace("minimum", "min")


def singular(name: str) -> str:
    """Reduce a name that ends like a plural."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def member(name: str, members: Mapping[str, Node], nouns: Iterable[str]) -> str | None:
    """Find the member that a property stands for; ``None`` where there is none, or more than one might be meant."""
    wanted = singular(normal(name))
    known = {singular(normal(each)): each for each in members}
    if wanted in known:
        return known[wanted]
    for noun in sorted(nouns, key=len, reverse=True):
        if noun + wanted in known:
            return known[noun + wanted]
        if wanted.startswith(noun) and wanted[len(noun) :] in known:
            return known[wanted[len(noun) :]]
    for key, each in known.items():
        if key.startswith(wanted) and key[len(wanted) :].removeprefix("in") in _UNITS:
            return each
    if len(wanted) < _LEAST_SUFFIX:
        return None
    longer = [each for key, each in known.items() if key.endswith(wanted) or _bridges(wanted, key)]
    return longer[0] if len(longer) == 1 else None


def at(members: Mapping[str, Node], path: str) -> Node | None:
    """Follow a path such as ``BlockDeviceMappings.Ebs``, into the items of lists; ``None`` where it leads nowhere."""
    head, _, rest = path.partition(".")
    found = members.get(head)
    if found is None or not rest:
        return found
    item = found.item() if found.kind == "list" else found
    return at(item.members(), rest) if item is not None else None


def _bridges(wanted: str, key: str) -> bool:
    """Tell whether a name has a word more in its midst: ExtendedS3DestinationConfiguration."""
    shared = next((n for n, (a, b) in enumerate(zip(wanted, key, strict=False)) if a != b), 0)
    return shared >= _LEAST_PREFIX and len(wanted) - shared >= _LEAST_SUFFIX and key.endswith(wanted[shared:])


def operations(type: Type) -> list[Source]:
    """Give the operations that make a type, the best first, then those that set more of it."""
    services = names.BOTOCORE.get(type.module) or _like(type.module, botocore_models.services())
    pool = [operation for service in services for operation in botocore_models.operations(service)]
    stated = names.TYPES.get(type.token)
    if stated is not None:
        return _stated_operations(type, stated, pool) if stated.operation != _NONE else []
    rated = sorted(((_likeness(type, each.noun), each) for each in pool), key=lambda pair: -pair[0])
    likely = [(likeness, each) for likeness, each in rated if likeness >= _LEAST_LIKENESS][:_CANDIDATES]
    sources = [
        (likeness + overlap, source)
        for likeness, each in likely
        for source in _unwrapped(Source(each.name, each.input.members(), _nouns(type, each.noun)))
        if (overlap := _overlap(type, source)) >= _least(likeness)
    ]
    sources.sort(key=lambda pair: -pair[0])
    if not sources:
        return []
    best = sources[0][1]
    outer = [Source(each.name, each.input.members(), best.nouns) for _, each in likely if f"{each.name}:" in best.name]
    return [best, *outer, *_further(type, best, pool)]


def _stated_operations(type: Type, stated: Models, pool: Sequence[Operation]) -> list[Source]:
    first = next((each for each in pool if each.name == stated.operation), None)
    if first is None:
        raise ValueError(f"names.yaml: {type.token}: botocore has no operation {stated.operation}")
    root = _within(first.input, stated.operation_member, stated.operation)
    source = Source(stated.operation, root.members(), _nouns(type, first.noun))
    outer = [Source(first.name, first.input.members(), source.nouns)] if stated.operation_member else []
    return [source, *outer, *_further(type, source, pool)]


def schema(type: Type) -> list[Source]:
    """Give the schema of a type: none where no name and no properties fit."""
    stated = names.TYPES.get(type.token)
    if stated is not None:
        if stated.schema == _NONE:
            return []
        found, inner = schemas.schema(stated.schema), stated.schema_member
        root = _within(found.root, inner, stated.schema)
        nouns = _nouns(type, stated.schema.rpartition(":")[2])
        fixed, conditional = _below(found.fixed, inner), _below(found.conditional, inner)
        return [Source(stated.schema, root.members(), nouns, fixed, conditional)]
    services = names.CLOUDFORMATION.get(type.module, (type.module,))
    pool = [name for service in services for name in schemas.names().get(service.lower(), ())]
    rated = sorted(((_likeness(type, name.rpartition(":")[2]), name) for name in pool), reverse=True)
    best = [
        (likeness + overlap, source)
        for likeness, name in rated[:_CANDIDATES]
        if likeness >= _LEAST_LIKENESS
        for source in _schema_sources(type, name)
        if (overlap := _overlap(type, source)) >= _least(likeness)
    ]
    best.sort(key=lambda pair: -pair[0])
    return [source for _, source in best[:1]]


def _schema_sources(type: Type, name: str) -> list[Source]:
    found = schemas.schema(name)
    nouns = _nouns(type, name.rpartition(":")[2])
    return _unwrapped(Source(name, found.root.members(), nouns, found.fixed, found.conditional))


def _like(module: str, services: Iterable[str]) -> tuple[str, ...]:
    return tuple(service for service in services if normal(service) == module)[:1]


def _nouns(type: Type, noun: str) -> frozenset[str]:
    own, theirs = normal(type.name), singular(normal(noun))
    ends = {singular(normal(noun[found.start() :])) for found in re.finditer(r"[A-Z][a-z]", noun)}
    return frozenset({own, theirs, theirs.removeprefix(own), normal(type.module), *ends} - {""})


def _likeness(type: Type, noun: str) -> float:
    own, theirs = singular(normal(type.name)), singular(normal(noun))
    service = normal(type.module)
    if own == theirs:
        return 1.0
    if own.removeprefix(service) == theirs.removeprefix(service) or theirs == service + own:
        return 0.97
    if theirs.endswith(own) or own.endswith(theirs):
        return 0.9 if min(len(own), len(theirs)) >= 4 else 0.0  # noqa: PLR2004 - "user" is a word, "key" is a part of one
    return difflib.SequenceMatcher(None, own, theirs).ratio() * 0.95


def _least(likeness: float) -> float:
    """Ask less of the properties where the name leaves no doubt."""
    return _LEAST_OVERLAP / 2 if likeness >= 0.9 else _LEAST_OVERLAP  # noqa: PLR2004


def _overlap(type: Type, source: Source) -> float:
    own = [name for name in type.inputs if name not in _NOT_OWN]
    found = [name for name in own if member(name, source.members, source.nouns)]
    return len(found) / max(1, len(own))


def _unwrapped(source: Source) -> list[Source]:
    """Give a source and, where one member holds what matters, that member's content: ``HealthCheckConfig``."""
    inside = [
        _inside(source, name, node)
        for name, node in source.members.items()
        if node.kind == "object"
        and name.lower().endswith(("config", "configuration", "input", "details", "data", "settings", *source.nouns))
    ]
    return [source, *inside]


def _inside(source: Source, name: str, node: Node) -> Source:
    fixed, conditional = _below(source.fixed, name), _below(source.conditional, name)
    return Source(f"{source.name}:{name}", node.members(), source.nouns, fixed, conditional)


def _below(fixed: tuple[tuple[str, ...], ...], inner: str) -> tuple[tuple[str, ...], ...]:
    return tuple(path[1:] for path in fixed if len(path) > 1 and path[0] == inner) if inner else fixed


def _within(node: Node, path: str, stated: str) -> Node:
    for part in filter(None, path.split(".")):
        found = node.members().get(part)
        if found is None:
            raise ValueError(f"names.yaml: {stated} has no member {part}")
        while found.kind == "list" and (item := found.item()):
            found = item
        node = found
    return node


_SETTING: Final = (
    "Modify",
    "Update",
    "Put",
    "Set",
    "Increase",
    "Schedule",
    "Change",
    "Configure",
    "Enable",
    "Add",
    "Create",
)


def _further(type: Type, first: Source, pool: Sequence[Operation]) -> list[Source]:
    """Give the operations of the same noun that set what the first does not take."""
    noun = next(
        (singular(normal(each.noun)) for each in pool if each.name == first.name.partition(":")[0]), normal(type.name)
    )
    service = first.name.partition(".")[0]
    found = [
        each
        for each in pool
        if each.name != first.name.partition(":")[0]
        and each.name.startswith(f"{service}.")
        and each.verb in _SETTING
        and singular(normal(each.noun)).startswith(noun)
    ]
    return [Source(each.name, each.input.members(), first.nouns) for each in found[:8]]
