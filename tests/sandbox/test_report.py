"""What a run says at its end."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import report
from sandbox.engine import Finished
from sandbox.events import Story
from sandbox.workspace import Workspace


def _space(folder: Path, workload: str) -> Workspace:
    (folder / "Pulumi.yaml").write_text("name: groundwork\n", encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config: {groundwork:workload: shop}\n", encoding="utf-8")
    (folder / "Makefile").touch()
    return Workspace(folder, "groundwork", "dev", workload)


@pytest.mark.parametrize(("workload", "stack"), [("shop", "dev"), ("book-club", "dev WORKLOAD=book-club")])
def test_the_next_step_is_about_the_same_product(workload: str, stack: str, tmp_path: Path) -> None:
    said = StringIO()
    report.success(Console(file=said, width=120), _space(tmp_path, workload), "preview", Finished(0, Story(), 1.0))
    assert f"  make up STACK={stack}  bring it up" in said.getvalue()


@pytest.mark.parametrize(("created", "line"), [(1, "failed after 1.0 s\n"), (2, "failed after 1.0 s: 2 created")])
def test_a_refusal_counts_nothing_as_created(created: int, line: str, tmp_path: Path) -> None:
    said = StringIO()
    story = Story(changes={"create": created})
    finished = Finished(1, story, 1.0, program_failure="1 mistake in the settings; nothing was created.")
    report.failure(Console(file=said, width=120), _space(tmp_path, "shop"), finished)
    assert line in said.getvalue()
