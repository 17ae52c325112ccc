import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.capacity import Demand
from settings.arithmetic.nodes import FAMILIES, fits, largest_in, machines_named


@pytest.mark.parametrize(
    ("name", "cpu", "gib"),
    [("c6i.2xlarge", 8, 16), ("m7i.large", 2, 8), ("r7i.48xlarge", 192, 1536), ("t3.2xlarge", 8, 32)],
)
def test_a_types_size_is_what_aws_lists(name: str, cpu: int, gib: int) -> None:
    machines = machines_named([name])
    assert machines is not None
    assert machines[0].has == Demand(millicores=cpu * 1000, mebibytes=gib * 1024)


@pytest.mark.parametrize("name", ["x2idn.16xlarge", "c6i.metal", "inf2.xlarge", "mac1.metal", "trn1.2xlarge"])
def test_a_machine_that_is_not_in_the_table_is_not_judged(name: str) -> None:
    assert machines_named(["m7i.large", name]) is None


def test_a_category_that_is_not_in_the_table_is_not_judged() -> None:
    assert largest_in(["m", "x"]) is None


def test_a_pod_as_large_as_a_machine_does_not_fit_it() -> None:
    machines = machines_named(["m7i.large"])
    assert machines is not None
    assert not fits(machines[0].has, machines)
    assert fits(machines[0].free, machines)


@given(
    categories=st.lists(st.sampled_from(sorted(FAMILIES)), min_size=1),
    cpu=st.integers(2, 448),
    pod=st.builds(Demand, millicores=st.integers(1, 500_000), mebibytes=st.integers(1, 4_000_000)),
)
def test_a_pod_that_fits_fits_a_larger_limit_too(categories: list[str], cpu: int, pod: Demand) -> None:
    small, large = largest_in(categories, cpu), largest_in(categories, cpu * 2)
    assert small is not None
    assert large is not None
    assert not fits(pod, small) or fits(pod, large)
