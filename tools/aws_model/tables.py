"""Writes what was derived as one table for each module of the SDK, each distinct fact once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.aws_model.derive import Derived, Judged
from tools.aws_model.facts import Facts

_LENGTHS: Final = {"string": "l", "integer": "r", "number": "r", "list": "n"}


class Table:
    """The table of one module. ``specs`` holds each distinct fact; types and objects refer to it by its place."""

    def __init__(self) -> None:
        self._specs: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}
        self.types: dict[str, dict[str, Any]] = {}

    def add(self, judged: Judged, outputs: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> None:
        root = self._place(judged.root)
        self.types[judged.type.token] = _without_empty(
            {
                "from": [source.name for source in judged.sources],
                "in": root,
                "not": [list(pair) for pair in judged.exclusive],
                "new": list(judged.fixed),
                "rules": list(rules),
                "out": dict(outputs),
            }
        )

    def written(self, head: Mapping[str, Any]) -> str:
        """Give the file's text: a line for each fact and each type, so that changes can be read."""
        lines = [",\n".join(f"  {_compact(spec)}" for spec in self._specs)]
        types = ",\n".join(f"  {_compact(token)}: {_compact(each)}" for token, each in sorted(self.types.items()))
        return f'{{\n "head": {_compact(head)},\n "specs": [\n{lines[0]}\n ],\n "types": {{\n{types}\n }}\n}}\n'

    def _place(self, derived: Derived) -> int | None:
        if not derived.says_something:
            return None
        spec = _without_empty(
            {
                **_facts(derived.facts, derived.kind),
                "g": _offers(derived),
                "z": 1 if derived.required and derived.facts else None,
                "j": 1 if derived.is_json else None,
                "o": {
                    name: place for name, each in derived.members.items() if (place := self._place(each)) is not None
                },
                "i": self._place(derived.item) if derived.kind == "list" and derived.item else None,
                "m": self._place(derived.item) if derived.kind == "map" and derived.item else None,
            }
        )
        key = _compact(spec)
        if key not in self._places:
            self._places[key] = len(self._specs)
            self._specs.append(spec)
        return self._places[key]


def _offers(derived: Derived) -> dict[str, str] | None:
    """Write which of the sorted values each region has, as the bits of a number in hexadecimal."""
    every = sorted(derived.facts.values or ())
    bits = {
        region: f"{sum(1 << index for index, value in enumerate(every) if value in offered):x}"
        for region, offered in sorted(derived.offers.items())
    }
    return bits or None


def _facts(facts: Facts, kind: str) -> dict[str, Any]:
    least, most = (_whole(bound) for bound in (facts.least, facts.most))
    return {
        "e": sorted(facts.values) if facts.values else None,
        "p": facts.pattern.text if facts.pattern else None,
        "w": 1 if facts.pattern and facts.pattern.whole else None,
        _LENGTHS.get(kind, "l"): [least, most] if (least, most) != (None, None) else None,
    }


def _whole(bound: float | None) -> float | None:
    return int(bound) if bound is not None and bound == int(bound) else bound


def _without_empty(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in value.items() if each not in (None, [], {})}


def _compact(value: Mapping[str, Any] | Sequence[Any] | str) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
