"""Outputs of what a file names itself."""

from typing import ClassVar

from pydantic import Field

from settings.base import Settings
from settings.workload.outputs import Offered, offered_outputs


class _Shelf(Offered, Settings):
    OUTPUTS: ClassVar[tuple[str, ...]] = ("name", "url")


class _Store(Settings):
    shelves: dict[str, _Shelf] = Field(default={})
    labels: dict[str, str] = Field(default={})
    open: bool = True


def test_each_entry_gives_its_outputs_under_its_section_and_name() -> None:
    store = _Store(shelves={"upper": _Shelf(), "lower": _Shelf()}, labels={"a": "b"})
    assert [*offered_outputs(store)] == [
        "shelves.upper.name",
        "shelves.upper.url",
        "shelves.lower.name",
        "shelves.lower.url",
    ]
