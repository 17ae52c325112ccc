"""Objects with the verdict of a real API server on each: good ones, and the same with one thing wrong.

They were written from the Kubernetes API reference and documentation (each names its page) and the documentation of
the operators, before the offline cluster's rules; those in `held_out` were not looked at while the rules were made.

A case starts from an object of `bases`, sets values at paths (`[n]` an item, `[+]` one more) and drops others.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent
SETS: Final = ("derived", "held_out")
_STEP: Final = re.compile(r'\["(?P<quoted>[^"]+)"\]|\[(?P<index>\d+|\+)\]|\.?(?P<key>[^.\[\]]+)')


@dataclass(frozen=True)
class Case:
    """One object, and whether an API server refuses it."""

    name: str
    area: str
    held_out: bool
    body: dict[str, Any]
    refused: bool
    source: str

    @property
    def kind(self) -> str:
        """The kind of its object."""
        return str(self.body["kind"])


def load() -> list[Case]:
    """Read all cases, and every base object as a good case of its own."""
    bases = _bases()
    found = [Case(f"{name} as it is", "bases", False, body, False, "API reference") for name, body in bases.items()]
    for group in SETS:
        for file in sorted((FOLDER / group).glob("*.yaml")):
            found += _of_file(file, bases, held_out=group == "held_out")
    return found


@cache
def context() -> tuple[dict[str, Any], ...]:
    """Read the objects that are in the cluster before each case."""
    return tuple(_read(FOLDER / "context.yaml"))


def _bases() -> dict[str, dict[str, Any]]:
    return {name: body for file in sorted((FOLDER / "bases").glob("*.yaml")) for name, body in _read(file).items()}


def _read(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)


def _of_file(file: Path, bases: dict[str, dict[str, Any]], *, held_out: bool) -> Iterator[Case]:
    stated = _read(file)
    for verdict in ("refused", "accepted"):
        for entry in stated[verdict]:
            body = changed(bases[entry["base"]], entry.get("set", {}), entry.get("drop", []))
            yield Case(entry["name"], file.stem, held_out, body, verdict == "refused", entry["source"])


def changed(base: dict[str, Any], settings: dict[str, Any], drops: list[str]) -> dict[str, Any]:
    """Give a copy of an object with values set at paths, and others dropped."""
    body = copy.deepcopy(base)
    for path in drops:
        where, last = _place(body, path)
        del where[last]
    for path, value in settings.items():
        where, last = _place(body, path)
        if last == "+":
            where.append(copy.deepcopy(value))
        else:
            where[last] = copy.deepcopy(value)
    return body


def _place(body: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Find what holds the last step of a path, making the objects on the way; a list that takes an item too."""
    steps = [_step(match) for match in _STEP.finditer(path)]
    here: Any = body
    for step, after in pairwise(steps):
        here = _below(here, step, [] if after == "+" else {})
    return here, steps[-1]


def _below(here: Any, step: str | int, otherwise: Any) -> Any:
    return here.setdefault(step, otherwise) if isinstance(step, str) else here[step]


def _step(match: re.Match[str]) -> str | int:
    index = match["index"]
    if index is not None:
        return index if index == "+" else int(index)
    return match["quoted"] or match["key"]
