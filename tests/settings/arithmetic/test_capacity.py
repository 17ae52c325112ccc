"""Node capacity from a product's peak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.capacity import (
    DAEMON_SETS,
    KUBELET_RESERVED,
    REFERENCE_NODE,
    Demand,
    NodeCapacity,
    PodDemand,
    node_limits,
    nodes_alone,
    nodes_for,
    peak,
)

demands = st.builds(Demand, millicores=st.integers(0, 2_000_000), mebibytes=st.integers(0, 8_000_000))
zones = st.integers(2, 6)
OPENIBANK = (
    PodDemand(maximum=10, request=Demand(millicores=1000, mebibytes=2048)),
    PodDemand(maximum=2, request=Demand(millicores=2000, mebibytes=4096)),
    PodDemand(maximum=2, request=Demand(millicores=500, mebibytes=1024)),
)


@pytest.mark.requirement("OB-D01")
def test_the_peak_is_the_maximum_times_the_request() -> None:
    assert peak(OPENIBANK) == Demand(millicores=15_000, mebibytes=30 * 1024)


@pytest.mark.requirement("OB-D01")
def test_the_peak_fits_three_to_six_nodes() -> None:
    assert 3 <= nodes_for(peak(OPENIBANK), 3) <= 6


@pytest.mark.requirement("OB-91")
def test_limits_hold_the_peak_with_head_room() -> None:
    assert node_limits(peak(OPENIBANK), 3) == NodeCapacity(nodes=8, cpu=32, memory_gib=128)


@pytest.mark.requirement("OB-91")
@given(demands, zones)
def test_the_nodes_always_hold_the_demand(demand: Demand, count: int) -> None:
    nodes = nodes_for(demand, count)
    free = (
        REFERENCE_NODE.millicores - KUBELET_RESERVED.millicores - DAEMON_SETS.millicores,
        REFERENCE_NODE.mebibytes - KUBELET_RESERVED.mebibytes - DAEMON_SETS.mebibytes,
    )
    assert nodes * free[0] >= demand.millicores
    assert nodes * free[1] >= demand.mebibytes
    assert nodes >= count


@given(demands, zones)
def test_limits_are_above_what_is_needed(demand: Demand, count: int) -> None:
    limits = node_limits(demand, count)
    assert limits.nodes > nodes_for(demand, count)
    assert limits.cpu * 1000 > demand.millicores
    assert limits.memory_gib * 1024 > demand.mebibytes


@given(demands, demands, zones)
def test_more_demand_never_means_fewer_nodes(one: Demand, other: Demand, count: int) -> None:
    assert nodes_for(one + other, count) >= nodes_for(one, count)


def test_a_stacks_own_limits_win() -> None:
    assert node_limits(peak(OPENIBANK), 3, cpu_limit=100) == NodeCapacity(nodes=8, cpu=100, memory_gib=128)
    assert node_limits(peak(OPENIBANK), 3, memory_limit_gib=300).memory_gib == 300


@pytest.mark.requirement("OB-91")
def test_limits_below_the_peak_are_refused() -> None:
    with pytest.raises(ValueError, match="cpu_limit is 8 vCPU; the product's pods at their maximum need 20 vCPU"):
        node_limits(peak(OPENIBANK), 3, cpu_limit=8)
    with pytest.raises(ValueError, match="memory_limit_gib is 16 GiB; the product's pods at their maximum need 30 GiB"):
        node_limits(peak(OPENIBANK), 3, memory_limit_gib=16)


def test_pods_that_leave_half_a_node_over_take_more_nodes_than_their_sum() -> None:
    """20 pods of 2 vCPU: a reference node has 3.3 to give, so that each takes one, where their sum takes 13."""
    pods = [PodDemand(maximum=20, request=Demand(millicores=2000, mebibytes=4096))]
    assert nodes_for(peak(pods), 3) == 13
    assert nodes_alone(pods) == 20
    assert node_limits(peak(pods), 3, alone=nodes_alone(pods)) == NodeCapacity(nodes=30, cpu=120, memory_gib=480)


def test_pods_that_fill_their_nodes_add_none() -> None:
    assert nodes_alone(OPENIBANK) <= nodes_for(peak(OPENIBANK), 3)
    assert nodes_alone([PodDemand(maximum=3, request=Demand(millicores=14_000, mebibytes=98_304))]) == 0
