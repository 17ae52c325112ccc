"""Which requirements of the five products are proven, by product and by capability.

Reads the sheets and the matrix in docs/requirements, the readings that replace a requirement, and what the last test
run wrote down. Ends with 1 when a test names a requirement that does not exist, or a proof did not run or did not pass.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ROOT / "docs" / "requirements"
RECORD = ROOT / "build" / "requirements.json"
_ROW = re.compile(r"^\| ((?:OB|SL|GX|WX|AT)-[NGD]?\d+) \|")
_CELL = re.compile(r"\b(OB|SL|GX|WX|AT)-(\d+)(?:…(\d+))?")
PRODUCTS = {"OB": "OpeniBank", "SL": "Service Layer", "GX": "GridTokenX", "WX": "waiver.exchange", "AT": "AI trading"}


@dataclass(frozen=True)
class Coverage:
    """`sections` maps a section of the matrix to its requirements; one requirement may stand in several."""

    known: frozenset[str]
    sections: Mapping[str, frozenset[str]]
    replaced: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, str]]

    @property
    def proven(self) -> frozenset[str]:
        return frozenset(name for name, tests in self.outcomes.items() if tests and set(tests.values()) == {"passed"})

    def faults(self) -> Iterator[str]:
        """Lines on tests that prove nothing, and readings of nothing."""
        for name, tests in sorted(self.outcomes.items()):
            if name not in self.known:
                yield f"{name} is no requirement, but {', '.join(sorted(tests))} says it proves it"
            for test, outcome in sorted(tests.items()):
                if outcome != "passed":
                    yield f"{name}: its proof {test} has {'failed' if outcome == 'failed' else 'not run'}"
        for name in sorted(set(self.replaced) - self.known):
            yield f"{name} is no requirement, but readings.yaml replaces it"


def known_requirements(sheets: Path = SHEETS) -> frozenset[str]:
    """List the IDs of every requirement in the sheets."""
    lines = [line for file in sheets.glob("0*.md") for line in file.read_text().splitlines()]
    return frozenset(match[1] for line in lines if (match := _ROW.match(line)))


def read(sheets: Path = SHEETS, record: Path = RECORD) -> Coverage:
    """Read everything. Raises FileNotFoundError when no test run has been recorded."""
    readings: dict[str, dict[str, str]] = yaml.safe_load((sheets / "readings.yaml").read_text())
    return Coverage(
        known=known_requirements(sheets),
        sections=dict(_sections((sheets / "matrix.md").read_text())),
        replaced={name: entry["reason"] for name, entry in readings.items()},
        outcomes=json.loads(record.read_text()),
    )


def _sections(matrix: str) -> Iterator[tuple[str, frozenset[str]]]:
    body = matrix.partition("\n## Matrix\n")[2].partition("\n## ")[0]
    for block in body.split("\n### ")[1:]:
        title, _, rows = block.partition("\n")
        yield title.strip(), frozenset(_expanded(rows))


def _expanded(text: str) -> Iterator[str]:
    for product, first, last in _CELL.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{product}-{number:02d}"


def table(coverage: Coverage) -> Table:
    """One row for each product and section: how many, proven, replaced by a reading, open."""
    rows = Table("product", "section", "total", "proven", "read differently", "open", title="Requirements")
    for prefix, product in PRODUCTS.items():
        for section, names in coverage.sections.items():
            asked = {name for name in names if name.startswith(prefix)}
            if asked:
                rows.add_row(product, section, *_counts(coverage, asked))
        whole = {name for name in coverage.known if re.fullmatch(rf"{prefix}-\d+", name)}
        rows.add_row(product, "all", *_counts(coverage, whole), style="bold", end_section=True)
    return rows


def _counts(coverage: Coverage, names: set[str]) -> tuple[str, str, str, str]:
    replaced = names & set(coverage.replaced)
    proven = names & coverage.proven - replaced
    return str(len(names)), str(len(proven)), str(len(replaced)), str(len(names) - len(proven) - len(replaced))


def open_requirements(coverage: Coverage) -> list[str]:
    """Requirements neither proven nor replaced, in order."""
    asked = {name for name in coverage.known if re.fullmatch(r"[A-Z]{2}-\d+", name)}
    return sorted(asked - coverage.proven - set(coverage.replaced), key=lambda name: (name[:2], int(name[3:])))


def main() -> int:
    """Print the table, the open requirements and the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--product", choices=PRODUCTS, help="list the open requirements of one product only")
    chosen = parser.parse_args()
    coverage = read()
    console = Console()
    console.print(table(coverage))
    left = [name for name in open_requirements(coverage) if not chosen.product or name.startswith(chosen.product)]
    console.print(f"open ({len(left)}): {', '.join(left) or 'none'}")
    faults = list(coverage.faults())
    for fault in faults:
        console.print(f"error: {fault}", style="red", highlight=False)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
