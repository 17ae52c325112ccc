"""Three mistakes of different kinds are reported in one answer, every time, and nothing that only follows from them."""

from pathlib import Path

import pytest

from tests.settings.hundred_files import COUNT, KINDS, Mistake, broken, drawn, reported

FILES = tuple(drawn())


def test_the_draw_takes_from_every_kind() -> None:
    assert len(FILES) == COUNT
    used = [mistake for mistakes in FILES for mistake in mistakes]
    assert all(any(each in used for each in mistakes) for mistakes in KINDS.values())


@pytest.mark.parametrize("mistakes", FILES, ids=lambda mistakes: " + ".join(each.setting for each in mistakes)[:90])
def test_all_three_mistakes_are_reported_in_one_answer(mistakes: tuple[Mistake, ...], tmp_path: Path) -> None:
    answer = reported(broken(tmp_path, mistakes))
    assert sorted(set(answer)) == sorted({mistake.setting for mistake in mistakes}), answer
