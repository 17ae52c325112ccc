"""One mistake in a product's own workload file, and what a person must be told about it."""

from __future__ import annotations

from dataclasses import dataclass

from settings.raw import Raw
from tests.settings.product import Delete


@dataclass(frozen=True)
class Case:
    """Set `path` of the product's file to `value`; `at` (by default `path`) is where the diagnostic must stand."""

    path: str
    value: Raw | Delete
    allowed: str
    fix: str
    at: str = ""

    @property
    def place(self) -> str:
        return self.at or self.path

    @property
    def name(self) -> str:
        return f"{self.path} = {str(self.value)[:40]}"
