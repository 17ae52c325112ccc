"""What a run says at its end."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from offline_cloud import report
from offline_cloud.cloud import derived
from offline_cloud.engine import Finished
from offline_cloud.events import Story
from offline_cloud.workspace import Workspace


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAKELEVEL", raising=False)


def _space(folder: Path, workload: str) -> Workspace:
    (folder / "Pulumi.yaml").write_text("name: groundwork\n", encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config: {groundwork:workload: shop}\n", encoding="utf-8")
    (folder / "Makefile").touch()
    return Workspace(folder, "groundwork", "dev", workload)


@pytest.mark.parametrize(
    ("workload", "form", "line"),
    [
        ("shop", "make", "  make up STACK=dev  bring it up"),
        ("book-club", "make", "  make up STACK=dev WORKLOAD=book-club  bring it up"),
        ("shop", "python", " -m offline_cloud up --stack dev  bring it up"),
        ("book-club", "python", " -m offline_cloud up --stack dev --workload book-club  bring it up"),
    ],
)
def test_the_next_step_is_about_the_same_product_in_the_form_of_this_run(
    workload: str, form: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    space = _space(tmp_path, workload)
    monkeypatch.chdir(tmp_path)
    if form == "make":
        monkeypatch.setenv("MAKELEVEL", "1")
    else:
        monkeypatch.delenv("MAKELEVEL", raising=False)
    report.success(Console(file=said, width=240), space, "preview", Finished(0, Story(), 1.0))
    assert line in said.getvalue()


@pytest.mark.parametrize("operation", ["destroy", "up"])
def test_after_a_crash_the_way_on_is_the_same_command(operation: str, tmp_path: Path) -> None:
    said = StringIO()
    finished = Finished(1, Story(), 1.0, provider_died=True)
    report.failure(Console(file=said, width=240), _space(tmp_path, "club"), operation, finished, ["a=b"])
    again = f"offline_cloud {operation} --project {tmp_path} --stack dev --workload club"
    assert f"{again}{' -c a=b' if operation == 'up' else ''}` finds out" in said.getvalue()


def test_a_preview_that_fails_says_what_would_have_been(tmp_path: Path) -> None:
    said = StringIO()
    finished = Finished(1, Story(changes={"update": 2, "delete": 12, "same": 3}), 1.0)
    report.failure(Console(file=said, width=240), _space(tmp_path, "shop"), "preview", finished)
    assert "nothing was changed; as far as it was seen, 2 would be updated, 12 would be deleted" in said.getvalue()


def test_an_account_that_broke_off_is_no_success(tmp_path: Path) -> None:
    said = StringIO()
    finished = Finished(1, Story(), 1.0, untold=True)
    report.failure(Console(file=said, width=240), _space(tmp_path, "shop"), "up", finished)
    assert "its account of what it did broke off" in said.getvalue()


@pytest.mark.parametrize(("created", "line"), [(1, "failed after 1.0 s\n"), (2, "failed after 1.0 s: 2 created")])
def test_a_refusal_counts_nothing_as_created(created: int, line: str, tmp_path: Path) -> None:
    said = StringIO()
    story = Story(changes={"create": created})
    finished = Finished(1, story, 1.0, program_failure="1 mistake in the settings; nothing was created.")
    report.failure(Console(file=said, width=120), _space(tmp_path, "shop"), "up", finished)
    assert line in said.getvalue()


def test_types_that_nothing_speaks_of_are_named_once(tmp_path: Path) -> None:
    said = StringIO()
    story = Story(summed_up=True)
    for name in ("a", "b"):
        for kind in (sorted(derived.unjudged())[0], "aws:ec2/vpc:Vpc"):
            story._seen.add((f"urn:pulumi:dev::p::group:of:Things${kind}::{name}", "create"))  # pyright: ignore[reportPrivateUsage]
    report.success(Console(file=said, width=500), _space(tmp_path, "shop"), "preview", Finished(0, story, 1.0))
    line = f"note: not judged, since no source says what they take: {sorted(derived.unjudged())[0]}"
    assert said.getvalue().count("not judged") == 1
    assert line in said.getvalue()
