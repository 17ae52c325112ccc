"""`make preview`: what `up` would change, in the platform's words: `python -m tools.report.preview --stack prod`.

It runs the offline cloud's preview, whose exit code it keeps, and tells what the engine said of it: each part's changes
together, with values before and after; what policies say; what it comes to. It ends with 4 where a month would cost
more than the product allows.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final, cast

from offline_cloud import cli, hints
from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import Workspace, open_workspace
from tools import budget
from tools.plan import preview
from tools.plan.plan import findings
from tools.report import costs
from tools.report.graph import Graph, sides
from tools.report.phrases import phrases
from tools.report.stack import LOUD

OVER: Final = 4
"""The exit code of a preview that costs more than the product allows."""
_ENVIRONMENT: Final = "groundwork:environment="
_ENDINGS: Final = {"create": "created", "update": "changed", "replace": "replaced", "delete": "deleted"}


def main(arguments: Sequence[str]) -> int:
    """Preview a stack and tell what would change; returns the exit code of the preview."""
    chosen = _parser().parse_args(arguments)
    try:
        space = open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload)
    except OfflineCloudError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    space.home.mkdir(parents=True, exist_ok=True)
    events, plan = space.home / f"preview-{space.stack}.events", space.home / f"preview-{space.stack}.plan"
    for file in (events, plan):
        file.unlink(missing_ok=True)
    said = StringIO()
    with redirect_stdout(said):
        code = cli.main([*_command(chosen, space), "--json", "--events", str(events), "--plan", str(plan)])
    if code == 0 and events.is_file():
        for line in told(events, plan, json.loads(said.getvalue())):
            print(line)
        over = _over(space, sides(events, plan)[1], chosen.config)
        if over:
            sys.stderr.write(f"error: {over}\n")
            return OVER
        print(f"next:\n  {hints.command(space, 'up', configuration=chosen.config)}  bring it up on the offline cloud")
    return code


def _over(space: Workspace, graph: Graph, laid_over: Sequence[str]) -> str:
    """Say by how much the stack would cost more than its product allows."""
    environment = next((each.partition("=")[2] for each in laid_over if each.startswith(_ENVIRONMENT)), None)
    limit = budget.limit(space.stack, space.workload, space.root, environment)
    return budget.over(space.stack, costs.of({}, graph).after, limit) if limit is not None else ""


def _command(chosen: argparse.Namespace, space: Workspace) -> list[str]:
    settings = [word for setting in chosen.config for word in ("-c", setting)]
    return ["preview", "--project", str(space.root), "--stack", space.stack, "--workload", space.workload, *settings]


def told(events: Path, plan: Path, report: Mapping[str, Any]) -> list[str]:
    """Give the lines that are printed of a preview that came to its end."""
    found = preview.read(events)
    before, after = sides(events, plan)
    lines = [f"  {each.kind.words}: {each.resource}: {each.what}" for each in findings(found) if each.kind in LOUD]
    lines = [*(["replaced, or lost:"] if lines else []), *lines]
    lines += [str(each) for each in phrases(before, after, found)]
    for each in cast("Sequence[Mapping[str, str]]", report["diagnostics"]):
        first, *rest = each["text"].splitlines() or [""]
        lines += [
            f"policy {each['policy']} ({each['level']}): {each['resource']}: {first}",
            *(f"    {line}" for line in rest),
        ]
    lines += [f"note: {each.removeprefix('note: ')}" for each in report["notes"]]
    return [*lines, _summary(found, report)]


def _summary(found: preview.Preview, report: Mapping[str, Any]) -> str:
    """Count the resources of the cloud, and not the program's own components."""
    steps = [step for step in found.steps if step.type.partition(":")[0] in preview.PROVIDED]
    counts = {word: sum(step.op == op for step in steps) for op, word in _ENDINGS.items()}
    text = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"preview: {f'would change: {text}' if text else 'nothing would change'} ({report['seconds']:.1f} s)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.report.preview", description="What `up` would change.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("-c", "--config", action="append", default=[], metavar="KEY=VALUE", help="lay over the stack's")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
