"""From what a program in another language states to the platform's own settings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from pulumi import Input, Output

from settings.base import Settings
from settings.cells import ENVIRONMENT_NAMES, WORKLOAD
from settings.diagnostics import Diagnostic, SettingsError
from settings.environments import ENVIRONMENTS
from settings.raw import Path, Raw, merged
from settings.suggest import choose, listed
from settings.validation import validate

Model = TypeVar("Model", bound=Settings)
_LEAST_ZONES = 2


def _no_rules(_: Settings) -> Iterable[Diagnostic]:
    return ()


def plain(value: object) -> Raw:
    """Return a value as YAML would give it: every number comes from the engine as a float, 3 as 3.0."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): plain(each) for key, each in entries.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in cast("list[object]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return cast("Raw", value)


def section(
    name: str,
    model: type[Model],
    environment: str,
    stated: object,
    product: Settings | None = None,
    rules: Callable[[Model], Iterable[Diagnostic]] = _no_rules,
) -> Model:
    """Return one section of a stack's settings: what `stated` says, over the environment's row of the table.

    `product` holds the values that the row leaves to the product. `rules` span several keys. Raises SettingsError with
    every mistake, each with its path below `settings`.
    """
    if environment not in ENVIRONMENTS:
        fix = choose(environment, ENVIRONMENT_NAMES, "name one of them")
        raise SettingsError([Diagnostic(("environment",), environment, listed(ENVIRONMENT_NAMES), fix)])
    row = cast("dict[str, Raw]", ENVIRONMENTS[environment].get(name, {}))
    needs: dict[str, Raw] = product.model_dump(mode="json") if product else {}
    filled = {key: needs.get(key, value) if value == WORKLOAD else value for key, value in row.items()}
    found = model_of(model, merged(filled, _mapping(("settings",), stated)), ("settings",))
    broken = [replace(each, path=("settings", *each.path[1:])) for each in rules(found)]
    if broken:
        raise SettingsError(broken)
    return found


def model_of(model: type[Model], stated: object, path: Path) -> Model:
    """Validate a mapping. Raises SettingsError with every mistake, each with its path below `path`."""
    validated = validate(model, _mapping(path, stated))
    if validated.diagnostics or validated.model is None:
        raise SettingsError(_below(path, each) for each in validated.diagnostics)
    return validated.model


def _mapping(path: Path, stated: object) -> dict[str, Raw]:
    value = plain(stated if stated is not None else {})
    if not isinstance(value, dict):
        raise SettingsError([Diagnostic(path, value, "a mapping of settings", "state each by its key")])
    return value


def _below(path: Path, diagnostic: Diagnostic) -> Diagnostic:
    return Diagnostic((*path, *diagnostic.path), diagnostic.given, diagnostic.allowed, diagnostic.fix)


def text(arguments: Mapping[str, Any], key: str) -> str:
    """Return a plain text argument. Raises SettingsError for another kind of value."""
    value = arguments.get(key)
    if isinstance(value, str):
        return value
    given = "an output of another resource" if isinstance(value, Output) else plain(value)
    raise SettingsError([Diagnostic((key,), given, "text that is known in a preview", "write the value itself")])


def zones_of(arguments: Mapping[str, Any]) -> list[str]:
    """Return the names of zones. Raises SettingsError for fewer than two, which a database has its subnets in (RDS)."""
    given = plain(arguments.get("zones"))
    if isinstance(given, list) and len(given) >= _LEAST_ZONES and all(isinstance(each, str) for each in given):
        return cast("list[str]", given)
    allowed = f"the names of {_LEAST_ZONES} zones or more"
    raise SettingsError([Diagnostic(("zones",), given, allowed, "name the zones of the subnets, in their order")])


def each_of(values: Input[list[str]], count: int) -> list[Output[str]]:
    """Return the first `count` values of a list that may not be known in a preview, one output each."""
    whole = Output.from_input(values)
    return [whole.apply(lambda known, at=at: known[at]) for at in range(count)]
