"""The settings of every capability: the section that both files state, its environment rows, and its rules."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from settings.base import Settings
from settings.cells import Cells
from settings.checks import cache, database, event_bus, timeseries
from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.sizes import cache as cache_sizes
from settings.sizes import database as database_sizes
from settings.sizes import event_bus as event_bus_sizes
from settings.sizes import timeseries as timeseries_sizes
from settings.workload import Workload
from settings.workload.cache import CacheNeeds
from settings.workload.database import DatabaseNeeds
from settings.workload.event_bus import EventBusNeeds
from settings.workload.timeseries import TimeseriesNeeds


@dataclass(frozen=True, kw_only=True)
class Section:
    """One capability's settings. `name` is the key in both files, a field of `Workload` and of `StackSettings`.

    `needs` is what the workload file states. `rows` are what a stack of each environment starts from, by the setting
    below the section. `windows` are the keys that the product states for all of its data at once. `check` judges the
    workload file alone, `check_stack` a stack beside it.
    """

    name: str
    needs: type[Settings]
    rows: Mapping[str, Cells] = field(default_factory=dict[str, Cells])
    windows: tuple[str, ...] = ()
    check: Callable[[Workload], Iterator[Diagnostic]] | None = None
    check_stack: Callable[[StackContext], Iterator[Diagnostic]] | None = None


SECTIONS: Final = (
    Section(
        name="database",
        needs=DatabaseNeeds,
        rows=database_sizes.ROWS,
        windows=("maintenance_window",),
        check=database.check,
    ),
    Section(
        name="timeseries",
        needs=TimeseriesNeeds,
        rows=timeseries_sizes.ROWS,
        check=timeseries.check,
        check_stack=timeseries.check_stack,
    ),
    Section(
        name="event_bus",
        needs=EventBusNeeds,
        rows=event_bus_sizes.ROWS,
        check=event_bus.check,
        check_stack=event_bus.check_stack,
    ),
    Section(
        name="cache",
        needs=CacheNeeds,
        rows=cache_sizes.ROWS,
        windows=("maintenance_window", "snapshot_window"),
        check=cache.check,
        check_stack=cache.check_stack,
    ),
)
"""In the order in which the environment table and the rules list them."""


def asked(workload: Workload, section: Section) -> Settings | None:
    """Return what a product states of a section; None where it does not ask for it."""
    stated: object = getattr(workload, section.name)
    return stated if isinstance(stated, Settings) else None
