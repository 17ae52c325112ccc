"""Nobody is called in an ordinary month, and the month would show it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.alerts.rules import WORKLOADS, groups
from tests.observability.courses import Course
from tests.observability.firings import Played, firings
from tests.observability.month import fired, ordinary, samples, traffic, under_way
from tests.observability.stories import usual

_HOUR, _DAY = 3600, 86_400
_ERRORS = (
    'http_requests_total{namespace="openibank", service="api-server", pod="a", method="GET", path="/orders", '
    'status="500"}'
)


@pytest.mark.parametrize("product", WORKLOADS)
def test_nobody_is_called_in_an_ordinary_month(product: str) -> None:
    assert fired(product) == {"month": [], "first hours": []}


def test_a_release_that_fails_too_often_is_noticed_in_the_first_hours(tmp_path: Path) -> None:
    """Thirty in a hundred fail while pods are exchanged, where one in two thousand does in an ordinary month."""
    courses: Mapping[str, Course] = {**ordinary("openibank"), _ERRORS: {"rate": 0.005, "deploying": 30}}
    series = {
        name: " ".join(f"{value:.8g}" for value in samples(course, 11 * _HOUR, 30)) for name, course in courses.items()
    }
    day = Played(name="day", series=series, seconds=11 * _HOUR - 30, every=30)
    found = {each.name for each in firings(groups("openibank"), [day], tmp_path)["day"]}
    assert {"Outage", "HighErrorRate"} <= found


def test_a_month_has_days_nights_weekends_and_events() -> None:
    assert traffic(16 * _HOUR) == 1
    assert traffic(4 * _HOUR) == 0.25
    assert traffic(5 * _DAY + 16 * _HOUR) == 0.6
    assert under_way(10 * _HOUR) == under_way(15 * _HOUR + _DAY) == {"deploying"}
    assert under_way(3 * _HOUR) == under_way(3 * _HOUR + 7 * _DAY) == {"rotating"}
    assert under_way(3 * _HOUR + _DAY) == set()
    assert under_way(5 * _HOUR) == {"replacing"}
    assert under_way(2 * _HOUR) == {"nightly"}


@pytest.mark.parametrize("product", WORKLOADS)
def test_the_month_is_about_series_that_a_well_product_has(product: str) -> None:
    """A name that is written otherwise would leave the series as it is in a story, and add one that nobody reads."""
    assert set(ordinary(product)) == set(usual(product))
