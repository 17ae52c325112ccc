"""What may have to hold of a state after a change."""

import json
from collections.abc import Iterable, Sequence

from tools.life.change import Proof
from tools.operations.cloud import Resource


def stands(type_: str, **inputs: object) -> Proof:
    """Every resource of a type has these inputs, and there is one."""

    def proof(state: Sequence[Resource]) -> Iterable[str]:
        there = [each for each in state if each.type == type_]
        if not there:
            yield f"there is no {type_}"
        for each in there:
            for key, value in inputs.items():
                if each.inputs.get(key) != value:
                    yield f"{each.name}: {key} is {each.inputs.get(key)!r}, and {value!r} was asked for"

    return proof


def number(type_: str, name: str, count: int) -> Proof:
    """There are so many resources of a type whose names start with this one."""

    def proof(state: Sequence[Resource]) -> Iterable[str]:
        there = sum(each.type == type_ and each.name.startswith(name) for each in state)
        if there != count:
            yield f"there are {there} of {type_} {name}…, and {count} were asked for"

    return proof


def mentioned(text: str) -> Proof:
    """Some resource is asked for with this text."""
    return lambda state: [] if _with(text, state) else [f"no resource has {text}"]


def unmentioned(text: str) -> Proof:
    """No resource is asked for with this text any more."""
    return lambda state: [f"{each.name} still has {text}" for each in _with(text, state)]


def _with(text: str, state: Sequence[Resource]) -> list[Resource]:
    return [each for each in state if text in json.dumps(each.inputs, default=str)]
