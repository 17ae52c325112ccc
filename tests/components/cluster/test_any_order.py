"""System pods find room in whatever order they come, also when a node is drained: the scheduler moves none of them.

The scheduler is modelled by what decides here: it takes pods of the highest priority first, gives each to the node with
the most room, and evicts pods of a lower priority for one that has none. tests/control_plane asks the real one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import pytest

from components.cluster.system_pods import deployed, on_every_node, system_room
from settings.arithmetic.capacity import NO_DEMAND, Demand
from settings.arithmetic.system_nodes import Pods, in_all
from tests.components.cluster.test_chart_facts import VALUES
from tests.components.cluster.test_system_pods import PRODUCTS, of

ORDERS = 300
KARPENTER = VALUES["karpenter"]["priorityClassName"]
PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def priority(pod: Pods) -> int:
    return PRIORITIES[KARPENTER if pod.apart else "system-cluster-critical"]


@dataclass
class Node:
    has: Demand
    pods: list[Pods] = field(default_factory=list[Pods])

    def left(self, pods: Iterable[Pods]) -> Demand:
        asked = sum((each.request for each in pods), NO_DEMAND)
        return self.has + asked * -1

    def has_room(self, pod: Pods, beside: list[Pods]) -> bool:
        left = self.left(beside)
        fits = pod.request.millicores <= left.millicores and pod.request.mebibytes <= left.mebibytes
        return fits and not (pod.apart and pod in beside)

    def score(self) -> float:
        left = self.left(self.pods)
        return left.millicores / self.has.millicores + left.mebibytes / self.has.mebibytes

    def victims(self, pod: Pods) -> list[Pods] | None:
        """The fewest small pods of a lower priority that have to go, None when that does not suffice."""
        staying = sorted(self.pods, key=lambda each: (-priority(each), -each.request.millicores))
        gone: list[Pods] = []
        while not self.has_room(pod, staying):
            if not staying or priority(staying[-1]) >= priority(pod):
                return None
            gone.append(staying.pop())
        return gone


def place(pods: list[Pods], nodes: list[Node]) -> list[str]:
    """Place pods, and name those that stay pending."""
    waiting, pending = sorted(pods, key=priority, reverse=True), list[str]()
    while waiting:
        pod = waiting.pop(0)
        free = [node for node in nodes if node.has_room(pod, node.pods)]
        if free:
            max(free, key=Node.score).pods.append(pod)
            continue
        ways = [(gone, node) for node in nodes if (gone := node.victims(pod)) is not None]
        if not ways:
            pending.append(pod.name)
            continue
        gone, node = min(ways, key=lambda way: len(way[0]))
        for each in gone:
            node.pods.remove(each)
        node.pods.append(pod)
        waiting += gone
    return pending


@pytest.mark.parametrize("product", PRODUCTS)
def test_no_order_of_coming_leaves_a_pod_pending(product: str) -> None:
    settings, drawn = of("prod", product), Random(0)
    room = system_room(settings)
    assert room is not None
    assert room.spare == 1
    has = room.node + in_all(on_every_node(settings)) * -1
    copies = [each for each in deployed(settings) for _ in range(each.copies)]
    for _ in range(ORDERS):
        nodes = [Node(has) for _ in range(room.minimum)]
        assert place(drawn.sample(copies, len(copies)), nodes) == []
        drained = nodes.pop()
        assert place(drawn.sample(drained.pods, len(drained.pods)), nodes) == []
