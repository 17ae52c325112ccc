"""YAML that cannot be read, or not as it was meant, is told with its line; nothing else is raised."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.document import parse, read
from tests.settings.product import WORKLOAD, files

UNREADABLE = {
    "an open bracket": ("a: [1, 2\nb: 3\n", 2, "expected ',' or ']'"),
    "a tab": ("a:\n\t- x\n", 2, "cannot start any token at column 1"),
    "an open quote": ('a: "x\n', 2, "end of stream"),
    "bad indentation": ("a: 1\n  b: 2\n", 2, "mapping values are not allowed"),
    "an anchor that nobody defined": ("a: 1\nb: *limits\n", 2, "define the anchor (&name) above its use"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "another document"),
    "a control character": ("a: \x00\n", None, "special characters are not allowed"),
}

QUESTIONABLE = {
    "a key twice": ("a: 1\nb: 2\na: 3\n", 3, "each key once", "the other is on line 1"),
    "a nested key twice": ("a:\n  b: 1\n  b: 1\n", 3, "each key once", "the other is on line 2"),
    "a number as key": ("8080: x\n", 1, "a key that is text", 'put it in quotes: "8080":'),
    "a list as key": ("? [a]\n: x\n", 1, "a key that is text", "write the key in one word"),
    "an anchor inside itself": ("a: &a\n  b: *a\n", 1, "a value that ends", "write the value out"),
    "a merge of a number": ("a: &a 5\nb:\n  <<: *a\n", 3, "an alias of a mapping", "stands on a mapping"),
    "a merge of a list item": ("a: &a {x: 1}\nb:\n  <<: [*a, 5]\n", 3, "an alias of a mapping", "mapping"),
    "an unknown tag": ("a: !secret x\n", 1, "text, a number", "remove the tag !secret"),
    "a tag for code": ("a: !!python/name:os.system\n", 1, "text, a number", "remove the tag"),
}


@pytest.mark.parametrize(("text", "line", "fix"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_yaml(text: str, line: int | None, fix: str) -> None:
    document = parse(text, "x.yaml")
    (diagnostic,) = document.diagnostics
    assert (diagnostic.file, diagnostic.line, document.readable) == ("x.yaml", line, False)
    assert fix in diagnostic.fix


@pytest.mark.parametrize(("text", "line", "allowed", "fix"), QUESTIONABLE.values(), ids=QUESTIONABLE)
def test_questionable_yaml(text: str, line: int, allowed: str, fix: str) -> None:
    (diagnostic,) = parse(text, "x.yaml").diagnostics
    assert diagnostic.line == line
    assert allowed in diagnostic.allowed
    assert fix in diagnostic.fix


def test_aliases_that_unfold_without_end_are_stopped() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
    )
    (diagnostic,) = parse(text, "x.yaml").diagnostics
    assert "after aliases are followed" in diagnostic.allowed


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        f"[{'a, ' * 340_000}]",
        "".join(f"k{number}: {number}\n" for number in range(70_000)),
        "".join(f"{' ' * level}a:\n" for level in range(1_000)),
        "x: &x [1, 2]\ny: [" + "*x, " * 300_000 + "]",
    ],
    ids=["brackets", "a list", "keys", "steps", "aliases"],
)
def test_a_file_that_nobody_wrote_by_hand_is_refused_before_it_is_read_to_its_end(text: str) -> None:
    """Each is about a megabyte, which takes 3 s and 80 MB to read whole: what stands at its end is never reached."""
    document = parse(text + "\n\t: not YAML", "x.yaml")
    assert not document.readable
    (diagnostic,) = document.diagnostics
    assert "at most 20,000 values, 60 levels deep" in diagnostic.allowed


def test_a_file_beyond_a_megabyte_is_not_looked_at(tmp_path: Path) -> None:
    # Were it looked at, it would be refused as no text in UTF-8.
    (tmp_path / "large.yaml").write_bytes(b"\xff" + b"# comment\n" * 600_000)
    (diagnostic,) = read(tmp_path / "large.yaml").diagnostics
    assert (diagnostic.given, diagnostic.line) == ("6,000,001 bytes", None)
    assert "at most 1,048,576 bytes" in diagnostic.allowed


def test_deep_nesting_is_stopped() -> None:
    assert parse("[" * 100 + "]" * 100, "x.yaml").diagnostics
    assert parse("[" * 100_000, "x.yaml").diagnostics


def test_a_merge_lays_its_own_keys_over_the_anchors() -> None:
    text = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nuse:\n  <<: [*base, *other]\n  a: 9\n"
    document = parse(text, "x.yaml")
    assert document.diagnostics == ()
    assert isinstance(document.data, dict)
    assert document.data["use"] == {"a": 9, "b": 2, "c": 4}


def test_scalars_are_read_as_editors_and_the_engine_read_them() -> None:
    text = "[on, no, 12:30, 2026-01-01, 010, 0x1F, 1.5, 1e400, ~, true, '5', 123456789012345678901]"
    expected = ["on", "no", "12:30", "2026-01-01", 10, 31, 1.5, "1e400", None, True, "5", "123456789012345678901"]
    assert parse(text, "x.yaml").data == expected


def test_every_path_has_its_line() -> None:
    document = parse("a:\n  b:\n    - x\n    - y: 1\n", "x.yaml")
    assert [document.line(path) for path in (("a", "b"), ("a", "b", 1), ("a", "b", 1, "y"), ("a", "z"), ())] == [
        2,
        4,
        4,
        1,
        1,
    ]


def test_a_file_that_cannot_be_opened_or_is_not_utf8(tmp_path: Path) -> None:
    (diagnostic,) = read(tmp_path / "absent.yaml").diagnostics
    assert "No such file" in diagnostic.allowed
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    (diagnostic,) = read(tmp_path / "latin.yaml").diagnostics
    assert diagnostic.allowed == "text in UTF-8"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    document = parse(text, "x.yaml")
    assert document.readable or document.diagnostics


@given(st.integers(0, len(WORKLOAD)), st.text(alphabet="&*{}[]:-!|>'\"#\n\t <%@`?,", min_size=1, max_size=4))
def test_a_slip_of_the_keyboard_is_read_or_refused(position: int, slip: str) -> None:
    document = parse(WORKLOAD[:position] + slip + WORKLOAD[position:], "x.yaml")
    assert document.readable or document.diagnostics


def test_a_duplicate_key_in_the_workload_file_is_refused_once(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write(workload_text=WORKLOAD + "name: shop\n")
    (diagnostic,) = stated.refused().diagnostics
    assert (diagnostic.setting, diagnostic.allowed) == ("name", "each key once")


@pytest.mark.parametrize("text", ["", "- a\n", "shop\n", "null\n", "5\n"])
def test_a_workload_file_that_is_not_a_mapping_is_refused(text: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write(workload_text=text)
    assert {diagnostic.file for diagnostic in stated.refused().diagnostics} == {"workloads/shop.yaml"}
