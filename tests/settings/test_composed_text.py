"""Text in which names in braces stand for outputs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from settings.workload.container import Composed, Placeholder, outputs_in, pieces, placeholders
from tests.settings.product import files, with_change

_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
_PARTS = st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | _NAMES.map(Placeholder), max_size=8)


def _written(part: str | Placeholder) -> str:
    if isinstance(part, Placeholder):
        return f"{{{part.name}}}"
    return part.replace("{", "{{").replace("}", "}}")


@given(_PARTS)
def test_what_is_written_is_taken_apart_again(parts: list[str | Placeholder]) -> None:
    text = "".join(map(_written, parts))
    read = list(pieces(text))
    assert [part for part in read if isinstance(part, Placeholder)] == [
        part for part in parts if isinstance(part, Placeholder)
    ]
    assert "".join(part if isinstance(part, str) else f"\0{part.name}\0" for part in read) == "".join(
        part if isinstance(part, str) else f"\0{part.name}\0" for part in parts
    )


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused_by_a_reason(text: str) -> None:
    try:
        placeholders(text)
    except ValueError as error:
        assert "stands alone" in str(error)  # noqa: PT017 -- either answer is right


@pytest.mark.parametrize("text", ["{", "}", "{}", "{ hostname }", "{a{b}}", "{{a}", "{1}"])
def test_lone_braces_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="stands alone"):
        Composed(text=text)


def test_a_values_outputs() -> None:
    assert outputs_in("{hostname}") == ()
    assert outputs_in(Composed(text="{hostname}:{region} {{no}} {hostname}")) == ("hostname", "region")


def test_names_may_hold_dots_and_hyphens(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(
        stated.workload,
        "services.api.environment",
        {"spring.datasource.url": {"text": "jdbc:postgresql://{database.host}/shop"}, "log-level": "info"},
    )
    stated.write()
    assert set(stated.load().workload.services["api"].environment) == {"spring.datasource.url", "log-level"}


def test_a_secret_with_a_dot_is_set_by_a_path_that_keeps_it_whole(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, 'secrets["partner.key"]', {"kind": "provided"})
    stated.write()
    (missing,) = stated.refused().diagnostics
    assert """--path 'groundwork:secrets["partner.key"]'""" in missing.fix
