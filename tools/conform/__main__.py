"""Have Terraform's AWS provider judge what the program registers: `python -m tools.conform [--stack S] [--workload W]`.

Each product's graph on each stack becomes a configuration of Terraform, which `terraform validate` and `terraform plan`
judge with the real provider, without an account. Where Terraform or the provider is missing, the packed schema of the
provider judges the arguments' names and nesting alone, and the last line says what was not run.

Ends with 0 when Terraform took everything, 1 when something was refused, 2 when Terraform was not run.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.components.graphs import FORMS, Form, graph
from tools.conform.convert import Converted, convert
from tools.conform.names import TYPES
from tools.conform.schema import Schema, packed
from tools.conform.terraform import NotRunError, Session, Terraform

FOLDER = Path("build") / "conform"


def chosen(stack: str | None, workload: str | None) -> list[Form]:
    """List the products and stacks that are meant. Raises ValueError, saying what there is, when there are none."""
    found = [each for each in FORMS if stack in (None, each.stack) and workload in (None, each.workload)]
    if not found:
        there = ", ".join(map(str, FORMS))
        raise ValueError(
            f"no product of that name is on that stack (stack {stack}, product {workload}); there are: {there}"
        )
    return found


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Convert and judge, and print what was found, a line each."""
    parser = argparse.ArgumentParser(prog="python -m tools.conform", description=__doc__)
    parser.add_argument("--stack", help="name of a Pulumi.<stack>.yaml (default: every stack)")
    parser.add_argument("--workload", help="file in workloads/ (default: every product)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where Terraform works (default: {FOLDER})")
    given = parser.parse_args(arguments)
    try:
        forms = chosen(given.stack, given.workload)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        session = Session(Terraform.of(environment), given.folder.resolve(), environment)
        schema = session.schema(TYPES.values())
    except NotRunError as missing:
        refused = _judged(forms, packed(), None)
        sys.stdout.write(f"not run: terraform validate and terraform plan: {missing}\n")
        return 1 if refused else 2
    return 1 if _judged(forms, schema, session) else 0


def _judged(forms: Sequence[Form], schema: Schema, session: Session | None) -> bool:
    """Judge each form, and tell whether anything was refused."""
    table = packed()
    lacking: set[str] = set()
    open: set[str] = set()
    refused = False
    sys.stdout.write(f"provider {schema.version} ({schema.source})\n")
    for form in forms:
        converted = convert(graph(form).registrations, schema, table)
        lines, done = _of_one(converted, session)
        sys.stdout.write(f"{form}: {done}\n" + "".join(f"  {line}\n" for line in lines))
        refused = refused or any(not line.startswith(("warning:", "not judged:")) for line in lines)
        lacking |= converted.lacking
        open |= converted.open
    for each in sorted(lacking):
        sys.stdout.write(f"not judged: provider {schema.version} has no {each}\n")
    for each in sorted(open):
        sys.stdout.write(f"not judged: the schema leaves the form of {each} open\n")
    return refused


def _of_one(converted: Converted, session: Session | None) -> tuple[list[str], str]:
    lines = list(converted.refused)
    size = len(converted.origins)
    if session is None:
        return lines, f"{size} resources held against the schema"
    verdict = session.judge(converted.document(), converted.origins)
    lines += verdict.errors
    lines += [f"warning: {each}" for each in verdict.warnings]
    lines += [f"not judged: {each}" for each in verdict.not_judged]
    return lines, f"{size} resources validated, {verdict.planned} planned"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], os.environ))
    except NotRunError as broken:
        sys.stderr.write(f"{broken}\n")
        sys.exit(2)
