"""Where the platform's own pods find room on the system nodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.capacity import Demand
from settings.arithmetic.system_nodes import PODS_PER_NODE, Pods, allocatable, in_all, nodes_needed

LARGE = allocatable(Demand(millicores=2000, mebibytes=8192))


def pods(name: str, copies: int, cpu: int, memory: int = 64, *, apart: bool = False) -> Pods:
    return Pods(name=name, copies=copies, request=Demand(millicores=cpu, mebibytes=memory), apart=apart)


def test_a_node_keeps_back_what_the_kubelet_and_the_hypervisor_take() -> None:
    # 60 + 10 millicores; of 92.5 % of 8 GiB, 255 MiB, 11 MiB for each of 110 pods and 100 MiB before it evicts.
    large = allocatable(Demand(millicores=2000, mebibytes=8192))
    assert large == Demand(millicores=1930, mebibytes=8192 * 925 // 1000 - 255 - 1210 - 100)
    assert allocatable(Demand(millicores=8000, mebibytes=32768)).millicores == 8000 - 90


def test_pods_that_do_not_divide_leave_a_gap_on_every_node() -> None:
    # Three of 700m: two nodes have 3.86 vCPU in all, but each takes two, and one more is wanted while they roll.
    assert nodes_needed([pods("a", 3, 700)], [], LARGE, 5) == 2
    assert nodes_needed([pods("a", 4, 700)], [], LARGE, 5) == 3


def test_what_runs_on_every_node_is_taken_from_each() -> None:
    assert nodes_needed([pods("a", 1, 900)], [], LARGE, 5) == 1
    assert nodes_needed([pods("a", 1, 900)], [pods("daemon", 1, 200)], LARGE, 5) == 2


def test_copies_that_stay_apart_need_a_node_each() -> None:
    assert nodes_needed([pods("karpenter", 2, 100, apart=True)], [], LARGE, 5) == 2


def test_memory_and_the_count_of_pods_limit_as_well() -> None:
    assert nodes_needed([pods("a", 1, 1, LARGE.mebibytes)], [], LARGE, 5) == 2
    assert nodes_needed([pods("a", PODS_PER_NODE, 1, 1)], [], LARGE, 5) == 2


def test_what_the_most_nodes_do_not_hold_is_said() -> None:
    assert nodes_needed([pods("a", 9, 1900)], [], LARGE, 5) is None
    assert nodes_needed([pods("a", 1, 2500)], [], LARGE, 5) is None


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 900), st.integers(1, 2000)), min_size=1, max_size=12))
def test_the_nodes_always_hold_the_demand(asked: list[tuple[int, int, int]]) -> None:
    made = [pods(str(index), *each) for index, each in enumerate(asked)]
    count = nodes_needed(made, [], LARGE, 50)
    assert count is not None
    assert in_all(made).millicores < LARGE.millicores * count
    assert in_all(made).mebibytes < LARGE.mebibytes * count


@pytest.mark.parametrize("most", [1, 2, 3])
def test_more_nodes_allowed_never_need_more(most: int) -> None:
    needed = nodes_needed([pods("a", 4, 700)], [], LARGE, most)
    assert needed == (3 if most == 3 else None)
