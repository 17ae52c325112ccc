"""Physical names: short enough for every service, and in the form that the strictest of them takes."""

from pathlib import Path

import pytest

from settings import SettingsError
from settings.names import LONGEST_PREFIX, bounded
from tests.settings.product import files


def test_a_name_that_fits_stays_and_a_longer_one_keeps_its_beginning_and_is_told_apart() -> None:
    assert bounded("shop-prod", 42) == "shop-prod"
    one, other = (bounded(f"{'a' * 60}{end}", 42) for end in "xy")
    assert len(one) == len(other) == 42
    assert one != other
    assert one.startswith("a" * 35)
    with pytest.raises(ValueError, match="no room"):
        bounded("shop", 7)


def test_what_every_physical_name_starts_with_leaves_room_for_the_rest(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    assert stated.load().model_copy(update={"stack_name": "p" * 40}).prefix != f"shop-{'p' * 40}"
    assert len(stated.load().model_copy(update={"stack_name": "p" * 40}).prefix) == LONGEST_PREFIX


def test_two_hyphens_in_a_row_are_refused_which_rds_would_refuse(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = {**stated.workload, "name": "web--shop"}
    stated.write()
    with pytest.raises(SettingsError) as caught:
        stated.load()
    assert "single hyphens: RDS takes no two in a row" in caught.value.render()
    assert "write 'web-shop', and rename the file" in caught.value.render()
