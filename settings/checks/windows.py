"""Rules about windows, which the product states for all its stacks, and a stack for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.windows import daily, overlap, weekly

_LONGEST = 24 * 60
_CACHE = 60
"""Minutes that ElastiCache asks for, twice of what RDS does."""
_PRODUCT_KEYS: tuple[Path, ...] = (("maintenance_window",), ("snapshot_window",))


@dataclass(frozen=True)
class _Window:
    """A window and the file that states it; `table`: neither does."""

    path: Path
    stated_by: Literal["stack", "product", "table"]
    value: str
    minutes: int


def check(context: StackContext) -> Iterator[Diagnostic]:
    """Report windows that this stack's own values make wrong."""
    yield from (diagnostic for by_product, diagnostic in _diagnostics(context) if not by_product)


def check_product(context: StackContext) -> Iterator[Diagnostic]:
    """Report, in the workload file, windows that the product states."""
    yield from dict.fromkeys(diagnostic for by_product, diagnostic in _diagnostics(context) if by_product)


def _diagnostics(context: StackContext) -> Iterator[tuple[bool, Diagnostic]]:
    database, cache = context.stack.database, context.stack.cache
    if database is not None:
        backup = _window(context, "database", "backup_window", database.backup_window)
        maintenance = _window(context, "database", "maintenance_window", database.maintenance_window)
        # The product's window is for the cache too, which asks for more.
        shared = maintenance.stated_by == "product" and cache is not None
        yield from _pair(backup, maintenance, least=30, least_weekly=_CACHE if shared else 30)
    if cache is not None:
        snapshot = _window(context, "cache", "snapshot_window", cache.snapshot_window)
        maintenance = _window(context, "cache", "maintenance_window", cache.maintenance_window)
        yield from _pair(snapshot, maintenance, least=_CACHE, least_weekly=_CACHE)


def _window(context: StackContext, section: str, key: str, value: str) -> _Window:
    minutes = (weekly if key == "maintenance_window" else daily)(value)[1]
    if context.states((section, key)):
        return _Window((section, key), "stack", value, minutes)
    if getattr(context.workload, key, None) is not None:
        return _Window((key,), "product", value, minutes)
    return _Window((section, key), "table", value, minutes)


def _pair(every_day: _Window, once_a_week: _Window, least: int, least_weekly: int) -> Iterator[tuple[bool, Diagnostic]]:
    for window, shortest in ((every_day, least), (once_a_week, least_weekly)):
        if not shortest <= window.minutes <= _LONGEST:
            allowed = f"{shortest} minutes to 24 hours long; this is {window.minutes} minutes"
            yield (
                window.stated_by == "product",
                Diagnostic(window.path, window.value, allowed, "move the end of the window"),
            )
    if overlap(every_day.value, once_a_week.value):
        blamed, other = (every_day, once_a_week) if every_day.stated_by != "table" else (once_a_week, every_day)
        allowed = f"apart from {other.path[-1]}, {other.value}"
        by_product = blamed.stated_by == "product"
        concerns = _PRODUCT_KEYS if by_product else (other.path, *of_product(*_PRODUCT_KEYS))
        yield by_product, Diagnostic(blamed.path, blamed.value, allowed, "move one of the two windows", concerns)
