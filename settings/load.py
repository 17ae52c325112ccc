"""From a stack's raw configuration and a workload file to settings that a platform can be built from."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import cast

from pydantic import JsonValue

from settings.base import Settings
from settings.checks import StackContext, stack_findings, workload_findings, workload_findings_in
from settings.checks.notes import notes
from settings.document import Document, read
from settings.environments import ENVIRONMENTS, WORKLOAD
from settings.misspelt import as_meant
from settings.places import places
from settings.platform import PlatformSettings, follows
from settings.problems import Finding, Problem, SettingsError
from settings.raw import Path, Raw, merged, value_at
from settings.shape import sample_of
from settings.stack import StackSettings
from settings.stacks import clear_text_secrets, place, primary_region, read_stack, siblings, texts
from settings.suggest import choose, listed
from settings.validation import Validated, validate
from settings.workload import Workload
from settings.workload.data import CacheNeeds, DatabaseNeeds
from settings.workload.event_bus import EventBusNeeds
from settings.workload.selection import chosen, in_a_secondary_region, sized
from settings.workload.timeseries import TimeseriesNeeds


def load(
    stack_name: str,
    configuration: Mapping[str, Raw],
    workloads: FilePath,
    stacks: FilePath | None = None,
    today: date | None = None,
) -> PlatformSettings:
    """Validate a stack's configuration and the workload it names, as `examine` does.

    Raises `SettingsError` with every mistake found in both files.
    """
    examined = examine(stack_name, configuration, workloads, stacks, today)
    if examined.problems or examined.settings is None:
        raise SettingsError(examined.problems)
    return examined.settings


@dataclass(frozen=True)
class Examined:
    """What two files state, and every mistake in them.

    With mistakes, `settings` holds valid values in the places named in `wrong`, so that what leans on the others can
    still be judged; None where there is no product to judge.
    """

    settings: PlatformSettings | None
    problems: tuple[Problem, ...]
    wrong: tuple[Path, ...] = ()


def examine(
    stack_name: str,
    configuration: Mapping[str, Raw],
    workloads: FilePath,
    stacks: FilePath | None = None,
    today: date | None = None,
) -> Examined:
    """Look at a stack's configuration and the workload it names.

    `configuration` holds the stack file's `groundwork:` keys without that prefix, as `settings.source` makes them;
    `workloads` is the folder of workload files. `stacks`, the folder of stack files, adds line numbers and the
    comparison with the product's other regions. `today` (by default the day it is) only decides what is noted, never
    what is refused.
    """
    document = read_stack(stacks, stack_name)
    stated, misspelt = as_meant(dict(configuration), document)
    product = _read_product(stated.get("workload"), workloads)
    stack = _read_stack(stack_name, stated, document, product, workloads, stacks)
    told = [place(document, finding) for finding in misspelt]
    problems = (*document.problems, *product.problems, *told, *stack.problems)
    wrong = (*stack.wrong, *product.wrong)
    if stack.model is None or product.workload is None:
        return Examined(None, problems, wrong)
    settings = _settings(stack_name, stack.model, product.workload, stacks)
    stands = places(document, product.document) if product.document else {}
    noted = () if problems else tuple(notes(stack.model, product.workload, today or datetime.now(UTC).date()))
    more = {"chart_values": dict(product.chart_values), "notes": noted, "places": stands}
    return Examined(settings.model_copy(update=more), problems, wrong)


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
    """The workload file as far as it could be read; `doubtful` when rules that lean on it would guess."""

    document: Document | None = None
    workload: Workload | None = None
    doubtful: bool = True
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    wrong: tuple[Path, ...] = ()
    chart_values: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


def _read_product(name: Raw, folder: FilePath) -> _Product:
    path = folder / f"{name}.yaml"
    if not isinstance(name, str) or path.name != f"{name}.yaml" or not path.is_file():
        return _Product()
    document = read(path, f"{folder.name}/{path.name}")
    if not document.readable:
        return _Product(document, problems=document.problems)
    validated = validate(Workload, document.data, document.texts)
    findings = list(validated.findings)
    if validated.model:
        findings += validated.keep([*_name_of_file(validated.model, path.stem), *workload_findings(validated.model)])
    values, wrong = _chart_values(validated.model, folder)
    problems = (*document.problems, *map(document.problem, findings), *wrong)
    doubtful = bool(document.problems or validated.findings)
    return _Product(
        document, validated.model, doubtful, problems, validated.findings, validated.wrong, chart_values=values
    )


def _chart_values(workload: Workload | None, folder: FilePath) -> tuple[Mapping[str, JsonValue], tuple[Problem, ...]]:
    """Read the file that the product names for its vendor's chart; a missing one is a problem of its own."""
    chart = workload.helm_chart if workload else None
    if chart is None or chart.values_file is None:
        return {}, ()
    document = read(folder / chart.values_file, f"{folder.name}/{chart.values_file}")
    if not isinstance(document.data, dict):
        finding = Finding((), type(document.data).__name__, "a section: the chart's values by their keys", "add keys")
        return {}, (*document.problems, document.problem(finding))
    return cast("dict[str, JsonValue]", document.data), document.problems


def _name_of_file(workload: Workload, stem: str) -> Iterator[Finding]:
    if workload.name != stem:
        yield Finding(("name",), workload.name, f"the file's name, {stem}", f"write {stem!r}, or rename the file")
    if "--" in workload.name:
        # Databases are named after it: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        mend = f"write {re.sub('--+', '-', workload.name)!r}, and rename the file"
        yield Finding(("name",), workload.name, "single hyphens: RDS takes no two in a row", mend)


@dataclass(frozen=True)
class _Stack:
    """The stack's settings as far as they could be read."""

    model: StackSettings | None
    problems: tuple[Problem, ...]
    wrong: tuple[Path, ...]


def _read_stack(
    stack_name: str,
    stated: dict[str, Raw],
    document: Document,
    product: _Product,
    workloads: FilePath,
    stacks: FilePath | None,
) -> _Stack:
    row = ENVIRONMENTS.get(str(stated.get("environment")), ENVIRONMENTS["dev"])
    workload = product.workload or _SOME_WORKLOAD
    filled = _fill_from_workload(merged(_pilot_light(row, stated), stated), workload)
    validated = validate(StackSettings, filled, texts(document))
    findings = [*validated.findings, *_name_of_stack(stack_name), *clear_text_secrets(document)]
    if product.document is None and not any(finding.path == ("workload",) for finding in findings):
        findings.append(_unknown_workload(stated.get("workload"), workloads))
    problems: list[Problem] = []
    if validated.model:
        others = siblings(stacks, stack_name, stated.get("workload"), stated.get("environment"))
        primary = primary_region(stacks, validated.model.primary_stack)
        context = StackContext(stack_name, validated.model, workload, stated, others, primary)
        doubts = (Finding(("workload",), "", "", ""),) if product.doubtful else ()
        findings += Validated(None, (*findings, *doubts)).keep(stack_findings(context))
        if product.document and product.workload:
            kept = Validated(None, product.findings).keep(workload_findings_in(context))
            problems += map(product.document.problem, kept)
    problems += (place(document, finding) for finding in findings)
    return _Stack(validated.model, tuple(problems), validated.wrong)


def _pilot_light(row: dict[str, Raw], stated: dict[str, Raw]) -> dict[str, Raw]:
    """Start a region that stands by small, unless its file says otherwise (AT-G10)."""
    stands_by = stated.get("primary_stack") and value_at(stated, ("ingress", "routing")) == "secondary"
    if stands_by and value_at(row, ("application", "scale")) == WORKLOAD:
        return merged(row, {"application": {"scale": "pilot"}})
    return row


def _name_of_stack(stack_name: str) -> Iterator[Finding]:
    """The stack's name starts every physical name, so it must fit where a DNS label does."""
    if not re.fullmatch(r"[a-z](-?[a-z0-9])*", stack_name) or len(stack_name) > _LONGEST_STACK_NAME:
        most = _LONGEST_STACK_NAME
        allowed = f"a stack name of at most {most} lower-case letters, digits and single hyphens, a letter first"
        yield Finding(("stack",), stack_name, allowed, "make a stack such as prod or prod-eu-west-1")


_LONGEST_STACK_NAME = 30


def _unknown_workload(name: Raw, folder: FilePath) -> Finding:
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    mend = choose(name, names, "write the file, or name one that exists")
    return Finding(("workload",), name, f"a file in {folder.name}/: {listed(names)}", mend)


_SOME_WORKLOAD = Workload.model_validate_json(
    json.dumps(
        {
            **sample_of(Workload),
            "database": sample_of(DatabaseNeeds),
            "timeseries": sample_of(TimeseriesNeeds),
            "event_bus": sample_of(EventBusNeeds),
            "cache": sample_of(CacheNeeds),
        }
    )
)
"""Stands in for a product that could not be read, so that the stack's own mistakes are still found."""


def _fill_from_workload(raw: dict[str, Raw], workload: Workload) -> dict[str, Raw]:
    """Replace `"workload"` figures by the product's, and drop the sections of stores that the product does not use."""
    filled = dict(raw)
    for section, needs in _stores(workload):
        stated = filled.get(section)
        if needs is None:
            filled[section] = None
        elif isinstance(stated, dict):
            figures: dict[str, Raw] = needs.model_dump(mode="json")
            filled[section] = {
                **_windows(section, workload),
                **{key: figures.get(key, value) if value == WORKLOAD else value for key, value in stated.items()},
            }
    return filled


def _stores(workload: Workload) -> tuple[tuple[str, Settings | None], ...]:
    return (
        ("database", workload.database),
        ("timeseries", workload.timeseries),
        ("event_bus", workload.event_bus),
        ("cache", workload.cache),
    )


def _windows(section: str, workload: Workload) -> dict[str, Raw]:
    """The product's windows, for what AWS maintains and the stack's file says nothing else of."""
    windows = {
        "database": {"maintenance_window": workload.maintenance_window},
        "cache": {"maintenance_window": workload.maintenance_window, "snapshot_window": workload.snapshot_window},
    }
    return {key: window for key, window in windows.get(section, {}).items() if window is not None}
