"""The texts of a configuration: what refers to another resource, what is secret, and what is made up.

A text that another resource computes becomes a reference, so that a plan does not judge what is made up here. A JSON
document stays as it is, so that a plan does judge it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from tools.conform.names import TYPES, argument_of
from tools.conform.registered import Registered
from tools.conform.schema import Schema

PLACEHOLDER = "a-secret-is-not-written-here"
_SECRETS = ("random:index/randomBytes:RandomBytes", "random:index/randomPassword:RandomPassword")
_IDENTIFIER = "random:index/randomId:RandomId"
_NAME = re.compile(r"[^A-Za-z0-9_-]")
_SHORTEST = 8
"""Characters: a shorter value stands in texts by chance."""


class References:
    """What the texts of one graph may refer to."""

    def __init__(self, registered: Iterable[Registered], schema: Schema) -> None:
        self._registered = list(registered)
        self._schema = schema

    @cached_property
    def addresses(self) -> Mapping[str, tuple[str, str]]:
        """Give each resource that the provider has its type and a name that no other of the type has, by URN."""
        found: dict[str, tuple[str, str]] = {}
        taken: set[tuple[str, str]] = set()
        for each in self._registered:
            type = TYPES.get(each.type, "")
            if type in self._schema.resources:
                name = _NAME.sub("_", each.name)
                name = name if name[0].isalpha() else f"_{name}"
                while (type, name) in taken:
                    name += "_"
                taken.add((type, name))
                found[each.urn] = (type, name)
        return found

    def text(self, value: str, sources: frozenset[str]) -> str:
        """Write a text as Terraform reads it; `sources` are the resources whose outputs it is made of."""
        if any(secret in value for secret in self._secrets):
            return PLACEHOLDER
        for made_up, identifier in self._identifiers.items():
            value = value.replace(made_up, identifier)
        known = {text: found for urn in self._behind(sources) for text, found in self._computed.get(urn, {}).items()}
        if not known or value.lstrip().startswith(("{", "[")):
            return escaped(value)
        pattern = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True))
        pieces = re.split(f"({pattern})", value)
        return "".join(known[piece] if index % 2 else escaped(piece) for index, piece in enumerate(pieces))

    def list_of(self, sources: frozenset[str]) -> str | None:
        """Refer to the only list that one of these computes: a list that is made up is empty, and says no more."""
        found = {each for urn in self._behind(sources) for each in self._lists.get(urn, ())}
        return found.pop() if len(found) == 1 else None

    def _behind(self, sources: frozenset[str]) -> list[str]:
        """List these resources and those whose outputs they pass on, such as a policy's the name of its topic."""
        found: set[str] = set()
        queue = list(sources)
        while queue:
            urn = queue.pop()
            if urn not in found:
                found.add(urn)
                queue += self._sources.get(urn, ())
        return sorted(found)

    @cached_property
    def _sources(self) -> dict[str, frozenset[str]]:
        return {each.urn: frozenset().union(*each.property_dependencies.values()) for each in self._registered}

    @cached_property
    def _lists(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self._registered:
            if each.urn in self.addresses:
                type, name = self.addresses[each.urn]
                arguments = self._schema.resources[type]
                named = [argument_of(type, "", key, arguments) for key, value in each.outputs.items() if value == []]
                computed = [key for key in named if key and not arguments[key].settable and arguments[key].nesting]
                found[each.urn] = [f"${{{type}.{name}.{key}}}" for key in computed]
        return found

    @cached_property
    def _computed(self) -> dict[str, dict[str, str]]:
        """Give the references to what each resource computes, by URN and by the made-up value."""
        return {each.urn: self._outputs(each) for each in self._registered if each.urn in self.addresses}

    def _outputs(self, source: Registered) -> dict[str, str]:
        type, name = self.addresses[source.urn]
        found: dict[str, str] = {}
        for property, output in source.outputs.items():
            if property in source.inputs or not isinstance(output, str) or len(output) < _SHORTEST:
                continue
            attribute = argument_of(type, "", property, self._schema.resources[type])
            if attribute is not None:
                found[output] = f"${{{type}.{name}.{attribute}}}"
        if source.id:
            found[source.id] = f"${{{type}.{name}.id}}"
        return found

    @cached_property
    def _secrets(self) -> frozenset[str]:
        values = (value for each in self._registered if each.type in _SECRETS for value in each.outputs.values())
        return frozenset(value for value in values if isinstance(value, str) and len(value) >= _SHORTEST)

    @cached_property
    def _identifiers(self) -> dict[str, str]:
        """Give random identifiers their real form, since names that hold them have a greatest length."""
        return {
            str(each.outputs["hex"]): hashlib.sha256(each.name.encode()).hexdigest()[
                : 2 * int(each.inputs["byteLength"])
            ]
            for each in self._registered
            if each.type == _IDENTIFIER
        }


def escaped(text: str) -> str:
    """Keep Terraform from reading a template into a text."""
    return text.replace("${", "$${").replace("%{", "%%{")
