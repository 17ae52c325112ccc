"""What the drills came to: a table for people, JSON for programs, and the sum over all repetitions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from tools.drill.checks import Outcome


@dataclass(frozen=True, kw_only=True)
class Total:
    """One drill over all its repetitions."""

    drill: str
    runs: int
    committed: int
    lost: int
    missed: int

    @property
    def sentence(self) -> str:
        """The total in words."""
        kept = "every objective was kept" if self.missed == 0 else f"{self.missed} objectives were missed"
        rows = f", {self.lost} of {self.committed} committed rows lost" if self.committed else ""
        return f"{self.drill}: {self.runs} run{'' if self.runs == 1 else 's'}{rows}, {kept}."


def totals(outcomes: Sequence[Outcome]) -> list[Total]:
    """Sum up each drill, in the order in which they were run."""
    found: dict[str, list[Outcome]] = {}
    for each in outcomes:
        found.setdefault(each.drill, []).append(each)
    return [
        Total(
            drill=name,
            runs=len(runs),
            committed=sum(each.committed for each in runs),
            lost=sum(each.lost for each in runs),
            missed=sum(len(each.missed) for each in runs),
        )
        for name, runs in found.items()
    ]


def table(title: str, outcomes: Sequence[Outcome]) -> Table:
    """Lay out every figure beside its objective, those that miss it marked."""
    made = Table("drill", "failure", "figure", "measured", "objective", "", title=title)
    for each in outcomes:
        for number, check in enumerate(each.checks):
            names = (each.drill, each.failure) if number == 0 else ("", "")
            verdict = "MISSED" if not check.kept else "kept" if check.objective else ""
            made.add_row(
                *names, check.what, check.shown, check.objective or "—", verdict, style="" if check.kept else "bold red"
            )
        made.add_section()
    return made


def as_json(outcomes: Sequence[Outcome], left_out: Mapping[str, str]) -> str:
    """Write outcomes, totals and the reason of each drill left out as JSON; `kept`: every objective measured was."""
    return json.dumps(
        {
            "kept": not any(each.missed for each in outcomes),
            "outcomes": [asdict(each) for each in outcomes],
            "totals": [asdict(each) for each in totals(outcomes)],
            "left_out": dict(left_out),
        },
        indent=2,
    )
