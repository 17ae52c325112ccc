"""What one source says of one value, in a form that the sources share."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "integer", "number", "boolean", "list", "map", "object", "any"]


@dataclass(frozen=True)
class Pattern:
    """A regular expression. ``whole``: the value has to match from end to end, as Smithy's patterns do."""

    text: str
    whole: bool

    def takes(self, value: str) -> bool:
        """Tell whether a value matches."""
        return bool(re.fullmatch(self.text, value, re.ASCII) if self.whole else re.search(self.text, value, re.ASCII))


@dataclass(frozen=True)
class Facts:
    """Accepted values, pattern, and the least and most: of a number, of a text's characters, of a list's items."""

    values: frozenset[str] | None = None
    pattern: Pattern | None = None
    least: float | None = None
    most: float | None = None

    def __bool__(self) -> bool:
        return self != Facts()


@dataclass(frozen=True)
class Node:
    """A value of a service's model. Members and the item are read when they are asked for: models are recursive."""

    kind: Kind
    facts: Facts = Facts()
    text: str = ""
    members: "Callable[[], Mapping[str, Node]]" = field(default=dict)
    item: "Callable[[], Node | None]" = field(default=lambda: None)
