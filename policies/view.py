"""A resource as a rule sees it, the same in a preview as in an update.

During a preview some values are not known yet. A rule never fails on such a value: `value` gives `UNKNOWN`, and the
comparisons below hold for it; the update that follows checks the real value.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from pulumi_policy.proxy import UnknownValueError


class Absent(Enum):
    """Why a property has no value to look at."""

    MISSING = "missing"
    UNKNOWN = "unknown"


MISSING = Absent.MISSING
UNKNOWN = Absent.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`properties` are the inputs under their Pulumi names; `environment` is the stack's, from the provider's tags.

    So is `accepts_unsafe`: a production that states `protection.allow_unsafe` is held to what every stack is held to.
    `parent` is the URN of the component a resource belongs to, and `references` are, for each property, the URNs of the
    resources whose outputs it is made of, known in the first preview too; the engine tells both to stack rules only.
    """

    type: str
    name: str
    urn: str
    properties: Mapping[str, Any]
    protect: bool = False
    environment: str | None = None
    accepts_unsafe: bool = False
    parent: str | None = None
    references: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def refers(self, *properties: str) -> frozenset[str]:
        """The URNs of what these properties are made of; of every property, where none is named."""
        return frozenset[str]().union(*(self.references.get(each, ()) for each in properties or self.references))

    def held_to(self, environments: Sequence[str]) -> bool:
        """Whether a rule that these environments are held to, and no others, is one for this resource."""
        return self.environment in environments and not self.accepts_unsafe

    def value(self, path: str) -> Any:
        """The value at a dotted path (`vpcConfig.subnetIds.0`), MISSING or UNKNOWN. None counts as missing."""
        current: Any = self.properties
        for step in path.split("."):
            try:
                current = current[int(step)] if step.isdigit() else current[step]
            except UnknownValueError:
                return UNKNOWN
            except (KeyError, IndexError, TypeError):
                return MISSING
        return MISSING if current is None else current

    def has(self, path: str) -> bool:
        """Whether something is stated there: a value, or one not known yet."""
        value = self.value(path)
        return value is UNKNOWN or (value is not MISSING and value != "" and not _is_empty_list(value))

    def is_set(self, path: str, wanted: object = True) -> bool:
        """Whether the value is `wanted`, or not known yet."""
        return self.value(path) in (wanted, UNKNOWN)

    def at_least(self, path: str, minimum: int) -> bool:
        """Whether the number there is at least `minimum`, or not known yet."""
        value = self.value(path)
        return value is UNKNOWN or (isinstance(value, int | float) and value >= minimum)

    def above(self, path: str, maximum: float) -> bool:
        """Whether a number is stated there that is above `maximum`; what is missing or not known is not."""
        value = self.value(path)
        return isinstance(value, int | float) and value > maximum

    def below(self, path: str, minimum: float) -> bool:
        """Whether a number is stated there that is below `minimum`; what is missing or not known is not."""
        value = self.value(path)
        return isinstance(value, int | float) and value < minimum

    def items(self, path: str) -> list[Any]:
        """The known items of a list; empty when it is missing or unknown as a whole."""
        value = self.value(path)
        if isinstance(value, Absent):
            return []
        known: list[Any] = []
        for index in range(len(value)):
            item = self.value(f"{path}.{index}")
            if not isinstance(item, Absent):
                known.append(item)
        return known

    def places(self, path: str) -> list[str]:
        """The paths of a list's items, known or not; none when it is missing or unknown as a whole."""
        value = self.value(path)
        counted = isinstance(value, Sequence) and not isinstance(value, str)
        return [f"{path}.{index}" for index in range(len(cast("Sequence[object]", value)))] if counted else []

    def lacks(self, path: str, *wanted: str) -> list[str]:
        """Those of the wanted items that a list does not hold; none while it, or one of its items, is not known."""
        if self.value(path) is UNKNOWN or any(self.value(place) is UNKNOWN for place in self.places(path)):
            return []
        there = self.items(path)
        return [each for each in wanted if each not in there]

    def names(self, path: str) -> list[str]:
        """The keys of a mapping; none when it is missing or unknown as a whole."""
        value = self.value(path)
        return [str(key) for key in cast("Mapping[object, object]", value)] if isinstance(value, Mapping) else []

    def properties_at(self, path: str) -> dict[str, Any]:
        """A mapping by its keys, which may hold dots as labels do; UNKNOWN where a value is not known."""
        mapping = self.value(path)
        return {key: known(mapping, key) for key in self.names(path)}

    def statements(self, path: str) -> Iterator[Mapping[str, Any]]:
        """The statements of an IAM policy document given as JSON text; none while it is not known.

        None either of what is no document: AWS refuses it.
        """
        text = self.value(path)
        try:
            document = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            return
        found: object = cast("Mapping[str, object]", document).get("Statement") if isinstance(document, dict) else None
        statements = cast("list[object]", found if isinstance(found, list) else [found])
        yield from (cast("Mapping[str, Any]", each) for each in statements if isinstance(each, Mapping))


def known(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key, UNKNOWN where it is not known."""
    try:
        return mapping[key]
    except UnknownValueError:
        return UNKNOWN


def all_items(listed: Sequence[Any]) -> list[Any]:
    """The items of a list, UNKNOWN where one is not known."""
    view = Resource(type="", name="", urn="", properties={"items": listed})
    return [view.value(place) for place in view.places("items")]


def _is_empty_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and not len(cast("Sequence[object]", value))


def listed(value: Any) -> list[Any]:
    """IAM lets a single item stand without a list; this gives a list either way."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]
