"""The tables of verdicts: one file for each service under `verdicts/`, over what CloudFormation's reference states.

A row says what a change of a property means. Rows of a property are tried in their order, and the first whose
conditions hold counts. What no row speaks of is as CloudFormation's reference says in `updates.json`; what neither
speaks of falls in the default class that the type's file states.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tools.plan.preview import LATER, Change, State, value_at
from tools.plan.words import KINDS, WORDS, Kind, When

FOLDER: Final = Path(__file__).with_name("verdicts")
UPDATES: Final = Path(__file__).with_name("updates.json")
REFERENCE: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{}-{}.html"
REGISTRY: Final = "https://www.pulumi.com/registry/packages/{}/api-docs/{}/"
_OF_REFERENCE: Final = {"No interruption": Kind.NOTHING, "Some interruptions": Kind.RESTART}
Direction = Literal["smaller", "larger", "added", "removed", "enabled", "on", "off", "major", "older", "unpinned"]


def _kind(value: object) -> object:
    return KINDS.get(value, value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [cast("object", value)] if isinstance(value, dict) else value


def _known(kind: Kind) -> Kind:
    if kind not in WORDS:
        raise ValueError("no class of the plan")
    return kind


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Row(_Table):
    """What a change means, under which conditions, and who says so."""

    kind: Annotated[Kind, BeforeValidator(_kind), AfterValidator(_known)] = Field(alias="is")
    takes: str = ""
    """The interruption to expect, in words; empty where there is none."""
    when: When = "now"
    also: str = ""
    """What else has to move with it, or what to do."""
    source: str
    """A name of the file's sources; an address once the file is read."""
    change: Direction | None = None
    """Which way the value has to go for the row to count."""
    to: tuple[str, ...] = ()
    """The new values for which the row counts; empty: any."""
    where: Mapping[str, bool | int | str] = {}
    """Values of other inputs for which the row counts; `null` written as the text `none`."""

    def holds(self, change: Change, inputs: State) -> bool:
        """Whether the row speaks of a change."""
        if self.to and str(change.new) not in self.to:
            return False
        if self.change is not None and not _goes(self.change, change.old, change.new):
            return False
        return all(_is(value_at(inputs, path), wanted) for path, wanted in self.where.items())


Rows = Annotated[tuple[Row, ...], BeforeValidator(_listed)]


class Type(_Table):
    """One type of resource, or one kind of Kubernetes object."""

    holds: str | None = None
    """What is lost with it: only a type that holds something can lose it."""
    copy_of: str | None = None
    """An input that makes it a copy of another: a copy holds nothing that the other has not."""
    default: Row
    """What an update means of which no row speaks."""
    replaced: Row | None = None
    """What a replacement means; without it, that it is replaced, or that what it holds is lost."""
    deleted: Row | None = None
    """What a deletion means; without it, as a replacement."""
    created: Row | None = None
    """What a creation means; without it, nothing visible."""
    keyed: Mapping[str, str] = {}
    """Lists whose items are told apart by a name: the path of the list, and the item's key."""
    copied: Row | None = None
    """What it means that a copy goes."""
    updates: Mapping[str, Rows] = {}
    """Rows by the property's path; the longest path that leads to a change counts."""


class Service(_Table):
    """One file: addresses of pages by short names, and the types."""

    sources: Mapping[str, str]
    types: Mapping[str, Type]


@cache
def types() -> Mapping[str, Type]:
    """Every type by its token, or by its kind for objects of Kubernetes, with addresses in the place of names."""
    found: dict[str, Type] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        service = Service.model_validate(_cited(yaml.load(file.read_text("utf-8"), yaml.CSafeLoader), file.name))
        found.update(service.types)
    return found


def _cited(document: dict[str, Any], file: str) -> dict[str, Any]:
    sources = cast("Mapping[str, str]", document["sources"])

    def address(part: Any) -> Any:
        if isinstance(part, list):
            return [address(each) for each in cast("list[Any]", part)]
        if not isinstance(part, dict):
            return part
        below = {key: address(each) for key, each in cast("dict[str, Any]", part).items()}
        if "source" in below:
            if below["source"] not in sources:
                raise ValueError(f"{file}: no source is called {below['source']!r}")
            below["source"] = sources[below["source"]]
        return below

    return {"sources": sources, "types": address(document["types"])}


@cache
def reference() -> Mapping[str, Mapping[str, str]]:
    """What CloudFormation's reference says an update requires, by type and property."""
    return json.loads(UPDATES.read_text("utf-8"))


def rows_of(type: str, path: str) -> tuple[str, tuple[Row, ...]]:
    """Give the rows that speak of a path, and the path that they stand at; none where only the default does."""
    entry = types().get(type)
    words = path.split(".")
    for length in range(len(words), 0, -1):
        held = ".".join(words[:length])
        if entry is not None and held in entry.updates:
            return held, entry.updates[held]
    stated = reference().get(type, {}).get(words[0])
    if stated in _OF_REFERENCE:
        return words[0], (_by_reference(type, stated),)
    return words[0], ()


def _by_reference(type: str, stated: str) -> Row:
    kind = _OF_REFERENCE[stated]
    takes = "as CloudFormation's reference says: some interruption" if kind is not Kind.NOTHING else ""
    return Row.model_validate({"is": kind, "takes": takes, "source": reference_page(type)})


def reference_page(type: str) -> str:
    """Give the address of CloudFormation's page on a type, or of the provider's where there is none."""
    name = reference().get(type, {}).get("")
    if name is None:
        package, module, _ = type.split(":")
        return REGISTRY.format(package, module.lower())
    _, service, resource = name.lower().split("::")
    return REFERENCE.format(service, resource)


def judged(type: str, change: Change, inputs: State) -> Row | None:
    """Give the row that speaks of a change in place; None for a type that no table has."""
    for row in rows_of(type, change.path)[1]:
        if row.holds(change, inputs):
            return row
    entry = types().get(type)
    return entry.default if entry is not None else None


def every() -> Iterator[tuple[str, str, Row]]:
    """Every row of every table, with its type and path, in order; defaults are no rows of changes."""
    for type, entry in sorted(types().items()):
        for what in ("created", "replaced", "deleted", "copied"):
            row = cast("Row | None", getattr(entry, what))
            if row is not None:
                yield type, f"({what})", row
        for path, rows in entry.updates.items():
            yield from ((type, path, row) for row in rows)
        for path, stated in reference().get(type, {}).items():
            if path and path not in entry.updates and stated in _OF_REFERENCE:
                yield type, path, _by_reference(type, stated)


def _is(value: object, wanted: bool | int | str) -> bool:
    if wanted == "none":
        return value in (None, "", [], {})
    return value == wanted or str(value).lower() == str(wanted).lower()


def _goes(direction: Direction, old: object, new: object) -> bool:
    match direction:
        case "added":
            return old in (None, "", [], {})
        case "removed":
            return new in (None, "", [], {})
        case "enabled":
            return old in (None, 0, 0.0)
        case "on":
            return str(new).lower() in ("true", "enabled", "on")
        case "off":
            return str(new).lower() in ("false", "disabled", "off", "none")
        case "smaller" | "larger" | "older" | "major" | "unpinned":
            return _measured(direction, old, new)


def _measured(direction: Direction, old: object, new: object) -> bool:
    before, after = _numbers(old), _numbers(new)
    if not before or not after or LATER in (old, new):
        return False
    if direction == "major":
        return after[0] != before[0]
    # `16` after `16.4` is any minor version, the one that runs among them.
    unpinned = len(after) < len(before) and before[: len(after)] == after
    if direction == "unpinned":
        return unpinned
    if direction == "older" and unpinned:
        return False
    return after < before if direction in ("smaller", "older") else after > before


def _numbers(value: object) -> list[int]:
    """Give the numbers of a version or a quantity: `16.4` is 16 and 4, and `8Gi` is 8."""
    return [int(part) for part in re.findall(r"\d+", str(value))] if value is not None else []
