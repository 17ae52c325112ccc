"""Folders of a service that outlive its containers, or its pods."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ConditionalValues, Out
from components.chart_values.types import FilePath, Name, Quantity


@dataclass(frozen=True)
class _HandleOfShared:
    """A shared folder has a handle, and no other has one."""

    def check(self, stated: Mapping[str, object]) -> None:
        if (stated["kind"] == "shared") != ("handle" in stated):
            raise ValueError("a shared folder needs its handle, and no other has one")

    def schema(self) -> dict[str, object]:
        return {
            "if": {"properties": {"kind": {"const": "shared"}}},
            "then": {"required": ["handle"]},
            "else": {"properties": {"handle": False}},
        }


class Volume(ConditionalValues):
    """A folder: scratch in memory or on the node's disk, a volume of each pod's own, or one that all pods share."""

    conditions = (_HandleOfShared(),)

    path: FilePath
    kind: Literal["scratch", "disk", "persistent", "shared"]
    size: Quantity
    handle: Out[Annotated[str, Field(pattern="^[^:]+::[^:]+$")]] | None = None
    """File system and access point of a shared folder, as the EFS driver takes them."""
    folder: Name | None = None
    """Name of a shared folder that several services see by one claim."""
