"""Every alert leads to a section of the runbooks that says what to do, with the facts of its rule."""

from pathlib import Path

import pytest

from tests.alerts.facts import PAGES, known, sections, written

ROOT = Path(__file__).parents[2]
_LONGEST = 400


@pytest.mark.parametrize("alert", sorted(known()))
def test_an_alert_leads_to_its_section(alert: str) -> None:
    for _, rule in known()[alert]:
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        found = [name for name in sections((ROOT / page).read_text(encoding="utf-8")) if name.lower() == anchor]
        assert found == [alert], (
            f"write `## {alert}` into {page}: what to look at first, what it is likely to be, what to do"
        )


@pytest.mark.parametrize("page", sorted(path.name for path in PAGES.glob("alerts*.md")))
def test_a_page_says_what_the_rules_say_and_stays_short(page: str) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    assert set(sections(text)) <= set(known()), "a section of an alert that no product has"
    assert written(text) == text, "run `python -m tests.alerts.facts`"
    for part in text.split("\n## ")[1:]:
        assert [f"- **{word}**: " in part for word in ("Look first", "Likely", "Do")] == [True] * 3, part.splitlines()[
            0
        ]
    assert len(text.splitlines()) < _LONGEST
