"""The comment: what is lost first, nothing longer than a comment may be, and no text that becomes markup."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.tools.report.graphs import ALARM, INSTANCE, database, graph, node
from tools.report import comment, stack
from tools.report.previews import Breach, Side
from tools.report.stack import StackReport

TODAY = date(2026, 12, 1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  groundwork:environment: production\n", "utf-8")
    return tmp_path


def report(project: Path, before: Side, after: Side, name: str = "prod") -> StackReport:
    return stack.of(name, before, after, project, TODAY)


def test_what_loses_data_comes_first_and_is_refused(project: Path) -> None:
    after = graph(*database(2, storageEncrypted=True, allocatedStorage=200))
    found = report(project, Side(graph(*database())), Side(after))
    text = comment.written([found], "main")
    assert text.startswith(comment.MARK)
    lost, told = text.index("> - **loses data**: database-primary"), text.index("- the database gets a second replica")
    assert lost < told
    assert "**refused**: nothing permits it" in text
    assert found.fails
    assert "| prod | 1 created, 1 replaced | **loses data, 1 refused** | none | " in text


def test_nothing_is_told_of_a_change_without_a_difference(project: Path) -> None:
    found = report(project, Side(graph(*database())), Side(graph(*database())))
    assert "Nothing changes." in comment.written([found], "main")
    assert not found.fails


@pytest.mark.parametrize("limit", [comment.LIMIT, 20_000, 5_000])
def test_a_comment_is_never_longer_than_it_may_be_and_says_what_it_leaves_out(project: Path, limit: int) -> None:
    before = [node(ALARM, f"alarm-{each}", {"threshold": each}) for each in range(900)]
    after = [node(ALARM, f"alarm-{each}", {"threshold": each + 1}) for each in range(900)]
    lost = node(INSTANCE, "precious", {"instanceClass": "db.m7g.large"})
    sides = Side(graph(lost, *before)), Side(graph(*after))
    reports = [report(project, *sides, name) for name in ("a", "b", "c", "d")]
    text = comment.written(reports, "main", "[the page](https://example.com)", limit)
    assert len(text) <= limit
    assert "Left out" in text
    assert text.rstrip().endswith("(https://example.com)")
    assert "**loses data**: precious" in text
    assert len(re.findall("<details>", text)) == len(re.findall("</details>", text))


def test_what_fails_is_said_and_the_rest_is_still_shown(project: Path) -> None:
    failed = report(project, Side(graph(*database())), Side(failed="domain: `x` is no domain"))
    fine = report(project, Side(graph(*database())), Side(graph(*database(2))), "dev")
    text = comment.written([failed, fine], "main")
    assert r"> the preview failed: domain: \`x\` is no domain" in text
    assert "the database gets a second replica" in text
    assert failed.fails
    assert not fine.fails
    of_base = report(project, Side(failed="broken"), Side(graph(*database())))
    assert "the base's preview failed, so nothing says what changes: broken" in comment.written([of_base], "main")
    assert not of_base.fails


def test_what_fails_or_loses_something_comes_first(project: Path) -> None:
    same = report(project, Side(graph(*database())), Side(graph(*database())), "a")
    more = report(project, Side(graph(*database())), Side(graph(*database(2))), "b")
    lost = report(project, Side(graph(*database())), Side(graph()), "c")
    failed = report(project, Side(graph()), Side(failed="x"), "d")
    assert [each.stack for each in stack.ordered([same, more, lost, failed])] == ["d", "c", "b", "a"]


def test_policies_tell_what_is_new_and_what_is_fixed(project: Path) -> None:
    old = Breach("advisory", "old-rule", "aws:s3/bucket:Bucket a", "old text\nhow to fix it")
    kept = Breach("advisory", "kept", "aws:s3/bucket:Bucket b", "kept")
    new = Breach("mandatory", "new-rule", "aws:s3/bucket:Bucket c", "open to all\nhow to fix it")
    found = report(project, Side(graph(), (old, kept)), Side(graph(), (kept, new)))
    text = comment.written([found], "main")
    assert "> - new-rule: aws:s3/bucket:Bucket c: open to all" in text
    assert "- fixed: old-rule" in text
    assert "kept" not in text
    assert "1 new, 1 fixed" in text
    assert found.fails


def test_no_text_becomes_markup_or_calls_somebody() -> None:
    text = comment.escaped("a|b <script>alert(1)</script> @team `x` [link](y) *bold*\nnext")
    assert not re.search(r"(?<!\\)[|`*\[\]]|[<>@\n]", text.replace("&lt;", "").replace("&gt;", ""))
    fence, *lines, end = comment.fenced(["+ ```", "- ````"])
    assert (fence, end) == ("`````diff", "`````")
    assert lines == ["+ ```", "- ````"]
