"""Values in YAML files: one place changes, and all else stays letter by letter."""

import json
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platform.life import ROOT
from tools.operations import editing

FILES = [ROOT / "Pulumi.prod.yaml", *(ROOT / f"workloads/{name}.yaml" for name in ("openibank", "waiver-exchange"))]
TEXTS = {path.name: path.read_text("utf-8") for path in FILES}
WORDS = st.sampled_from(["groundwork:ingress", "on", "1", "maintenance", "a b", "ä"])
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9999), st.sampled_from(["17", "1.10", "yes", "plain", "2026-12-05", ""])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=5,
)


def leaves(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of a document that lead through mappings alone."""
    if not isinstance(value, dict):
        return [path] if path else []
    below = cast("dict[str, Any]", value)
    return [path, *(found for key, each in below.items() for found in leaves(each, (*path, key)))] if path else [
        found for key, each in below.items() for found in leaves(each, (key,))
    ]  # fmt: skip


def loaded(text: str) -> dict[str, Any]:
    return json.loads(json.dumps(yaml.load(text, yaml.CSafeLoader), default=str))


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_value_that_is_there_is_replaced_and_nothing_else(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    path = data.draw(st.sampled_from(leaves(loaded(text))))
    value = data.draw(VALUES)
    try:
        after = editing.put(text, path, value)
    except editing.EditError:
        assert "&" in text  # what an anchor shares is left to a hand
        return
    wanted = loaded(text)
    place: Any = wanted
    for word in path[:-1]:
        place = place[word]
    place[path[-1]] = value
    assert loaded(after) == wanted
    untouched = [line for line in after.splitlines() if line in text.splitlines()]
    assert len(untouched) >= len(after.splitlines()) - 1


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=25, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=3, unique=True), value=VALUES)
def test_a_value_that_is_new_comes_and_goes_without_a_trace(name: str, words: list[str], value: object) -> None:
    text = TEXTS[name]
    section = "config" if name.startswith("Pulumi") else "database"
    path = (section, *(f"new-{word}" for word in words))
    after = editing.put(text, path, value)
    assert editing.read(after, path) == value
    assert comments(after) == comments(text)
    assert editing.drop(after, path) == text


EXAMPLES = [
    ("a: 1\n", ("b",), 2, "a: 1\nb: 2\n"),
    ("a: {}\nb: 1\n", ("a", "c"), True, "a: {c: true}\nb: 1\n"),
    ("a:\nb: 1\n", ("a", "c"), "x", "a: {c: x}\nb: 1\n"),
    ("a: {b: 1} # why\n", ("a", "c"), 2, "a: {b: 1, c: 2} # why\n"),
    ("a:\n  # why\n  b: 1\n\nc: 2\n", ("a", "d"), "17", 'a:\n  # why\n  b: 1\n  d: "17"\n\nc: 2\n'),
    ("a: |\n  text\n  more\nb: 1\n", ("a",), "x", "a: x\nb: 1\n"),
    ("a: &x {b: 1}\nc: *x\nd: 1\n", ("c",), 2, "a: &x {b: 1}\nc: 2\nd: 1\n"),
    ("a:\n  b: &x\n    c: 1\n", ("a", "b", "d"), 2, "a:\n  b: &x\n    c: 1\n    d: 2\n"),
    ("a: 1", ("b", "c"), [1, "no"], 'a: 1\nb: {c: [1, "no"]}\n'),
    ("", ("a",), 1, "a: 1\n"),
]


@pytest.mark.parametrize(("text", "path", "value", "after"), EXAMPLES)
def test_it_writes_as_people_do(text: str, path: tuple[str, ...], value: object, after: str) -> None:
    assert editing.put(text, path, value) == after


def test_a_section_that_it_leaves_empty_goes_too() -> None:
    assert editing.drop("a:\n  b:\n    c: 1\nd: 2\n", ("a", "b", "c")) == "d: 2\n"
    assert editing.drop("a: {b: 1, c: 2}\n", ("a", "b")) == "a: {c: 2}\n"
    assert editing.drop("a: 1\n", ("b", "c")) == "a: 1\n"


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("a: &x {b: 1}\nc: *x\n", ("a", "b"), "shares its text with something else"),
        ("a: 1\n", ("a", "b"), "a is no section; write b there by hand"),
        ("a: [\n", ("a",), "it is no YAML"),
    ],
)
def test_what_it_cannot_change_alone_it_leaves_to_a_hand(text: str, path: tuple[str, ...], said: str) -> None:
    with pytest.raises(editing.EditError, match=said):
        editing.put(text, path, 2)
