"""A look-up as the program makes it, and what the ways of answering share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from offline_cloud.cloud.model import Diagnostic, Properties, Record, Value, World, objects

ACCOUNT_HELP: Final = "or state what stands in the account with --account FILE (docs/how-to/run-another-program.md)"


@dataclass(frozen=True)
class Question:
    """One invoke: its token, its arguments as they come over the wire, and the account that it is asked of.

    ``stand`` lets a record that every account has stand in this one from now on, such as the default VPC.
    """

    token: str
    arguments: Properties
    region: str
    world: World
    stand: Callable[[Record], None]

    @property
    def function(self) -> str:
        """The bare name, such as ``getVpc``."""
        return self.token.rpartition(":")[2]

    def stated(self) -> Properties:
        """The arguments that the program states, without the region, which is the account's side of the question."""
        return {
            name: value for name, value in self.arguments.items() if value not in (None, [], {}) and name != "region"
        }

    def described(self) -> str:
        """The stated arguments for people: ``name=example.com, tags.Name=main``."""
        return ", ".join(_written(name, value) for name, value in self.stated().items()) or "no argument"


Answer: TypeAlias = Properties | Diagnostic
Answering: TypeAlias = Callable[[Question], Answer]


def truthy(value: Value) -> bool:
    """Read a flag as the provider does, which takes the word for it too."""
    return value is True or value == "true"


def filters(arguments: Mapping[str, Value], key: str = "filters") -> dict[str, list[str]]:
    """Read filters: name → values, of which one has to fit."""
    found: dict[str, list[str]] = {}
    for entry in objects(arguments, key):
        values = entry.get("values")
        found[str(entry.get("name"))] = [str(value) for value in values] if isinstance(values, list) else []
    return found


def fits(value: str, patterns: list[str]) -> bool:
    """Tell whether a value fits one of a filter's patterns, in which ``*`` and ``?`` stand for anything."""
    return any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def _written(name: str, value: Value) -> str:
    if isinstance(value, dict):
        return ", ".join(_written(f"{name}.{key}", below) for key, below in value.items())
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        pairs = filters({name: value}, name)
        return ", ".join(f"{key}={'|'.join(values)}" for key, values in pairs.items())
    if isinstance(value, list):
        return f"{name}={'|'.join(str(item) for item in value)}"
    return f"{name}={value}"
