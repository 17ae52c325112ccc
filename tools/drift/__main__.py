"""What changed since the last `up`: `python -m tools.drift --stack prod [--from refresh.events] [--markdown|--json]`.

Without a file it refreshes the stack on the offline cloud, and leaves its state as it is. The exit code is 0 where
nothing differs, 3 where something does, and 1 where nothing can be said.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from offline_cloud import cli
from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import Workspace, open_workspace
from tools.drift.authors import deeds
from tools.drift.choices import Choice, choices
from tools.drift.refresh import Drift, NoRefreshError, read
from tools.plan.report import short
from tools.ready.account import NotAskedError, connect

SAME, FAILED, DIFFERS = 0, 1, 3
_OFFLINE: Final = "not known: the offline cloud keeps no CloudTrail"
_UNTOLD: Final = "CloudTrail tells of no call in the last 90 days"


@dataclass(frozen=True)
class Found:
    """What is told of one resource."""

    resource: str
    by: tuple[str, ...]
    choices: tuple[Choice, ...]


def main(arguments: Sequence[str]) -> int:
    """Print what differs; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        space = open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload)
        drifts = read(chosen.file) if chosen.file else _refreshed(space)
    except (NoRefreshError, OfflineCloudError) as error:
        sys.stderr.write(f"error: {error}\n")
        return FAILED
    told = _authors(drifts) if chosen.file else {each.urn: (_OFFLINE,) for each in drifts}
    found = [Found(each.resource, told[each.urn], tuple(choices(each, space.stack, space.workload))) for each in drifts]
    if chosen.json:
        print(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    else:
        print("\n".join(_markdown(found, space.stack) if chosen.markdown else _plain(found, space.stack)))
    return DIFFERS if found else SAME


def _refreshed(space: Workspace) -> list[Drift]:
    events = space.home / f"drift-{space.stack}.events"
    space.home.mkdir(parents=True, exist_ok=True)
    events.unlink(missing_ok=True)
    command = ["refresh", "--project", str(space.root), "--stack", space.stack, "--workload", space.workload]
    with redirect_stdout(sys.stderr):
        code = cli.main([*command, "--preview-only", "--json", "--events", str(events)])
    if not events.is_file():
        if code == 0:
            return []  # a stack without resources
        raise OfflineCloudError(f"the refresh ended with {code} before the engine began")
    return read(events)


def _authors(drifts: Sequence[Drift]) -> dict[str, tuple[str, ...]]:
    """Ask CloudTrail about each; why it does not tell is said in place of a name."""
    if not drifts:
        return {}
    account, _ = connect("us-east-1")
    told: dict[str, tuple[str, ...]] = {}
    for drift in drifts:
        try:
            found = tuple(str(each) for each in deeds(drift, account)) if drift.type.startswith("aws:") else ()
            told[drift.urn] = found or (_UNTOLD,)
        except NotAskedError as error:
            told[drift.urn] = (f"not asked: {error}",)
    return told


def _plain(found: Sequence[Found], stack: str) -> list[str]:
    lines = [_summary(found, stack)]
    for each in found:
        lines += ["", short(each.resource), *(f"  by            {who}" for who in each.by)]
        for choice in each.choices:
            lines += [f"  differs       {choice.what}", f"  next up       {choice.next_up}"]
            lines += [f"  to take over  {choice.take_over}"]
    return lines + (["", *_ways(stack)] if found else [])


def _markdown(found: Sequence[Found], stack: str) -> list[str]:
    lines = [f"### {_summary(found, stack)}", ""]
    if not found:
        return lines
    lines += ["| resource | what differs | by whom | the next `up` | to take it over |", "|---|---|---|---|---|"]
    for each in found:
        for choice in each.choices:
            cells = (short(each.resource), choice.what, "; ".join(each.by), choice.next_up, choice.take_over)
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return [*lines, "", *_ways(stack)]


def _summary(found: Sequence[Found], stack: str) -> str:
    return f"drift of {stack}: {len(found) or 'no'} resource(s) differ from the last `up`"


def _ways(stack: str) -> list[str]:
    return [
        f"Take over: write the setting, then `make plan STACK={stack}` shows no such difference after a refresh.",
        f"Put back: `pulumi refresh --stack {stack}`, then `pulumi up --stack {stack}`: an `up` alone does not look.",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.drift", description="What changed since the last `up`.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("--from", dest="file", type=Path, metavar="FILE", help="the event log of a refresh")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print it as JSON")
    shape.add_argument("--markdown", action="store_true", help="print it for a workflow's summary")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
