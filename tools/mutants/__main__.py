"""Change the figures of the products one at a time: `python -m tools.mutants [--product …] [--requirement …]`.

Prints each change that a requirement's proof did not notice, and counts. Ends with 1 when one was not noticed, or when
a table in docs/requirements/figures is incomplete.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Rows

from tools.coverage import known_requirements
from tools.mutants.figures import mutants
from tools.mutants.runner import Outcome, ProofsFailError, Trial, run
from tools.mutants.table import ROOT, Table, products, table

RECORD = ROOT / "build" / "mutants.json"


@dataclass(frozen=True)
class Chosen:
    """What the command line asks for."""

    products: Sequence[str]
    requirement: str | None
    figure: str | None
    sample: int | None
    seed: int
    again: bool
    workers: int


def _trials(tables: Sequence[Table], chosen: Chosen) -> list[Trial]:
    found = [
        Trial(each.product, each.data, mutant, _asked(names, chosen))
        for each in tables
        for figure in each.figures
        if (names := each.requirements(figure)) and (chosen.figure is None or chosen.figure in figure.address)
        for mutant in mutants(each.data, figure)
    ]
    found = [trial for trial in found if trial.requirements]
    if chosen.again:
        left = _unnoticed()
        found = [trial for trial in found if (trial.product, trial.mutant.figure.address) in left]
    if chosen.sample is not None and chosen.sample < len(found):
        found = random.Random(chosen.seed).sample(found, chosen.sample)  # noqa: S311 -- repeatable, not secret
    return found


def _unnoticed() -> set[tuple[str, str]]:
    """Return the figures, with their product, whose change the last run recorded as not noticed."""
    recorded = cast("list[dict[str, Any]]", json.loads(RECORD.read_text()) if RECORD.exists() else [])
    return {(each["product"], each["figure"]) for each in recorded if each["unnoticed"]}


def _asked(names: Sequence[str], chosen: Chosen) -> tuple[str, ...]:
    return tuple(name for name in names if chosen.requirement in (None, name))


def _faults(tables: Sequence[Table]) -> Iterator[str]:
    known = known_requirements()
    for each in tables:
        yield from each.faults(known)


def _counts(outcomes: Sequence[Outcome]) -> Rows:
    rows = Rows(
        "product", "changes", "noticed", "of these refused", "not noticed", title="Figures changed one at a time"
    )
    for product in sorted({outcome.product for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.product == product]
        missed = [outcome for outcome in own if outcome.unnoticed]
        refused = [outcome for outcome in own if not outcome.accepted and not outcome.unnoticed]
        rows.add_row(product, *map(str, (len(own), len(own) - len(missed), len(refused), len(missed))))
    return rows


def _run(trials: Sequence[Trial], chosen: Chosen, console: Console) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, Progress(console=console) as progress:
        task = progress.add_task("changes", total=len(trials))
        for outcome in run(trials, Path(folder), chosen.workers, progress.console.print):
            outcomes.append(outcome)
            progress.advance(task)
            for line in outcome.lines():
                progress.console.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    return outcomes


def _arguments() -> Chosen:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--product", choices=products(), action="append", help="only this product (may be repeated)")
    parser.add_argument("--requirement", help="only what this requirement names, such as OB-66")
    parser.add_argument("--figure", help="only figures whose address holds this text")
    parser.add_argument("--sample", type=int, help="only so many changes, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="only what the last run found not noticed")
    parser.add_argument("--workers", type=int, default=2, help="copies of the project that run at a time")
    given = parser.parse_args()
    return Chosen(
        products=given.product or products(),
        requirement=given.requirement,
        figure=given.figure,
        sample=given.sample,
        seed=given.seed,
        again=given.again,
        workers=given.workers,
    )


def main() -> int:
    """Check the tables, run the changes, print and record what was noticed."""
    chosen = _arguments()
    console = Console()
    tables = [table(name) for name in chosen.products]
    faults = list(_faults(tables))
    for fault in faults:
        console.print(f"error: {fault}", style="red", highlight=False, markup=False, soft_wrap=True)
    trials = _trials(tables, chosen)
    started = time.monotonic()
    try:
        outcomes = _run(trials, chosen, console)
    except ProofsFailError as error:
        console.print(f"error: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return 1
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1) + "\n")
    console.print(_counts(outcomes))
    missed = sum(bool(outcome.unnoticed) for outcome in outcomes)
    console.print(f"{len(outcomes)} changes, {missed} not noticed, in {time.monotonic() - started:.0f} s")
    return 1 if missed or faults else 0


if __name__ == "__main__":
    sys.exit(main())
