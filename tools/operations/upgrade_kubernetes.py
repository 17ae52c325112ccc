"""The next minor version of Kubernetes: removed APIs first, then one `up` in the program's order, then the nodes."""

from collections.abc import Iterable, Iterator
from typing import Final

from settings.changes import kubernetes
from settings.facts.kubernetes import KUBERNETES, OFFERED
from tools.operations.case import Case, wait_for
from tools.operations.files import Edits
from tools.operations.replace_system_nodes import GROUP, items
from tools.operations.steps import Plan, Step

CHANGES: Final = ("cluster.version",)
CLUSTER: Final = "aws:eks/cluster:Cluster"
_ADD_ON: Final = "aws:eks/addon:Addon"


def plan(case: Case) -> Plan:
    """Plan the upgrade to the minor version that progress names."""
    upgrade = Upgrade(case)
    return Plan(upgrade.steps(), upgrade.ready)


class Upgrade:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        had = self._version()
        if had is None:
            yield f"stack {self._case.files.stack} has no cluster in its state"
        elif had == self._to:
            yield f"the cluster is at {had} already"
        elif wrong := kubernetes(had, self._to):
            yield wrong
        elif self._to not in OFFERED:
            yield f"TO: given {self._to!r}, allowed: {', '.join(OFFERED)}: the versions whose add-ons are known"

    def steps(self) -> tuple[Step, ...]:
        name = self._case.files.settings().prefix
        return (
            Step(key="apis", title=f"look for APIs that {self._to} no longer serves", ready=self._removed),
            self._case.change(
                "upgrade", "control plane, the nodes' add-ons, system nodes one by one, other add-ons, charts",
                Edits(stack={("cluster", "version"): self._to}), shown=self._behind, asks=name,
                costs=f"Kubernetes {self._to} cannot be undone: EKS never lowers a version",
                undo="there is no way back; what does not run on it is moved to another stack",
            ),
            Step(key="nodes", title="wait until Karpenter has replaced its nodes", done=self._moved,
                 do=lambda: wait_for(self._moved, f"the last node of {self._to}")),
        )  # fmt: skip

    def _version(self) -> str | None:
        found = next(iter(self._case.resources(CLUSTER).values()), None)
        return None if found is None else str(found.inputs.get("version"))

    def _removed(self) -> Iterator[str]:
        name = self._case.files.settings().prefix
        yield from self._case.cloud.removed_apis(name, self._version() or self._to, self._to)

    def _behind(self) -> Iterable[str]:
        """Say what is not at the new version: control plane, node groups, add-ons."""
        if self._version() != self._to:
            yield f"the control plane is at {self._version()}"
        for name, group in self._case.resources(GROUP).items():
            if group.inputs.get("version") != self._to:
                yield f"node group {name} is at {group.inputs.get('version')}"
        wanted = KUBERNETES[self._to].add_ons
        for add_on in self._case.resources(_ADD_ON).values():
            name, version = str(add_on.inputs.get("addonName")), add_on.inputs.get("addonVersion")
            if wanted.get(name) not in (None, version):
                yield f"add-on {name} is at {version}, and {wanted[name]} goes with {self._to}"

    def _moved(self) -> bool:
        found = self._case.cloud.kubectl("get", "nodes")
        nodes = items(found)
        return all(each["status"]["nodeInfo"]["kubeletVersion"].startswith(f"v{self._to}.") for each in nodes)
