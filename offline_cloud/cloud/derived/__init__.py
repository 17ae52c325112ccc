"""What is derived of AWS's resource types: one table for each module of the SDK, read when a type of it comes up.

``python -m tools.aws_model`` writes the tables from the SDK, botocore's service models and CloudFormation's schemas.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, cast

_FOLDER: Final = "tables"
Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A module's table: ``specs`` are what values have to be, ``types`` point to them by their place."""

    head: Mapping[str, str]
    specs: tuple[Spec, ...]
    types: Mapping[str, Spec]


_EMPTY: Final = Table({}, (), {})


def module(type: str) -> str:
    """Give the SDK's module of a type token: ``rds`` of ``aws:rds/instance:Instance``."""
    return type.split(":")[1].split("/", maxsplit=1)[0]


@cache
def table(name: str) -> Table:
    """Read the table of a module once; an empty one where there is none."""
    file = resources.files("offline_cloud.cloud.derived").joinpath(_FOLDER, f"{name}.json")
    if not file.is_file():
        return _EMPTY
    document = cast("dict[str, Any]", json.loads(file.read_text("utf-8")))
    return Table(document["head"], tuple(document["specs"]), document["types"])


@cache
def unjudged() -> frozenset[str]:
    """Name the types of which neither a table nor a rule says what they take."""
    return frozenset(
        json.loads(resources.files("offline_cloud.cloud.derived").joinpath("unjudged.json").read_text("utf-8"))
    )


def entry(type: str) -> Spec:
    """Give what is derived of a type; empty where nothing is."""
    return table(module(type)).types.get(type, {}) if type.startswith("aws:") else {}
