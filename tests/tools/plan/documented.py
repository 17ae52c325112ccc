"""How often the tables say what AWS's own pages say: `python -m tests.tools.plan.documented`."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

from offline_cloud.provider.replacements import forces_replacement
from tools.plan.plan import Finding, of_step
from tools.plan.preview import Change, Step
from tools.plan.words import MOMENTS, When

FILE: Final = Path(__file__).with_name("documented.yaml")
_MULTI_AZ: Final[Mapping[str, Any]] = {
    "aws:rds/instance:Instance": {"multiAz": True},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"automaticFailoverEnabled": True},
}
"""What the pages' ordinary case is beside the change: production has a second one of both."""


@dataclass(frozen=True)
class Documented:
    """One change, and what a page of AWS says of it."""

    type: str
    path: str
    old: object
    new: object
    expected: tuple[str, ...]
    when: str
    said: str
    url: str

    def finding(self) -> Finding:
        """Judge the change as a plan does: the engine says whether it replaces."""
        replaces = forces_replacement(self.type, self.path) is True
        name = self.path.partition(".")[2]
        keyed = self.path.startswith("parameters.")
        inputs = {**_MULTI_AZ.get(self.type, {}), self.path.partition(".")[0]: self.new}
        old, new = {}, inputs
        if keyed:
            old, new = ({"parameters": [{"name": name, "value": value}]} for value in (self.old, self.new))
        change = Change("parameters" if keyed else self.path, replaces, self.old, self.new)
        urn = f"urn:pulumi:prod::groundwork::{self.type}::one"
        return next(of_step(Step("replace" if replaces else "update", urn, old, new, (change,))))

    @property
    def agrees(self) -> bool:
        """Whether class and moment are the page's."""
        finding = self.finding()
        moment = self.when == "any" or finding.when == MOMENTS[cast("When", self.when)]
        return finding.kind.words in self.expected and moment


def documented() -> list[Documented]:
    """Read the changes."""
    read = cast("list[dict[str, Any]]", yaml.safe_load(FILE.read_text("utf-8")))
    return [_one(each) for each in read]


def _one(stated: dict[str, Any]) -> Documented:
    expected: list[str] = stated.pop("expected")
    return Documented(expected=tuple(expected), **stated)


def main() -> int:
    """Print each disagreement, and how many agree."""
    changes = documented()
    wrong = [each for each in changes if not each.agrees]
    for each in wrong:
        found = each.finding()
        sys.stdout.write(
            f"{each.type} {each.path} {each.old} → {each.new}: {each.said} ({each.url});\n"
            f"  the plan says {found.kind.words}, {found.when}\n"
        )
    sys.stdout.write(f"{len(changes) - len(wrong)} of {len(changes)} changes as AWS's pages say\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
