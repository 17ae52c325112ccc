import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.connections import (
    RESERVED,
    Pool,
    cache_budget,
    database_budget,
    max_connections,
)

API = Pool(service="api-server", size=20, minimum_pods=3, maximum_pods=10)
LADDER = ("db.t4g.micro", "db.t4g.medium", "db.m7g.large", "db.m7g.xlarge", "db.m7g.2xlarge")


def _pool(size: int, low: int, more: int) -> Pool:
    return Pool(service="x", size=size, minimum_pods=low, maximum_pods=low + more)


pools = st.lists(st.builds(_pool, st.integers(0, 100), st.integers(1, 50), st.integers(0, 50)), max_size=6)


@pytest.mark.requirement("OB-D02")
@pytest.mark.requirement("OB-33")
def test_the_api_opens_60_to_200_connections() -> None:
    budget = database_budget([API], ["db.m7g.xlarge"])
    assert (budget.at_minimum, budget.at_maximum) == (60, 200)
    assert budget.fits


@pytest.mark.requirement("OB-D03")
@pytest.mark.requirement("OB-80")
def test_the_api_opens_30_to_100_cache_connections() -> None:
    pool = Pool(service="api-server", size=10, minimum_pods=3, maximum_pods=10)
    budget = cache_budget([pool])
    assert (budget.at_minimum, budget.at_maximum) == (30, 100)
    assert budget.fits


@pytest.mark.requirement("OB-71")
def test_a_rollout_runs_a_quarter_more_pods_rounded_up() -> None:
    (row,) = database_budget([API], ["db.m7g.xlarge"]).rows
    assert row.in_rollout == 20 * 13


def test_the_smallest_failover_target_decides() -> None:
    budget = database_budget([API], ["db.m7g.xlarge", "db.t4g.micro"])
    assert budget.accepted == max_connections("db.t4g.micro")
    assert not budget.fits


@pytest.mark.parametrize(
    ("name", "reported"),
    [("db.t4g.micro", 81), ("db.t4g.medium", 405), ("db.m7g.xlarge", 1700)],
)
def test_the_estimate_stays_a_little_below_what_instances_report(name: str, reported: int) -> None:
    assert 0.75 * reported <= max_connections(name) <= reported


def test_no_instance_accepts_more_than_five_thousand() -> None:
    assert max_connections("db.r7g.16xlarge") == 5000


def test_a_service_without_a_pool_has_no_row() -> None:
    assert database_budget([Pool(service="web", size=0, minimum_pods=1, maximum_pods=9)], LADDER).rows == ()


def test_a_budget_without_an_instance_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one instance"):
        database_budget([API], [])


@given(pools=pools, name=st.sampled_from(LADDER))
def test_a_budget_fits_exactly_when_a_rollout_leaves_the_reserve(pools: list[Pool], name: str) -> None:
    budget = database_budget(pools, [name])
    assert budget.at_minimum <= budget.at_maximum <= budget.in_rollout
    assert budget.fits == (budget.in_rollout + RESERVED <= max_connections(name))
    assert sum(row.at_maximum for row in budget.rows) == sum(pool.size * pool.maximum_pods for pool in pools)
