"""What holds between the keys of a section: stated once, checked when it is made, and written into the schema.

The keywords are those of JSON Schema's draft 7, which every Helm 3 reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Condition(Protocol):
    """A rule over the keys that a section states."""

    def check(self, stated: Mapping[str, object]) -> None:
        """Raise ValueError when it does not hold."""
        ...

    def schema(self) -> dict[str, object]:
        """Give the keywords of JSON Schema that say the same."""
        ...


@dataclass(frozen=True)
class OneOf:
    """Exactly one of these combinations of keys is there."""

    choices: tuple[tuple[str, ...], ...]

    def check(self, stated: Mapping[str, object]) -> None:
        found = [choice for choice in self.choices if stated.keys() >= set(choice)]
        if len(found) != 1:
            named = ", ".join(" with ".join(choice) for choice in self.choices)
            raise ValueError(f"exactly one of {named} is needed")

    def schema(self) -> dict[str, object]:
        return {"oneOf": [{"required": list(choice)} for choice in self.choices]}


def one_of(*keys: str) -> OneOf:
    """Give the condition that exactly one of these keys is there."""
    return OneOf(tuple((key,) for key in keys))


@dataclass(frozen=True)
class Needs:
    """Some keys make sense only beside another."""

    others: Mapping[str, str]

    def check(self, stated: Mapping[str, object]) -> None:
        for key, other in self.others.items():
            if key in stated and other not in stated:
                raise ValueError(f"{key} needs {other}")

    def schema(self) -> dict[str, object]:
        return {"dependencies": {key: [other] for key, other in self.others.items()}}


@dataclass(frozen=True)
class NotEmpty:
    """At least one key is there."""

    def check(self, stated: Mapping[str, object]) -> None:
        if not stated:
            raise ValueError("at least one key is needed")

    def schema(self) -> dict[str, object]:
        return {"minProperties": 1}
