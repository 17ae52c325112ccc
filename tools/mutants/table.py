"""Which requirement names which figure: docs/requirements/figures/<product>.yaml.

`named` maps an address, or a pattern of addresses in which `*` stands for anything, to the requirements that name these
figures; `own` maps such a pattern to the reason why no requirement names them. Every figure stands in one of the two,
and what `named` says of a figure goes before what `own` says of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from settings.document import read
from settings.raw import Raw
from tools.mutants.figures import Figure, figures

ROOT = Path(__file__).resolve().parents[2]
WORKLOADS = ROOT / "workloads"
TABLES = ROOT / "docs" / "requirements" / "figures"


@dataclass(frozen=True)
class Table:
    """A product's figures, and what is said of them."""

    product: str
    data: Raw
    figures: tuple[Figure, ...]
    named: Mapping[str, tuple[str, ...]]
    own: Mapping[str, str]

    def requirements(self, figure: Figure) -> tuple[str, ...]:
        """Return the requirements that name a figure, none where it is the product's own."""
        found = [each for pattern, names in self.named.items() if _matches(pattern, figure.address) for each in names]
        return tuple(dict.fromkeys(found))

    def faults(self, known: frozenset[str]) -> Iterator[str]:
        """Name each figure of which nothing is said, and each entry that leads nowhere."""
        addresses = {figure.address for figure in self.figures}
        named = {address for address in addresses if any(_matches(each, address) for each in self.named)}
        own = {address for address in addresses - named if any(_matches(each, address) for each in self.own)}
        for pattern in self.named:
            if not any(_matches(pattern, address) for address in addresses):
                yield f"{self.product}: named: no figure is {pattern}"
        for pattern in self.own:
            if not any(_matches(pattern, address) for address in addresses - named):
                yield f"{self.product}: own: no figure is {pattern} and has no requirement"
        for pattern, names in self.named.items():
            for name in names:
                if name not in known:
                    yield f"{self.product}: named: {pattern}: no requirement is {name}"
        for address in sorted(addresses - named - own):
            yield f"{self.product}: {address} is neither named by a requirement nor the product's own"


def products() -> list[str]:
    """List the products, by their files in workloads/."""
    return sorted(path.stem for path in WORKLOADS.glob("*.yaml"))


def table(product: str) -> Table:
    """Read a product's workload file and its table. Raises FileNotFoundError where one is missing."""
    data = read(WORKLOADS / f"{product}.yaml").data
    stated = cast("dict[str, dict[str, object]]", yaml.safe_load((TABLES / f"{product}.yaml").read_text()))
    named = cast("dict[str, list[str]]", stated.get("named") or {})
    return Table(
        product=product,
        data=data,
        figures=tuple(figures(data)),
        named={address: tuple(requirements) for address, requirements in named.items()},
        own=cast("dict[str, str]", stated.get("own") or {}),
    )


def _matches(pattern: str, address: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), address) is not None
