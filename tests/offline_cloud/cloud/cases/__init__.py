"""Resource inputs that AWS takes or refuses, written from its documentation, and what the offline AWS says to them.

A file of these folders is a list of groups: a type, a source, ``given`` inputs that are good, and
changes to them under ``good`` and ``bad``. ``?`` is a value that is known at `up` alone, ``@name.property`` an output
of a resource listed under ``beside``, ``!r [x, 70]`` a text of 70 x.
"""

import copy
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

import yaml

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.cloud.store import Store
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle, RefusedError
from offline_cloud.provider.values import Decoded, has_unknown

CASES: Final = Path(__file__).parent
Verdict = Literal["preview", "up", "accepted"]
_SEED: Final = b"cases"


@dataclass(frozen=True)
class Case:
    """One resource. ``good``: whether AWS takes it; ``held_out``: whether the rules were made without looking at it."""

    type: str
    say: str
    good: bool
    held_out: bool
    source: str
    inputs: Properties
    beside: tuple[Mapping[str, Any], ...] = ()
    then: tuple[Mapping[str, Any], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.type.rpartition(':')[2]}: {self.say}"


class _Loader(yaml.SafeLoader):
    """Reads ``!r [text, times]`` as a text that is repeated."""


def _repeated(loader: yaml.SafeLoader, node: yaml.Node) -> str:
    text, times = loader.construct_sequence(cast("yaml.SequenceNode", node))
    return str(text) * int(times)


_Loader.add_constructor("!r", _repeated)


def cases() -> list[Case]:
    """Read every case; raises ``KeyError`` for a group without a type, a source or inputs."""
    found: list[Case] = []
    for file in sorted(CASES.glob("*/*.yaml")):
        with file.open(encoding="utf-8") as stream:
            groups = cast("list[dict[str, Any]]", yaml.load(stream, Loader=_Loader))
        for group in groups:
            found.extend(_of(group, held_out=file.parent.name == "held_out"))
    return found


def _of(group: Mapping[str, Any], *, held_out: bool) -> Iterator[Case]:
    stated: list[tuple[bool, Mapping[str, Any]]] = [(True, {"say": "as given"})]
    stated += [(True, each) for each in group.get("good", ())]
    for good, change in [*stated, *((False, each) for each in group.get("bad", ()))]:
        yield Case(
            type=group["type"],
            say=change["say"],
            good=good,
            held_out=held_out,
            source=change.get("source", group["source"]),
            inputs=_changed(group["given"], change),
            beside=tuple(group.get("beside", ())),
            then=tuple(group.get("then", ())) if good else (),
        )


def _changed(given: Properties, change: Mapping[str, Any]) -> Properties:
    inputs = copy.deepcopy(given)
    for path in change.get("drop", ()):
        inputs.pop(path)
    for path, value in change.get("set", {}).items():
        _set(inputs, path.split("."), copy.deepcopy(value))
    return inputs


def _set(holder: Value, path: list[str], value: Value) -> None:
    head, rest = path[0], path[1:]
    if isinstance(holder, list):
        if rest:
            _set(holder[int(head)], rest, value)
        else:
            holder[int(head)] = value
    elif isinstance(holder, dict):
        if rest:
            _set(holder.setdefault(head, {}), rest, value)
        else:
            holder[head] = value


def judge(case: Case) -> tuple[Verdict, list[str]]:
    """Put a case to the offline AWS, through the provider; gives when it was refused, if ever, and why."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder) / "store.db")) as store:
        provider = _Provider(Lifecycle(store))
        for each in case.beside:
            provider.up(each["type"], each["name"], each["inputs"])
        return provider.verdict(case)


class _Provider:
    """Creates resources as the engine would."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._connection = Connection(package="aws", urn="urn:pulumi:dev::cases::pulumi:providers:aws::aws")
        self._outputs: dict[str, Properties] = {}

    def up(self, type: str, name: str, inputs: Properties) -> None:
        """Create a resource; raises ``RefusedError``."""
        checked, diagnostics = self._checked(type, name, inputs)
        if diagnostics:
            raise RefusedError(diagnostics)
        made = self._lifecycle.create(self._connection, _urn(type, name), type, Decoded(checked), False)
        self._outputs[name] = {**made.outputs.properties, "id": made.id}

    def verdict(self, case: Case) -> tuple[Verdict, list[str]]:
        checked, diagnostics = self._checked(case.type, "case", case.inputs)
        if diagnostics:
            return "preview", [str(diagnostic) for diagnostic in diagnostics]
        urn = _urn(case.type, "case")
        try:
            self._lifecycle.create(self._connection, urn, case.type, Decoded(checked), True)
        except RefusedError as error:
            return "preview", [str(diagnostic) for diagnostic in error.diagnostics]
        if has_unknown(checked):
            return "accepted", []
        try:
            self._lifecycle.create(self._connection, urn, case.type, Decoded(checked), False)
            for each in case.then:
                self.up(each["type"], each["name"], each["inputs"])
        except RefusedError as error:
            return "up", [str(diagnostic) for diagnostic in error.diagnostics]
        return "accepted", []

    def _checked(self, type: str, name: str, inputs: Properties) -> tuple[Properties, list[Any]]:
        resolved = cast("Properties", self._resolved(inputs))
        return self._lifecycle.check(self._connection, _urn(type, name), type, {}, Decoded(resolved), _SEED)

    def _resolved(self, value: Value) -> Value:
        if value == "?":
            return UNKNOWN
        if isinstance(value, str) and value.startswith("@"):
            name, _, path = value[1:].partition(".")
            return self._outputs[name][path]
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        if isinstance(value, dict):
            return {key: self._resolved(each) for key, each in value.items()}
        return value


def _urn(type: str, name: str) -> str:
    return f"urn:pulumi:dev::cases::{type}::{name}"
