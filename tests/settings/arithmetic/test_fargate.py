import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.fargate import (
    TASK_SIZES,
    UNITS_PER_CPU,
    Need,
    TaskSize,
    cpu_units,
    disk_gib,
    task_size,
    use_of_task,
)

LARGEST = TASK_SIZES[-1]
needs = st.builds(Need, millicores=st.integers(1, 16_000), mebibytes=st.integers(1, 120 * 1024))
small = st.builds(Need, millicores=st.integers(1, 500), mebibytes=st.integers(1, 500))


@given(needs)
def test_a_task_is_one_that_fargate_sells_and_holds_what_it_must(need: Need) -> None:
    size = task_size(need, need)
    assert (size.cpu, size.memory) in TASK_SIZES
    assert size.cpu * 1000 >= need.millicores * UNITS_PER_CPU
    assert size.memory >= need.mebibytes


@given(needs)
def test_no_smaller_task_would_do(need: Need) -> None:
    size = task_size(need, need)
    fitting = [
        pair for pair in TASK_SIZES if pair[0] * 1000 >= need.millicores * UNITS_PER_CPU and pair[1] >= need.mebibytes
    ]
    assert (size.cpu, size.memory) == min(fitting)


@given(limit=small, request=small, beside=st.lists(small, max_size=3))
def test_what_runs_beside_never_makes_a_task_smaller(limit: Need, request: Need, beside: list[Need]) -> None:
    alone, together = task_size(limit, request), task_size(limit, request, beside)
    assert together.cpu >= alone.cpu
    assert together.cpu * 1000 >= UNITS_PER_CPU * (request.millicores + sum(each.millicores for each in beside))
    assert together.memory >= request.mebibytes + sum(each.mebibytes for each in beside)


@pytest.mark.requirement("GX-28")
def test_four_cores_and_eight_gibibytes_are_sold_as_they_are() -> None:
    limit, request = Need(millicores=4000, mebibytes=8192), Need(millicores=2000, mebibytes=4096)
    assert task_size(limit, request, [Need(millicores=125, mebibytes=128)]) == TaskSize(4096, 8192)


def test_more_than_the_largest_task_is_refused_with_the_figures() -> None:
    with pytest.raises(ValueError, match="at most 16 vCPU and 122880 MiB a task; this needs 17000m"):
        task_size(Need(millicores=17_000, mebibytes=1), Need(millicores=1, mebibytes=1))


def test_seventy_percent_of_half_a_task_are_thirty_five_of_the_whole() -> None:
    assert use_of_task(70, 2000, 4000) == 35
    assert use_of_task(70, 4000, 4000) == 70
    assert use_of_task(1, 1, 1000) == 1


@given(percent=st.integers(1, 100), request=st.integers(1, 16_000), task=st.integers(1, 16_000))
def test_a_share_of_a_task_is_a_percentage(percent: int, request: int, task: int) -> None:
    assert 1 <= use_of_task(percent, request, task) <= percent


def test_units_and_disks_stay_within_what_there_is() -> None:
    assert cpu_units(1000) == 1024
    assert cpu_units(1) == 2
    assert disk_gib(5) == 21
    assert disk_gib(100) == 100
    assert disk_gib(500) == 200
