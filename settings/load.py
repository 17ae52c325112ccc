"""From a stack's raw configuration and a workload file to settings that a platform can be built from."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import cast

from pydantic import JsonValue

from settings.arithmetic.cluster_room import PodsOf
from settings.capabilities import SECTIONS, Section, asked
from settings.cells import WORKLOAD
from settings.checks.notes import notes
from settings.checks.platform import platform_diagnostics
from settings.checks.rules import stack_diagnostics, workload_diagnostics, workload_diagnostics_in
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic, SettingsError
from settings.document import Document, read
from settings.environments import ENVIRONMENTS
from settings.misspelt import as_meant
from settings.places import places
from settings.platform import PlatformSettings, follows
from settings.raw import Path, Raw, merged, related, value_at
from settings.shape import sample_of
from settings.source import Configuration
from settings.stack import StackSettings
from settings.stacks import clear_text_secrets, place, primary_region, read_stack, siblings, texts
from settings.suggest import choose, listed
from settings.validation import sound, validate
from settings.workload import Workload
from settings.workload.selection import chosen, in_a_secondary_region, sized


def load(
    stack_name: str,
    configuration: Configuration | Mapping[str, Raw],
    workloads: FilePath,
    stacks: FilePath | None = None,
    today: date | None = None,
    pods_of: PodsOf | None = None,
) -> PlatformSettings:
    """Validate a stack's configuration and the workload it names. Raises `SettingsError` with every mistake at once.

    `configuration` holds the stack file's `groundwork:` keys without that prefix, as `settings.source` reads them;
    `workloads` is the folder of workload files. `stacks`, the folder of stack files, adds line numbers and the
    comparison with the product's other regions. `today` (by default the day it is) decides what is noted, and which
    permits are in force: the settings returned hold no others. `pods_of` says what a cluster runs beside the product's
    services: with it, their room is judged.
    """
    given = configuration if isinstance(configuration, Configuration) else Configuration(dict(configuration))
    document = read_stack(stacks, stack_name)
    stated, misspelt = as_meant(given.values, document)
    product = _read_product(stated.get("workload"), workloads)
    today = today or datetime.now(UTC).date()
    stack = _read_stack(stack_name, stated, given.diagnostics, document, product, workloads, stacks, today)
    diagnostics = [*document.diagnostics, *product.diagnostics, *stack.diagnostics]
    diagnostics += (place(document, diagnostic) for diagnostic in misspelt)
    if stack.model is None or product.workload is None or product.document is None:
        raise SettingsError(diagnostics)
    settings = _settings(stack_name, stack.model, product.workload, stacks)
    settings = settings.model_copy(update={"places": places(document, product.document)})
    wrong = (*stack.wrong, *product.wrong)
    of_both = platform_diagnostics(settings, pods_of, wrong, doubtful=bool(diagnostics))
    diagnostics += [diagnostic for diagnostic in of_both if not _reported(diagnostic, tuple(diagnostics))]
    if diagnostics:
        raise SettingsError(diagnostics)
    noted = tuple(notes(stack.model, product.workload, today))
    in_force = tuple(permit for permit in stack.model.permits if permit.on(today))
    stack_today = settings.stack.model_copy(update={"permits": in_force})
    return settings.model_copy(
        update={"chart_values": dict(product.chart_values), "notes": noted, "stack": stack_today}
    )


def _reported(diagnostic: Diagnostic, reported: Sequence[Diagnostic]) -> bool:
    """Tell whether something is wrong already at the same place of the same file, or inside or around it."""
    return any(related(each.path, diagnostic.path) and diagnostic.file in ("", each.file) for each in reported)


def require_buildable(settings: PlatformSettings, pods_of: PodsOf | None = None) -> None:
    """Raise `SettingsError` with every mistake that only arithmetic shows in settings that were made or changed."""
    diagnostics = list(platform_diagnostics(settings, pods_of))
    if diagnostics:
        raise SettingsError(diagnostics)


def _settings(stack_name: str, stack: StackSettings, workload: Workload, stacks: FilePath | None) -> PlatformSettings:
    """Put together what this stack runs of its product."""
    kept = in_a_secondary_region(
        sized(chosen(workload, stack.application), stack.environment),
        follows=follows(stack),
        shares_hosts=stack.primary_stack is not None and stack.ingress.routing is not None,
    )
    primary = primary_region(stacks, stack.primary_stack) if follows(stack) else None
    return PlatformSettings(stack_name=stack_name, stack=stack, workload=kept, primary=primary)


@dataclass(frozen=True)
class _Product:
    """The workload file as far as it could be read. `wrong` are the places whose value is not the user's."""

    document: Document | None = None
    workload: Workload | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    wrong: tuple[Path, ...] = ()
    chart_values: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


def _read_product(name: Raw, folder: FilePath) -> _Product:
    path = folder / f"{name}.yaml"
    if not isinstance(name, str) or path.name != f"{name}.yaml" or not path.is_file():
        return _Product()
    document = read(path, f"{folder.name}/{path.name}")
    if not document.readable:
        return _Product(document, diagnostics=document.diagnostics)
    validated = validate(Workload, document.data, document.texts)
    found = list(validated.diagnostics)
    if validated.model:
        found += validated.keep([*_name_of_file(validated.model, path.stem), *workload_diagnostics(validated.model)])
    values, wrong = _chart_values(validated.model, folder)
    diagnostics = (*document.diagnostics, *map(document.place, found), *wrong)
    places_in_doubt = (*validated.wrong, *(diagnostic.path for diagnostic in document.diagnostics))
    return _Product(document, validated.model, diagnostics, places_in_doubt, values)


def _chart_values(
    workload: Workload | None, folder: FilePath
) -> tuple[Mapping[str, JsonValue], tuple[Diagnostic, ...]]:
    """Read the file that the product names for its vendor's chart; a missing one is a diagnostic of its own."""
    chart = workload.helm_chart if workload else None
    if chart is None or chart.values_file is None:
        return {}, ()
    document = read(folder / chart.values_file, f"{folder.name}/{chart.values_file}")
    if not isinstance(document.data, dict):
        diagnostic = Diagnostic(
            (), type(document.data).__name__, "a section: the chart's values by their keys", "add keys"
        )
        return {}, (*document.diagnostics, document.place(diagnostic))
    return cast("dict[str, JsonValue]", document.data), document.diagnostics


def _name_of_file(workload: Workload, stem: str) -> Iterator[Diagnostic]:
    if workload.name != stem:
        yield Diagnostic(("name",), workload.name, f"the file's name, {stem}", f"write {stem!r}, or rename the file")
    if "--" in workload.name:
        # Databases are named after it: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        fix = f"write {re.sub('--+', '-', workload.name)!r}, and rename the file"
        yield Diagnostic(("name",), workload.name, "single hyphens: RDS takes no two in a row", fix)


@dataclass(frozen=True)
class _Stack:
    """The stack's settings as far as they could be read."""

    model: StackSettings | None
    diagnostics: tuple[Diagnostic, ...]
    wrong: tuple[Path, ...]


def _read_stack(
    stack_name: str,
    stated: dict[str, Raw],
    unread: Sequence[Diagnostic],
    document: Document,
    product: _Product,
    workloads: FilePath,
    stacks: FilePath | None,
    today: date,
) -> _Stack:
    row = ENVIRONMENTS.get(str(stated.get("environment")), ENVIRONMENTS["dev"])
    workload = product.workload or _SOME_WORKLOAD
    filled = _fill_from_workload(merged(_pilot_light(row, stated), stated), workload)
    validated = validate(StackSettings, filled, texts(document))
    own = [*unread, *_name_of_stack(stack_name), *clear_text_secrets(document)]
    found = [*own, *sound(validated.diagnostics, [diagnostic.path for diagnostic in own])]
    if product.document is None and not any(diagnostic.path == ("workload",) for diagnostic in found):
        own.append(_unknown_workload(stated.get("workload"), workloads))
        found.append(own[-1])
    wrong = (*(diagnostic.path for diagnostic in own), *validated.wrong)
    diagnostics: list[Diagnostic] = []
    if validated.model:
        others = siblings(stacks, stack_name, stated.get("workload"), stated.get("environment"))
        primary = primary_region(stacks, validated.model.primary_stack)
        context = StackContext(stack_name, validated.model, workload, stated, others, primary, today)
        found += sound(stack_diagnostics(context), (*wrong, *_wrong_in_product(product)))
        if product.document and product.workload:
            in_product = sound(workload_diagnostics_in(context), product.wrong)
            diagnostics += map(product.document.place, in_product)
    diagnostics += (place(document, diagnostic) for diagnostic in found)
    return _Stack(validated.model, tuple(diagnostics), wrong)


def _wrong_in_product(product: _Product) -> tuple[Path, ...]:
    """The product's wrong places, as rules about the stack name them: see `settings.context.of_product`.

    Where the file says nothing, the whole product is in doubt.
    """
    stated = product.workload is not None and product.document is not None and product.document.data
    return of_product(*product.wrong) if stated else of_product(())


def _pilot_light(row: dict[str, Raw], stated: dict[str, Raw]) -> dict[str, Raw]:
    """Start a region that stands by small, unless its file says otherwise (AT-G10)."""
    stands_by = stated.get("primary_stack") and value_at(stated, ("ingress", "routing")) == "secondary"
    if stands_by and value_at(row, ("application", "scale")) == WORKLOAD:
        return merged(row, {"application": {"scale": "pilot"}})
    return row


def _name_of_stack(stack_name: str) -> Iterator[Diagnostic]:
    """The stack's name starts every physical name, so it must fit where a DNS label does."""
    if not re.fullmatch(r"[a-z](-?[a-z0-9])*", stack_name) or len(stack_name) > _LONGEST_STACK_NAME:
        most = _LONGEST_STACK_NAME
        allowed = f"a stack name of at most {most} lower-case letters, digits and single hyphens, a letter first"
        yield Diagnostic(("stack",), stack_name, allowed, "make a stack such as prod or prod-eu-west-1")


_LONGEST_STACK_NAME = 30


def _unknown_workload(name: Raw, folder: FilePath) -> Diagnostic:
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    fix = choose(name, names, "write the file, or name one that exists")
    return Diagnostic(("workload",), name, f"a file in {folder.name}/: {listed(names)}", fix)


_SOME_WORKLOAD = Workload.model_validate_json(
    json.dumps({**sample_of(Workload), **{section.name: sample_of(section.needs) for section in SECTIONS}})
)
"""Stands in for a product that could not be read, so that the stack's own mistakes are still found."""


def _fill_from_workload(raw: dict[str, Raw], workload: Workload) -> dict[str, Raw]:
    """Replace `"workload"` values by the product's, and drop the sections of stores that the product does not use."""
    filled = dict(raw)
    for section in SECTIONS:
        needs, stated = asked(workload, section), filled.get(section.name)
        if needs is None:
            filled[section.name] = None
        elif isinstance(stated, dict):
            values: dict[str, Raw] = needs.model_dump(mode="json")
            filled[section.name] = {
                **_windows(section, workload),
                **{key: values.get(key, value) if value == WORKLOAD else value for key, value in stated.items()},
            }
    return filled


def _windows(section: Section, workload: Workload) -> dict[str, Raw]:
    """The product's windows, for what AWS maintains and the stack's file says nothing else of."""
    windows = {
        "maintenance_window": workload.maintenance_window,
        "snapshot_window": workload.snapshot_window,
    }
    return {key: window for key, window in windows.items() if key in section.windows and window is not None}
