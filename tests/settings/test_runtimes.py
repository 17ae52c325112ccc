"""The table of runtimes: complete, and consistent with what settings accept."""

from typing import get_args

from settings.runtimes import RUNTIMES, Feature, RuntimeName, offering


def test_the_table_has_a_row_for_each_name_that_a_stack_may_write() -> None:
    assert set(RUNTIMES) == set(get_args(RuntimeName))


def test_each_feature_is_offered_by_some_runtime() -> None:
    """A message tells the user which runtime to write instead."""
    assert [feature.name for feature in Feature if not offering(feature)] == []


def test_a_feature_is_lacked_or_offered() -> None:
    assert Feature.TIMESERIES in RUNTIMES["eks"]
    assert Feature.TIMESERIES not in RUNTIMES["ecs"]
    assert offering(Feature.TIMESERIES) == "eks"
