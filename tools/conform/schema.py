"""What Terraform's AWS provider takes, by resource type: read from the packed table, or from a provider at hand.

`Schema` says the same for both, so that the conversion does not care who stated it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

TABLE = Path(__file__).with_name("table.json")
Nesting = Literal["", "list", "set", "map", "single"]


@dataclass(frozen=True)
class Argument:
    """One argument or attribute of a resource, or of an object inside it.

    `kind` is `string`, `number`, `bool`, or `object`, whose members `members` holds; `any` is blocks whose form the
    table leaves open, and `dynamic` what is written as it is given. `nesting` is what holds several of them. A `block`
    is written as one in Terraform; an attribute of objects is not, and wants every member.
    `one` is a list or set that takes a single block. What is neither `required` nor `settable` is computed.
    """

    kind: str
    nesting: Nesting = ""
    required: bool = False
    settable: bool = True
    block: bool = False
    one: bool = False
    members: "Mapping[str, Argument]" = field(default_factory=dict[str, "Argument"])


@dataclass(frozen=True)
class Schema:
    """The resource types of one version of the provider."""

    version: str
    source: str
    provider: Mapping[str, Argument]
    resources: Mapping[str, Mapping[str, Argument]]


def packed() -> Schema:
    """Return the table that is kept beside this file."""
    table = cast("dict[str, Any]", json.loads(TABLE.read_text("utf-8")))
    resources = cast("dict[str, dict[str, Any]]", table["resources"])
    return Schema(
        version=table["version"],
        source=f"{table['source']}, read on {table['read']}",
        provider=_all_unpacked(table["provider"]),
        resources={name: _all_unpacked(body) for name, body in resources.items()},
    )


def _all_unpacked(body: Mapping[str, Any]) -> dict[str, Argument]:
    return {name: _unpacked(each) for name, each in body.items()}


def pack(argument: Argument) -> Any:
    """Write an argument as the table holds it: its words, and its members where it has some."""
    words = [
        *([argument.kind] if argument.kind != "object" else []),
        *([argument.nesting] if argument.nesting else []),
        *(word for word in ("required", "block", "one") if getattr(argument, word)),
        *([] if argument.settable else ["computed"]),
    ]
    if argument.kind != "object":
        return " ".join(words)
    return [" ".join(words), {name: pack(each) for name, each in sorted(argument.members.items())}]


def _unpacked(stated: Any) -> Argument:
    text, members = (stated, None) if isinstance(stated, str) else cast("list[Any]", stated)
    words = cast("str", text).split()
    kind = "object" if members is not None else words.pop(0)
    return Argument(
        kind=kind,
        nesting=cast("Nesting", next((each for each in words if each in ("list", "set", "map", "single")), "")),
        required="required" in words,
        settable="computed" not in words,
        block="block" in words,
        one="one" in words,
        members=_all_unpacked(cast("dict[str, Any]", members or {})),
    )


def from_provider(version: str, stated: Mapping[str, Any], types: Iterable[str]) -> Schema:
    """Read `terraform providers schema -json` for the types named; a type that the provider lacks is not there."""
    found = next(body for name, body in stated["provider_schemas"].items() if name.endswith("hashicorp/aws"))
    schemas = cast("Mapping[str, Any]", found["resource_schemas"])
    return Schema(
        version=version,
        source="the provider at hand",
        provider=_block(found["provider"]["block"]),
        resources={name: _block(schemas[name]["block"]) for name in types if name in schemas},
    )


def _block(stated: Mapping[str, Any]) -> dict[str, Argument]:
    attributes = {name: _attribute(each) for name, each in stated.get("attributes", {}).items()}
    blocks = {name: _nested_block(each) for name, each in stated.get("block_types", {}).items()}
    return {**attributes, **blocks}


def _nested_block(stated: Mapping[str, Any]) -> Argument:
    return Argument(
        kind="object",
        nesting="single" if stated["nesting_mode"] == "group" else stated["nesting_mode"],
        required=stated.get("min_items", 0) > 0,
        block=True,
        one=stated.get("max_items") == 1,
        members=_block(stated["block"]),
    )


def _attribute(stated: Mapping[str, Any]) -> Argument:
    required = bool(stated.get("required"))
    flags: dict[str, Any] = {"required": required, "settable": required or bool(stated.get("optional"))}
    if "nested_type" in stated:
        inner = stated["nested_type"]
        members = {name: _attribute(each) for name, each in inner["attributes"].items()}
        return Argument("object", nesting=inner["nesting_mode"], members=members, **flags)
    return _typed(stated["type"], flags)


def _typed(stated: Any, flags: Mapping[str, Any]) -> Argument:
    if isinstance(stated, str):
        return Argument(stated, **flags)
    form, inner = cast("list[Any]", stated)
    if form == "object":
        return Argument("object", nesting="single", members=_members(inner), **flags)
    if isinstance(inner, list) and cast("list[Any]", inner)[0] == "object":
        return Argument("object", nesting=form, members=_members(cast("list[Any]", inner)[1]), **flags)
    return Argument(inner, nesting=form, **flags) if isinstance(inner, str) else Argument("dynamic", **flags)


def _members(stated: Mapping[str, Any]) -> dict[str, Argument]:
    return {name: _typed(each, {}) for name, each in stated.items()}
