"""Every change that has a verdict, with its source: `python -m tools.plan.listing [TYPE]`."""

import sys
from collections.abc import Iterator, Sequence

from offline_cloud.provider.replacements import verdicts
from tools.plan.tables import Row, every, reference_page, types
from tools.plan.words import Kind


def listed() -> Iterator[tuple[str, str, Row]]:
    """Give every change with a verdict: the tables' rows, and each property whose change replaces its resource."""
    stated: set[tuple[str, str]] = set()
    for type, path, row in every():
        stated.add((type, path))
        yield type, path, row
    for type, paths in sorted(verdicts().items()):
        entry = types().get(type)
        if entry is not None:
            for path in sorted(paths - {each for token, each in stated if token == type}):
                kind = Kind.LOSES_DATA if entry.holds else Kind.REPLACES
                row = entry.replaced or Row.model_validate({"is": kind, "source": reference_page(type)})
                yield type, path, row


def _condition(row: Row) -> str:
    parts = [row.change or "", *row.to, *(f"{path}={value}" for path, value in row.where.items())]
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""


def main(arguments: Sequence[str]) -> int:
    """Print the changes of a type, or of all; returns the exit code."""
    rows = [each for each in listed() if not arguments or arguments[0] in each[0]]
    for type, path, row in rows:
        print(f"{type}\t{path}{_condition(row)}\t{row.kind.words}\t{row.takes}\t{row.source}")
    changes = {(type, path) for type, path, _ in rows}
    kinds = {type for type, _ in changes}
    print(f"{len(rows)} verdicts on {len(changes)} changes of {len(kinds)} types, each with a source")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
