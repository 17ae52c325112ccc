"""Values drawn for the settings of a stack and its product, and as many of them as the settings accept together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from components.checked import refuse_unbuildable
from settings import PlatformSettings, SettingsError
from settings.environments import ENVIRONMENTS
from settings.raw import Path as RawPath
from settings.raw import Raw, dotted, merged, related
from settings.runtimes import RuntimeName
from settings.stack import EnvironmentName, StackSettings
from settings.workload import Workload
from tests.settings.drawn import Drawn, settings_of
from tests.settings.every_capability import ON_A_CLUSTER, ON_TASKS
from tests.settings.product import DELETE, Files, files, with_change

PRODUCTS: dict[RuntimeName, dict[str, Raw]] = {"eks": ON_A_CLUSTER, "ecs": ON_TASKS}
_OF_THE_CASE = ("environment", "runtime", "workload", "name", "primary_stack", "preview")
"""What a case is about, and the names of other files: tests/platform previews a region beside its primary. `preview` is
for `make plan`, which runs no policies."""
_REFERRED_TO = {"host", "port", "ports", "secrets", "service", "uses"}
"""Keys whose value another setting repeats: changed alone, it is refused, and takes others with it."""
_AT_ONCE = 60
"""Settings of the product that are changed at once: with more, most refuse each other."""


@dataclass(frozen=True)
class Change:
    """A value that is tried for a setting of one of the two files."""

    of_stack: bool
    path: RawPath
    value: Raw


def base(environment: EnvironmentName, runtime: RuntimeName, folder: Path) -> Files:
    """Two files that are accepted: a product with everything that the runtime has, and a stack of the environment."""
    stated = files(folder)
    stack: dict[str, Raw] = {**stated.stack, "environment": environment, "runtime": runtime}
    if environment == "budget" and runtime == "eks":
        stack = merged(stack, {"network": {"nat": "single"}})  # a cluster's images come from outside
    return replace(stated, stack=stack, workload=PRODUCTS[runtime])


@cache
def drawn(environment: EnvironmentName, runtime: RuntimeName) -> tuple[list[Drawn], list[Drawn]]:
    """List every setting of the stack, and of its product, with what it may be."""
    stated = base(environment, runtime, Path())
    of_stack = settings_of(StackSettings, merged(ENVIRONMENTS[environment], stated.stack))
    return list(_free(of_stack)), list(_free(settings_of(Workload, stated.workload)))


def _free(settings: Iterator[Drawn]) -> Iterator[Drawn]:
    yield from (each for each in settings if each[0][0] not in _OF_THE_CASE and each[0][-1] not in _REFERRED_TO)


@st.composite
def changes(draw: st.DrawFn, environment: EnvironmentName, runtime: RuntimeName) -> list[list[Change]]:
    """Draw a value for every setting of the stack, and for some of the product's."""
    of_stack, of_product = drawn(environment, runtime)
    some = draw(st.sets(st.integers(0, len(of_product) - 1), min_size=_AT_ONCE, max_size=_AT_ONCE))
    chosen = [of_product[index] for index in sorted(some)]
    return [
        [Change(of_stack=True, path=path, value=draw(values)) for path, values in of_stack],
        [Change(of_stack=False, path=path, value=draw(values)) for path, values in chosen],
    ]


def accepted(stated: Files) -> PlatformSettings:
    """Load and judge two files as the program does. Raises `SettingsError`."""
    stated.write()
    settings = stated.load()
    refuse_unbuildable(settings)
    return settings


def changed(stated: Files, changes: Sequence[Change]) -> Files:
    """Lay values over the two files; what takes a whole section away comes last."""
    stack, workload = stated.stack, stated.workload
    for each in sorted(changes, key=lambda change: -len(change.path)):
        if each.of_stack:
            # The engine hands over no key without a value.
            nothing = each.value is None and len(each.path) == 1
            stack = with_change(stack, dotted(each.path), DELETE if nothing else each.value)
        else:
            workload = with_change(workload, dotted(each.path), each.value)
    return replace(stated, stack=stack, workload=workload)


def settled(stated: Files, changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes that the settings accept together, nearly all: what a diagnostic names is left out.

    Where the diagnostics name none of them, each half is tried by itself.
    """
    while True:
        try:
            accepted(changed(stated, changes))
        except SettingsError as error:
            named = _named(changes, error)
        else:
            return changes
        if not named and len(changes) > 1:
            half = len(changes) // 2
            first = settled(stated, changes[:half])
            return [*first, *settled(changed(stated, first), changes[half:])]
        changes = [each for each in changes if each not in named] if named else ()


def _named(changes: Sequence[Change], error: SettingsError) -> list[Change]:
    """List the changes of what the diagnostics name; else of what these depend on."""
    named = [each for diagnostic in error.diagnostics for each in _at(changes, diagnostic.path)]
    return named or [
        each for diagnostic in error.diagnostics for path in diagnostic.concerns for each in _at(changes, path)
    ]


def _at(changes: Sequence[Change], place: RawPath) -> list[Change]:
    """Find the change of a place; else every second of those inside it and around it."""
    exactly = [each for each in changes if each.path == place]
    return exactly or [each for each in changes if related(each.path, place)][::2]
