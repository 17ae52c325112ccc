"""Everything that the sources say of one type of the SDK, as a tree of its inputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, OneOf, Scalar, Shape
from tools.aws_model import match, merge, names, prose, sdk
from tools.aws_model.facts import Facts, Kind, Node, Pattern
from tools.aws_model.match import Source
from tools.aws_model.sdk import Field, Type

_LEAST_PREFIX: Final = 6
_KINDS: Final[Mapping[str, Kind]] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
}  # fmt: skip
_ARN: Final = re.compile(r"Arns?$")
_AN_ARN: Final = Pattern("^arn:", whole=False)
_NUMBERS: Final = ("integer", "number")
_NOUN: Final = re.compile(r"^[A-Z][a-z]+")
"""The verb in front of an operation's noun."""


@dataclass(frozen=True)
class Derived:
    """One input. ``item`` is what a list or a map holds, ``required`` that the SDK insists on it."""

    kind: Kind
    facts: Facts = field(default_factory=Facts)
    required: bool = False
    is_json: bool = False
    members: "Mapping[str, Derived]" = field(default_factory=dict["str", "Derived"])
    item: "Derived | None" = None
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Of ``facts.values``, those that a region has; regions that are not named have all."""

    @property
    def says_something(self) -> bool:
        inner = any(member.says_something for member in self.members.values())
        return bool(self.facts) or self.is_json or inner or (self.item is not None and self.item.says_something)


@dataclass(frozen=True)
class Judged:
    """What was derived of a type: its inputs, what excludes what, and what cannot change in place."""

    type: Type
    root: Derived
    exclusive: Sequence[tuple[str, str]]
    fixed: Sequence[str]
    sources: Sequence[Source]


def judge(type: Type) -> Judged:
    """Derive one type; raises ``ValueError`` where ``names.py`` names what a model does not have."""
    operations, schema = match.operations(type), match.schema(type)
    reader = _Reader(names.PROPERTIES.get(type.token, {}))
    root = Derived("object", members=reader.members(type.inputs, [*operations[:1], *schema], operations[1:]))
    return Judged(
        type=type,
        root=root,
        exclusive=sorted(_exclusive(type)),
        fixed=sorted(set(_fixed(type, operations, schema))),
        sources=[*operations[:1], *schema],
    )


class _Reader:
    """Follows the SDK's inputs and the models' members side by side; each class of the SDK is read once."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        self._stated = stated
        self._open: set[str] = set()

    def members(
        self, fields: Mapping[str, Field], sources: Sequence[Source], further: Sequence[Source] = ()
    ) -> dict[str, Derived]:
        """Derive an object's properties. ``further`` sources count where the others say nothing of a property."""
        found: dict[str, Derived] = {}
        for name, each in fields.items():
            nodes = self._nodes(name, each, sources) or self._nodes(name, each, further)[:1]
            said = prose_facts(each, each.shape)
            derived = self._value(each.shape, said, nodes, name)
            found[name] = replace(derived, required=each.required)
        return found

    def _nodes(self, name: str, each: Field, sources: Sequence[Source]) -> list[Node]:
        return [node for source in sources if (node := self._node(name, each, source)) is not None]

    def _node(self, name: str, each: Field, source: Source) -> Node | None:
        stated = self._stated.get(name)
        if stated is not None and (found := match.at(source.members, stated)) is not None:
            return found
        key = match.member(name, source.members, source.nouns)
        if key is not None:
            return source.members[key]
        inner = sdk.object_in(each.shape)
        return (_spread(name, source) if inner is not None else None) or _deeper(name, source)

    def _value(self, shape: Shape, said: Facts, nodes: Sequence[Node], name: str) -> Derived:
        match shape:
            case Scalar(kind):
                found = _scalar(_KINDS.get(kind, "any"), said, nodes)
                bare = found.facts.values is None and found.facts.pattern is None and found.kind == "string"
                return (
                    replace(found, facts=replace(found.facts, pattern=_AN_ARN)) if bare and _ARN.search(name) else found
                )
            case ListOf(item):
                return self._list(item, said, nodes, name)
            case MapOf(item):
                inner = [found for node in nodes if node.kind == "map" and (found := node.item())]
                return Derived("map", item=self._value(item, Facts(), inner, name))
            case ObjectOf():
                return self._object(shape, nodes, name)
            case OneOf():
                return Derived("any")

    def _list(self, item: Shape, said: Facts, nodes: Sequence[Node], name: str) -> Derived:
        lists = [node for node in nodes if node.kind == "list"]
        inner = [found for node in lists if (found := node.item())] or [node for node in nodes if node.kind != "list"]
        bounds = merge.merged(Facts(), [Facts(least=node.facts.least, most=node.facts.most) for node in lists])
        content = said if isinstance(item, Scalar) else Facts()
        return Derived(
            "list", facts=bounds, item=self._value(item, replace(content, least=None, most=None), inner, name)
        )

    def _object(self, shape: ObjectOf, nodes: Sequence[Node], name: str) -> Derived:
        if shape.reference in self._open:
            return Derived("object")
        inner = [found if node.kind == "list" and (found := node.item()) else node for node in nodes]
        nouns = frozenset({match.singular(match.normal(name))})
        sources = [Source("", members, nouns) for node in inner if (members := node.members())]
        self._open.add(shape.reference)
        try:
            return Derived("object", members=self.members(sdk.fields(shape), sources))
        finally:
            self._open.remove(shape.reference)


def prose_facts(each: Field, shape: Shape) -> Facts:
    """Read what the SDK's documentation says of a value, or of what a list of values holds."""
    match shape:
        case Scalar(kind):
            return prose.facts(each.text, _KINDS.get(kind, "any"))
        case ListOf(item) | MapOf(item):
            found = prose_facts(each, item)
            return Facts(values=found.values)
        case ObjectOf() | OneOf():
            return Facts()


def _scalar(kind: Kind, said: Facts, nodes: Sequence[Node]) -> Derived:
    numeric = kind in _NUMBERS
    fitting = [node for node in nodes if node.kind == kind or (numeric and node.kind in _NUMBERS)]
    models = [_told(node, kind) for node in fitting]
    found = merge.merged(said, models)
    if kind == "boolean":
        return Derived(kind)
    return Derived(kind, facts=replace(found, pattern=None) if numeric or found.values else found)


def _told(node: Node, kind: Kind) -> Facts:
    """Complete a model's own facts by what its documentation says beside."""
    said = prose.facts(node.text, kind)
    own = node.facts
    return Facts(
        values=own.values or said.values,
        pattern=own.pattern,
        least=own.least if own.least is not None else said.least,
        most=own.most if own.most is not None else said.most,
    )


def _spread(name: str, source: Source) -> Node | None:
    """Find an object whose members stand beside each other in the model: ``healthCheck.path`` is HealthCheckPath."""
    prefix = match.singular(match.normal(name))
    inside = {
        match.normal(each)[len(prefix) :]: node
        for each, node in source.members.items()
        if match.normal(each).startswith(prefix) and len(match.normal(each)) > len(prefix)
    }
    return Node("object", members=lambda: inside) if len(inside) > 1 else None


def _deeper(name: str, source: Source) -> Node | None:
    """Find a member one object further in, where just one object has it."""
    wanted = match.normal(name)
    found = [
        inner
        for node in source.members.values()
        if node.kind == "object"
        for key, inner in node.members().items()
        if match.normal(key) == wanted and len(wanted) >= _LEAST_PREFIX
    ]
    return found[0] if len(found) == 1 else None


def _exclusive(type: Type) -> Iterator[tuple[str, str]]:
    spelled = {match.normal(name): name for name in type.inputs}
    for name, each in type.inputs.items():
        for other in prose.conflicts(each.text):
            against = spelled.get(match.normal(other))
            if against and against != name:
                yield (min(name, against), max(name, against))


def _fixed(type: Type, operations: Sequence[Source], schema: Sequence[Source]) -> Iterator[str]:
    """Give the properties whose change replaces a resource, with paths such as ``networkConfig.ipFamily``."""
    stated = names.PROPERTIES.get(type.token, {})
    for name, each in type.inputs.items():
        if name in ("tags", "region"):
            continue
        if prose.is_fixed(each.text):
            yield name
            continue
        yield from {
            path
            for source in schema
            for path in _fixed_in(name, each, source, [*source.fixed, *_unchangeable(source, operations)], stated)
        }


def _fixed_in(
    name: str, each: Field, source: Source, fixed: Sequence[tuple[str, ...]], stated: Mapping[str, str]
) -> Iterator[str]:
    key = stated[name].partition(".")[0] if name in stated else match.member(name, source.members, source.nouns)
    inside = [path[1:] for path in fixed if path[0] == key]
    inner, node = sdk.object_in(each.shape), source.members.get(key or "")
    if () in inside:
        yield name
    elif inside and inner is not None and node is not None:
        content = node.item() if node.kind == "list" else node
        deeper = Source("", content.members() if content else {}, frozenset({match.singular(match.normal(name))}))
        for member, field_ in sdk.fields(inner).items():
            yield from (f"{name}.{path}" for path in _fixed_in(member, field_, deeper, inside, {}))


def _unchangeable(source: Source, operations: Sequence[Source]) -> list[tuple[str, ...]]:
    """Give the paths of which a schema says that a change may replace, and which the update of the type does not take.

    A service that changes its resources by other operations than one of the same noun says nothing by leaving one out.
    """
    nouns = [_NOUN.sub("", each.name.partition(".")[2].partition(":")[0]) for each in operations]
    updates = [each for each, noun in zip(operations[1:], nouns[1:], strict=True) if each.changes and noun == nouns[0]]
    taken = tuple(match.normal(member).removeprefix("new") for each in updates for member in each.members)
    return [path for path in source.conditional if updates and not match.normal(path[0]).endswith(taken)]
