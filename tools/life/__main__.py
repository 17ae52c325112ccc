"""A year of a stack on the offline cloud: `make life STACK=prod WORKLOAD=openibank LIFE='--changes 12 --seed 3'`.

Changes of a catalogue are drawn in sequence. Each is planned, and the plan's verdict is compared with the catalogue's;
then it is made, some of them killed on the way; then state, cloud and settings are compared. At the end the stack is
destroyed by its page. The exit code is 1 at any disagreement. The same seed draws the same changes.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Final

from rich.console import Console
from rich.table import Table

from tools.life.catalogue.registry import CATALOGUE
from tools.life.ending import end
from tools.life.place import Place
from tools.life.year import Lived, Year

_CHANGES: Final = 60
_WIDTH: Final = 160


def main(arguments: Sequence[str]) -> int:
    """Live a year; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    if chosen.only and chosen.only not in CATALOGUE:
        sys.stderr.write(f"there is no change {chosen.only!r}; there are {', '.join(CATALOGUE)}\n")
        return 1
    seed = int(time.time()) if chosen.seed is None else chosen.seed
    _say(f"{chosen.workload} on {chosen.stack}, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="life-") as folder:
        place = Place.make(Path(folder), chosen.stack, chosen.workload)
        year = Year(place, CATALOGUE, Random(seed), _say)  # noqa: S311 -- chance, not secrecy
        wrong = _lived(year, chosen)
    if chosen.json:
        print(json.dumps(_as_json(year, seed, wrong), indent=2))
    else:
        _console().print(_table(year.lived))
        _say(_summary(year, seed, wrong))
    return 1 if wrong or any(each.wrong for each in year.lived) else 0


def _lived(year: Year, chosen: argparse.Namespace) -> list[str]:
    """Bring the stack up, live the changes, and end it; gives what is wrong beside the changes."""
    began = time.monotonic()
    ended = year.place.run("offline_cloud", "up", "--fast", "--json")
    _say(f"  0  the stack is brought up {time.monotonic() - began:28.0f} s")
    if ended.code:
        return [f"up ended with {ended.code}: {ended.why}"]
    if chosen.only:
        year.only(chosen.only)
    else:
        year.go(chosen.changes)
    began = time.monotonic()
    wrong = [*year.settled(), *end(year.place)]
    _say(
        f"the stack is destroyed, {time.monotonic() - began:.0f} s: {'; '.join(wrong) or 'what its page says is left'}"
    )
    return wrong


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=_WIDTH)


def _table(lived: Sequence[Lived]) -> Table:
    sheet = Table(pad_edge=False)
    for column in ("change", "expected", "planned", "seconds", "killed", "wrong"):
        sheet.add_column(column, overflow="fold")
    for each in lived:
        words = [kind.words if kind is not None else "in steps" for kind in (each.expected, each.planned)]
        sheet.add_row(each.name, *words, f"{each.seconds:.0f}", each.killed, "; ".join(each.wrong).replace("[", "\\["))
    return sheet


def _summary(year: Year, seed: int, wrong: Sequence[str]) -> str:
    right = sum(not each.wrong for each in year.lived)
    killed = sum(bool(each.killed) for each in year.lived)
    seconds = sum(each.seconds for each in year.lived)
    return (
        f"{right} of {len(year.lived)} changes were as they should be, {killed} of them killed once, "
        f"in {seconds:.0f} s (seed {seed}); the end: {'; '.join(wrong) or 'as its page says'}"
    )


def _as_json(year: Year, seed: int, wrong: Sequence[str]) -> dict[str, object]:
    lived = [
        {
            **asdict(each),
            "expected": each.expected and each.expected.words,
            "planned": each.planned and each.planned.words,
        }
        for each in year.lived
    ]
    return {"seed": seed, "changes": lived, "refused_by_the_settings": dict(year.refused), "end": list(wrong)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.life", description="A year of a stack.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", required=True, help="file in workloads/")
    parser.add_argument("--changes", type=int, default=_CHANGES, help=f"how many (default: {_CHANGES})")
    parser.add_argument("--seed", type=int, help="draw the same changes again")
    parser.add_argument("--only", default="", metavar="NAME", help="this change alone, and what has to come before it")
    parser.add_argument("--json", action="store_true", help="print what came of it as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
