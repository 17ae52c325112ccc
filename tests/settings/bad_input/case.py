"""One mistake and what a person must be told about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from settings.raw import Raw
from tests.settings.product import Delete


@dataclass(frozen=True)
class Case:
    """Set `path` to `value` in one of the two files; `at` (by default `path`) is where the diagnostic must stand.

    `also` changes more values of the same file first.
    """

    file: Literal["stack", "workload"]
    path: str
    value: Raw | Delete
    allowed: str
    fix: str
    at: str = ""
    given: str = ""
    also: dict[str, Raw] = field(default_factory=dict[str, Raw])
    requirements: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        place = self.at or self.path
        return f"groundwork:{place}" if self.file == "stack" else place

    @property
    def name(self) -> str:
        return f"{self.file}: {self.path} = {str(self.value)[:40]}"


def stack(path: str, value: Raw | Delete, allowed: str, fix: str, **more: Any) -> Case:
    return Case("stack", path, value, allowed, fix, **more)


def workload(path: str, value: Raw | Delete, allowed: str, fix: str, **more: Any) -> Case:
    return Case("workload", path, value, allowed, fix, **more)
