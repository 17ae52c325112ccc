"""How rules are registered: each by the type that it speaks of."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from offline_cloud.kubernetes.typed import Node


class Fault(NamedTuple):
    """What is wrong at a path below the node: the value and what is allowed, and how to fix it."""

    path: str
    reason: str
    fix: str = ""
    refused: bool = True
    """False for what could not be judged."""


Faults: TypeAlias = Iterator[Fault]
Rule: TypeAlias = Callable[[Node], Faults]

RULES: Final[dict[str, list[Rule]]] = {}
"""Type → its rules."""


def rule(*types: str) -> Callable[[Rule], Rule]:
    """Register a rule for values of these types, such as `core.v1.Container`."""

    def register(function: Rule) -> Rule:
        for name in types:
            RULES.setdefault(name, []).append(function)
        return function

    return register
