"""The platform's words for components, resources and inputs: `words.yaml`, read once."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from tools.plan.preview import State
from tools.report.graph import Graph, Node, ancestors

FILE: Final = Path(__file__).with_name("words.yaml")
PLATFORM: Final = "the platform"
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Noun(_Table):
    """What one resource of a type is called, and several."""

    one: str
    many: str = ""
    when: str = ""
    """An input that makes it another thing, which `then` names."""
    then: str = ""

    def of(self, inputs: State) -> "Noun":
        """Give the noun of a resource with these inputs."""
        return Noun(one=self.then) if self.when and inputs.get(self.when) else Noun(one=self.one, many=self.many)

    @property
    def plural(self) -> str:
        """The word for several."""
        if self.many:
            return self.many
        if re.search(r"[^aeiou]y$", self.one):
            return f"{self.one[:-1]}ies"
        return f"{self.one}es" if self.one.endswith(("s", "x", "ch")) else f"{self.one}s"


class Input(_Table):
    """What an input is called, and the unit of its number."""

    name: str
    unit: str = ""


class Vocabulary(_Table):
    """The whole file."""

    components: Mapping[str, str]
    kinds: Mapping[str, Noun]
    inputs: Mapping[str, Input]
    objects: Mapping[str, Input]


@cache
def vocabulary() -> Vocabulary:
    """Read the file."""
    return Vocabulary.model_validate(yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader))


def noun(node: Node) -> Noun:
    """Name a resource's type: by the file, or by the type's own name in plain words."""
    stated = vocabulary().kinds.get(node.type)
    return stated.of(node.inputs) if stated else Noun(one=split(node.type.rpartition(":")[2]))


def split(name: str) -> str:
    """Write a name of code as words: `backupWindow` is `backup window`."""
    return " ".join(part if part.isupper() else part.lower() for part in _HUMPS.split(name))


def input_named(path: str) -> Input:
    """Name an input by its path, or by the last part of it."""
    table = vocabulary().inputs
    found = table.get(path) or table.get(path.partition(".")[0]) if "." not in path else table.get(path)
    return found or Input(name=" ".join(split(part) for part in path.split(".")))


def object_input_named(path: str) -> Input | None:
    """Name a field of a Kubernetes object; None for one without a name."""
    return vocabulary().objects.get(path)


def ordinal(number: int) -> str:
    """Write a place in words, up to the tenth."""
    return _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f"{number}th"


def owner(graph: Graph, node: Node) -> Node | None:
    """Give the nearest component with a name in the file that a resource is part of."""
    table = vocabulary().components
    return next((each for each in ancestors(graph, node) if _class(each) in table), None)


def subject(graph: Graph, node: Node) -> str:
    """Name what a resource is part of: `the database`, or with its name where there are several of the kind."""
    for asked, names in _asked:
        if asked is graph:
            return names[node.urn]
    names = dict(_subjects(graph))
    _asked.appendleft((graph, names))
    return names[node.urn]


_asked: Final[deque[tuple[Graph, Mapping[str, str]]]] = deque(maxlen=4)
"""The graphs that were asked about last, which are asked about again, and the names in them."""


def _subjects(graph: Graph) -> Iterator[tuple[str, str]]:
    kinds = Counter(node.type for node in graph.values())
    for urn, node in graph.items():
        found = owner(graph, node)
        words = PLATFORM if found is None else vocabulary().components[_class(found)]
        yield urn, f"{words} ({found.name})" if found is not None and kinds[found.type] > 1 else words


def _class(component: Node) -> str:
    package, _, name = component.type.rpartition(":")
    return name if package.endswith(":components") else ""
