"""Whether a stack's cluster has room: on the nodes that Karpenter launches for all, and on the system nodes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from settings.arithmetic.capacity import (
    MESH_DAEMONS,
    NO_DEMAND,
    Demand,
    NodeCapacity,
    PodDemand,
    node_limits,
    nodes_alone,
    peak,
)
from settings.arithmetic.nodes import Machine, largest_in, machines_named
from settings.arithmetic.system_nodes import Pods, allocatable, in_all, nodes_needed
from settings.platform import PlatformSettings
from settings.workload.nodes import NodePool


@dataclass(frozen=True, kw_only=True)
class ClusterPods:
    """What a stack's cluster runs, as the components state it that put it there.

    `common` are the product's pods and those of its stores on the nodes that Karpenter launches for all, `platform`
    what runs beside them. `controllers` share the system nodes, and `daemons` run on each of these.
    """

    common: Sequence[PodDemand]
    platform: Demand
    controllers: Sequence[Pods]
    daemons: Sequence[Pods]


PodsOf = Callable[[PlatformSettings], ClusterPods]


@dataclass(frozen=True, kw_only=True)
class SystemRoom:
    """The system nodes of a stack; `needed` None: not even the maximum holds the pods. `node` is what one can give."""

    pods: Demand
    daemons: Demand
    pod_count: int
    daemon_count: int
    node: Demand
    needed: int | None
    spare: int
    minimum: int

    @property
    def wanted(self) -> int | None:
        """Nodes with those that may be missing."""
        return None if self.needed is None else self.needed + self.spare


def largest_machines(settings: PlatformSettings, pool: NodePool | None) -> tuple[Machine, ...] | None:
    """Return the largest machines that a product's own pool, or the common one, may launch; None: not in the table."""
    if pool is None:
        return largest_in(settings.stack.cluster.workload_nodes.instance_categories)
    return (
        machines_named(pool.instance_types)
        if pool.instance_types
        else largest_in(pool.instance_categories, pool.maximum_cpu)
    )


def on_each_node(settings: PlatformSettings) -> Demand:
    """Return what this stack runs on every node in addition to DAEMON_SETS."""
    return MESH_DAEMONS if settings.meshed else NO_DEMAND


def common_limits(settings: PlatformSettings, common: Iterable[PodDemand], platform: Demand) -> NodeCapacity:
    """Return the limits of the nodes that Karpenter launches for all.

    Raises ValueError when the stack states limits below what the pods need.
    """
    pods, nodes = tuple(common), settings.stack.cluster.workload_nodes
    return node_limits(
        peak(pods) + platform,
        len(settings.stack.zones),
        beside=on_each_node(settings),
        alone=nodes_alone(pods, on_each_node(settings)),
        cpu_limit=nodes.cpu_limit,
        memory_limit_gib=nodes.memory_limit_gib,
    )


def room_on_system_nodes(
    settings: PlatformSettings, controllers: Sequence[Pods], daemons: Sequence[Pods]
) -> SystemRoom | None:
    """Hold the pods of the system nodes against the nodes; None for a machine type that the table does not know."""
    nodes = settings.stack.cluster.system_nodes
    machines = machines_named(nodes.instance_types)
    if machines is None:
        return None
    # Any of the types may come: the pods have to fit the smallest.
    node = allocatable(min((machine.has for machine in machines), key=lambda has: (has.millicores, has.mebibytes)))
    needed = nodes_needed(controllers, daemons, node, nodes.maximum - nodes.spare)
    return SystemRoom(
        pods=in_all(controllers),
        daemons=in_all(daemons),
        pod_count=sum(each.copies for each in controllers),
        daemon_count=len(daemons),
        node=node,
        needed=needed,
        spare=nodes.spare,
        minimum=max(nodes.minimum, (needed or 0) + nodes.spare),
    )
