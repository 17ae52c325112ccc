"""Other machines for the platform's own pods: a new node group beside, the old one drained and deleted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from tools.operations.case import Case, wait_for
from tools.operations.cloud import Resource
from tools.operations.files import Edits
from tools.operations.steps import Plan, Step

CHANGES: Final = ("cluster.system_nodes.instance_types",)
GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
_TYPE: Final = "node.kubernetes.io/instance-type"
_LABEL: Final = "groundwork.io/pool=system"


def plan(case: Case) -> Plan:
    """Plan other machines: the types that progress names, with commas between."""
    nodes = SystemNodes(case)
    return Plan(nodes.steps(), nodes.ready, nodes.was)


class SystemNodes:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._types = [name for name in case.progress.to.split(",") if name]

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        had = self._had()
        if had is None:
            yield f"stack {self._case.files.stack} has no system nodes: it runs on no cluster"
        elif not self._types:
            yield "TO: say the instance types, best first: TO=m7i.2xlarge,m7a.2xlarge"
        elif had == self._types:
            yield f"the system's nodes are {', '.join(had)} already"

    def was(self) -> str:
        return ",".join(self._had() or ())

    def steps(self) -> tuple[Step, ...]:
        case = self._case
        return (
            case.change(
                "replace", f"a group of {', '.join(self._types)} beside; then the old one is drained and deleted",
                Edits(stack={("cluster", "system_nodes", "instance_types"): self._types}),
                shown=self._other, ready=self._stuck,
                undo=f"the same operation with TO={case.progress.was}",
            ),
            Step(key="nodes", title="wait until every node of the new group is ready", done=self._joined,
                 do=lambda: wait_for(self._joined, "a ready node of the new group")),
        )  # fmt: skip

    def _had(self) -> list[str] | None:
        groups = self._groups()
        return [str(name) for name in groups[0].inputs.get("instanceTypes") or ()] if groups else None

    def _groups(self) -> list[Resource]:
        return [each for each in self._case.resources(GROUP).values() if "system" in each.name]

    def _other(self) -> Iterable[str]:
        for each in self._groups():
            if each.inputs.get("instanceTypes") != self._types:
                yield f"{each.name} has {', '.join(each.inputs.get('instanceTypes') or ['no'])} machines"
        if any(each.type == GROUP and each.going for each in self._case.cloud.state()):
            yield "the old group is still there: run `up` again"

    def _stuck(self) -> Iterator[str]:
        """Name what would hold a drain up: EKS ends a node after five minutes, whatever its pods' budgets say."""
        found = self._case.cloud.kubectl("get", "poddisruptionbudgets", "--all-namespaces")
        for each in items(found):
            if each["spec"].get("maxUnavailable") == 0 or not each.get("status", {}).get("disruptionsAllowed", 1):
                name = f"{each['metadata']['namespace']}/{each['metadata']['name']}"
                yield f"budget {name} allows no pod to move: bring its pods up, or raise it, before nodes are drained"

    def _joined(self) -> bool:
        found = self._case.cloud.kubectl("get", "nodes", "--selector", _LABEL)
        return found is None or all(_ready(each, self._types) for each in items(found))


def items(found: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Give the objects of a list that the cluster answered with; none where there is no cluster to ask."""
    return cast("list[Mapping[str, Any]]", (found or {}).get("items") or [])


def _ready(node: Mapping[str, Any], types: list[str]) -> bool:
    conditions = {each["type"]: each["status"] for each in node["status"]["conditions"]}
    return conditions.get("Ready") == "True" and node["metadata"]["labels"].get(_TYPE) in types
