"""What a change means before it is made: `python -m tools.plan --stack prod [--workload …] [--from preview.json]`.

Without a file it previews the stack on the offline cloud. The exit code is 0 where nothing is replaced or lost, 3 where
something is and may be, 4 where something is refused, and 1 where no plan could be made.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from offline_cloud import cli
from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import Workspace, open_workspace
from tools.plan import plan, releases, report
from tools.plan.permits import Allowed, StatedError, allowed, mistakes, refused
from tools.plan.preview import NoPreviewError, Preview, read
from tools.plan.releases import Charts
from tools.plan.report import Plan
from tools.plan.words import Kind

FINE, FAILED, REPLACES, REFUSED = 0, 1, 3, 4
_ECHOES: Final = ("preview failed", "an unhandled error occurred", "update failed")


def main(arguments: Sequence[str]) -> int:
    """Print the plan of a stack; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        space = open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload)
        preview, charts, settings = _given(chosen, space) if chosen.file else _previewed(chosen, space)
        given = allowed(settings, chosen.stack)
    except (NoPreviewError, OfflineCloudError, StatedError) as error:
        return _failed(str(error))
    began = time.monotonic()
    code = _told(chosen, preview, charts, given)
    sys.stderr.write(f"planned in {time.monotonic() - began:.1f} s beyond the preview\n")
    return code


def _told(chosen: argparse.Namespace, preview: Preview, charts: Charts, given: Allowed) -> int:
    today = datetime.now(UTC).date()
    wrong = [*_broken(preview), *mistakes(given, preview, today)]
    if wrong:
        return _failed("\n".join(wrong))
    found = plan.ordered([*plan.findings(preview), *releases.findings(preview, charts)])
    made = Plan(chosen.stack, found, refused(found, given, today), preview.created)
    if chosen.json:
        print(report.as_json(made))
    elif chosen.markdown:
        print(report.markdown(made))
    else:
        report.terminal(made, report.console())
    if made.refused:
        sys.stderr.write(_advice(made.refused))
        return REFUSED
    return REPLACES if any(each.kind in (Kind.REPLACES, Kind.LOSES_DATA) for each in found) else FINE


def _advice(found: Sequence[plan.Finding]) -> str:
    lines: list[str] = []
    for each in found:
        if each.impossible:
            lines.append(f"not possible: {each.resource}: {each.what}; {each.also or each.source}")
        elif each.protected:
            lines.append(
                f"refused: {each.resource}: {each.what}, and protected in the last state; bring the stack `up` with a "
                "permit while it is still there, then take it out"
            )
        else:
            word = (
                f"permits: [{{change: replace, of: {each.resource.rpartition(' ')[2]}, until: <day>, why: <reason>}}]"
            )
            lines.append(f"refused: {each.resource}: {each.what}; to permit it, the stack says `{word}`")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _broken(preview: Preview) -> list[str]:
    """Say why a preview failed, where that is not what the plan itself tells of."""
    said = [text for _, text in preview.refused if "protect" not in text]
    return [f"the preview failed: {text}" for text in said if not text.startswith(_ECHOES)]


def _given(chosen: argparse.Namespace, space: Workspace) -> tuple[Preview, Charts, Path]:
    return read(chosen.file), Charts(), space.root


def _previewed(chosen: argparse.Namespace, space: Workspace) -> tuple[Preview, Charts, Path]:
    """Preview the stack on the offline cloud, and give what the engine told of it."""
    began = time.time()
    events = space.home / f"plan-{space.stack}.events"
    command = ["preview", "--project", str(space.root), "--stack", space.stack, "--workload", space.workload]
    command += [word for setting in ("groundwork:preview=plan", *chosen.config) for word in ("-c", setting)]
    space.home.mkdir(parents=True, exist_ok=True)
    events.unlink(missing_ok=True)
    with redirect_stdout(sys.stderr):
        code = cli.main([*command, "--no-policy", "--json", "--events", str(events)])
    if not events.is_file():
        raise OfflineCloudError(f"the preview ended with {code} before the engine began")
    charts = Charts(space.home / "manifests" / space.stack, space.home / "renderings", began)
    return read(events), charts, space.directory


def _failed(said: str) -> int:
    sys.stderr.write("".join(f"error: {line}\n" for line in said.splitlines() if line.strip()))
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.plan", description="What a change means before it is made.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("--from", dest="file", type=Path, metavar="FILE", help="a preview: `pulumi preview --json`")
    parser.add_argument("-c", "--config", action="append", default=[], metavar="KEY=VALUE", help="lay over the stack's")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print the plan as JSON")
    shape.add_argument("--markdown", action="store_true", help="print the plan for a pull request")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
