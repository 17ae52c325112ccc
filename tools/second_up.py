"""Bring every product up on every stack, twice: a second `up` has nothing to change. `python -m tools.second_up`.

Each pair lives in a folder of its own, gone afterwards. A second region comes after its primary, in the same folder.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.forked import Ended
from tests.platform.life import ROOT, Project
from tests.platform.plan import PRIMARY, SECONDARY

_REFUSED: Final = re.compile(r"^ +allowed +", re.MULTILINE)
"""A line that only a refusal of settings has: the stack is too small for the product, or lacks what it needs."""


@dataclass(frozen=True)
class Outcome:
    """What the two runs of one product on one stack came to."""

    stack: str
    resources: int
    verdict: str
    right: bool


def pairs(product: str | None, stack: str | None) -> list[tuple[str, str]]:
    """Give every product with every stack, the second region right after its primary."""
    products = [product] if product else sorted(file.stem for file in (ROOT / "workloads").glob("*.yaml"))
    stacks = [stack] if stack else sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))
    return [(each, name) for each in products for name in sorted(stacks, key=lambda name: name == SECONDARY)]


def judge(project: Project, stack: str) -> Outcome:
    """Bring a stack up twice, and say what the second time changed."""
    first = project.run("up", stack, "--fast", "--no-policy", "--json")
    if first.code:
        refused = _REFUSED.search(first.out + first.err) is not None
        return Outcome(stack, 0, "refused in its settings" if refused else _last_line(first), right=refused)
    second = project.run("up", stack, "--fast", "--no-policy", "--json")
    changes = second.changes if second.code == 0 else {}
    same = changes.get("same", 0)
    verdict = (
        "nothing to change" if set(changes) == {"same"} else json.dumps(changes) if changes else _last_line(second)
    )
    return Outcome(stack, same, verdict, right=set(changes) == {"same"})


def _last_line(said: Ended) -> str:
    return (said.err.strip() or said.out.strip() or "ended without a word").splitlines()[-1]


def outcomes(product: str, stacks: list[str]) -> Iterator[Outcome]:
    """Judge a product on its stacks, each in a folder of its own."""
    for stack in stacks:
        with tempfile.TemporaryDirectory(prefix="second-up-") as folder:
            project = Project.make(Path(folder), product)
            if stack == SECONDARY:
                project.run("up", PRIMARY, "--fast", "--no-policy")
            yield judge(project, stack)


def main() -> int:
    """Print a row for each pair as it ends; gives 1 when a second `up` changed something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--product", help="file in workloads/ (default: each of them)")
    parser.add_argument("--stack", help="Pulumi.<stack>.yaml (default: each of them)")
    options = parser.parse_args()
    table = Table("product", "stack", "resources", "second up")
    wanted = pairs(options.product, options.stack)
    console, wrong = Console(), 0
    for product in dict.fromkeys(name for name, _ in wanted):
        for outcome in outcomes(product, [stack for name, stack in wanted if name == product]):
            wrong += not outcome.right
            console.print(f"{product:16} {outcome.stack:16} {outcome.verdict}", highlight=False)
            table.add_row(product, outcome.stack, str(outcome.resources or ""), outcome.verdict)
    console.print(table)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
