"""What a cluster version serves: the built-in kinds with their schemas, and the walk along them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import cast

from offline_cloud.kubernetes.schema import directory
from offline_cloud.kubernetes.typed import Schema, Walker, kinds


@cache
def walker(version: str) -> Walker:
    """Give the walk along a cluster version's own types."""
    stated = json.loads((directory(version) / "_definitions.json").read_text("utf-8"))
    return Walker(cast("Mapping[str, Schema]", stated["$defs"]))


@cache
def definition(version: str, api_version: str, kind: str) -> str | None:
    """Give the definition of a built-in kind; None when it is not served."""
    return _kinds(version).get((api_version, kind))


@cache
def _kinds(version: str) -> dict[tuple[str, str], str]:
    return kinds(walker(version).definitions)
