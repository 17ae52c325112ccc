"""What a change does to each stack: `python -m tools.report --base origin/main [--stack prod]`.

Two previews of each stack, of the base revision and of what stands here, on the offline cloud; their differences as one
Markdown comment and one page. The exit code is 0, 4 where the change is to be stopped, and 1 where no report was made.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from offline_cloud.tools import MissingToolError, find
from tools.report import comment, page, stack, trees, words
from tools.report.previews import Side, sides
from tools.report.stack import StackReport
from tools.report.trees import ReportError

FINE, FAILED, STOPPED = 0, 1, 4
OUT: Final = Path("build/report")


def main(arguments: Sequence[str]) -> int:
    """Write the report, and say where; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    root = chosen.project.resolve()
    try:
        find("pulumi")
        previewed, seconds = _previewed(root, chosen.base, chosen.stack, chosen.workload)
    except (ReportError, MissingToolError) as error:
        sys.stderr.write(f"error: {error}\n")
        return FAILED
    began = time.monotonic()
    today = datetime.now(UTC).date()
    reports = stack.ordered(stack.of(name, *both, root, today, chosen.workload) for name, both in previewed.items())
    folder = chosen.out if chosen.out.is_absolute() else root / chosen.out
    folder.mkdir(parents=True, exist_ok=True)
    text = comment.written(reports, chosen.base, chosen.footer)
    (folder / "comment.md").write_text(text, "utf-8")
    (folder / "report.html").write_text(page.written(reports, chosen.base), "utf-8")
    for line in _told(reports):
        print(line)
    # Both sides' charts are rendered at the same time, each between two previews.
    rendering = max(sum(both[side].rendering for both in previewed.values()) for side in (0, 1))
    own = time.monotonic() - began + rendering
    print(f"{folder / 'comment.md'}: {len(text):,} of {comment.LIMIT:,} characters; the page: {folder / 'report.html'}")
    print(f"previewed in {seconds - rendering:.1f} s, and reported in {own:.1f} s beyond the previews")
    return STOPPED if any(each.fails for each in reports) else FINE


def _previewed(
    root: Path, revision: str, stacks: Sequence[str], workload: str | None
) -> tuple[Mapping[str, tuple[Side, Side]], float]:
    """Preview both revisions at the same time; gives both sides of each stack, and the seconds that it took."""
    with trees.base(root, revision) as old, trees.head(root) as new:
        wanted = list(dict.fromkeys(stacks)) or sorted({*_stacks(old), *_stacks(new)})
        unknown = [each for each in wanted if each not in {*_stacks(old), *_stacks(new)}]
        if unknown:
            known = ", ".join(sorted({*_stacks(old), *_stacks(new)}))
            raise ReportError(f"STACK: neither revision has a Pulumi.{unknown[0]}.yaml; stacks: {known}")
        began = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            before, after = pool.map(partial(_all_sides, wanted, workload), (old, new))
        return {each: (before[each], after[each]) for each in wanted}, time.monotonic() - began


def _all_sides(stacks: Sequence[str], workload: str | None, folder: Path) -> Mapping[str, Side]:
    return dict(sides(folder, stacks, workload))


def _stacks(folder: Path) -> list[str]:
    return [path.name.split(".", 2)[1] for path in folder.glob("Pulumi.*.yaml")]


def _told(reports: Sequence[StackReport]) -> list[str]:
    return [
        f"{each.stack}: {each.unknown or words.counts(each)}; {words.worst(each)}; dollars a month: {words.cost(each)}"
        for each in reports
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.report", description="What a change does to each stack.")
    parser.add_argument("--base", required=True, metavar="REVISION", help="what it is compared with: origin/main")
    parser.add_argument("--stack", action="append", default=[], help="one stack, or several (default: each of them)")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER", help=f"where to write (default: {OUT})")
    parser.add_argument(
        "--footer", default="", metavar="TEXT", help="Markdown to end the comment with: where the page is"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
