"""One more zone, at the end of the list: subnets, ways out and nodes in it, and nothing that stands is replaced."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from components.naming import zone_labels
from settings.facts.regions import IDS, ZONES, is_zone_id
from settings.runtimes import Feature
from settings.stack import StackSettings
from tools.operations.case import INSTANCE, Case, wait_for
from tools.operations.files import Edits, Setting
from tools.operations.replace_system_nodes import GROUP, items
from tools.operations.steps import Plan, Step

CHANGES: Final = ("zones", "cluster.added_zones")
SUBNET: Final = "aws:ec2/subnet:Subnet"
_STANDING: Final = (
    "aws:ec2/vpc:Vpc",
    SUBNET,
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/eip:Eip",
    "aws:eks/cluster:Cluster",
    GROUP,
    INSTANCE,
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:lb/loadBalancer:LoadBalancer",
)
"""What users would notice if another stood in its place."""
_TIERS: Final = 3
"""Public, private, data."""
_LABEL: Final = "topology.k8s.aws/zone-id"
"""https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html"""
_PLACE: Final = "topology.kubernetes.io/zone"


def plan(case: Case) -> Plan:
    """Plan the zone that progress goes to."""
    adding = Adding(case)
    return Plan(adding.steps(), adding.ready, adding.was)


class Adding:
    def __init__(self, case: Case) -> None:
        self._case, self._zone = case, case.progress.to

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        stack = self._case.files.settings().stack
        zones = free(stack)
        if self._zone not in zones:
            yield f"TO: given {self._zone!r}, allowed beside {', '.join(stack.zones)}: {', '.join(zones) or 'none'}"
        elif stack.existing.network is not None:
            yield "existing.network: the subnets are somebody else's; name those of the zone there, and run `up`"
        elif stack.database is not None and stack.database.read_replicas > len(stack.zones):
            # They stand in the zones in turn (components/capabilities/database/database.py), so the turns would change.
            zones = len(stack.zones)
            yield (
                f"database.read_replicas: given {stack.database.read_replicas}, at most {zones} for this step, "
                "one in each zone; those beyond would move, so lower the number first, and raise it again afterwards"
            )
        else:
            yield from self._case.files.judged(self._edits())

    def was(self) -> str:
        """Remember by their ids what may not be replaced: a digest, since a tag has no room for them."""
        letter = self._letter()
        stands = sorted(
            (each.type, each.name, each.id)
            for each in self._case.cloud.state()
            if each.type in _STANDING and not each.going and not re.search(rf"-{letter}(-|$)", each.name)
        )
        return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:16]

    def steps(self) -> tuple[Step, ...]:
        return (
            self._case.change(
                "zone", f"subnets, routes and nodes in {self._zone}; stores and load balancer reach into it",
                self._edits(), shown=self._missing, asks=self._zone, keeps=True,
                costs=f"{self._zone} cannot be taken out again: what stands in a zone is there for good",
                undo="there is no way back; a zone that nobody uses costs its NAT gateway and its node",
            ),
            Step(key="nodes", title="wait until the zone has a node that is ready", done=self._joined,
                 do=lambda: wait_for(self._joined, f"a ready node in {self._zone}")),
        )  # fmt: skip

    def _edits(self) -> Edits:
        stack = self._case.files.settings().stack
        stated: dict[Setting, object] = {("zones",): _with(stack.zones, self._zone)}
        if Feature.KUBERNETES_API in stack.offers:
            stated["cluster", "added_zones"] = _with(stack.cluster.added_zones, self._zone)
        return Edits(stack=stated)

    def _letter(self) -> str:
        stack = self._case.files.settings().stack
        zones = _with(stack.zones, self._zone)
        return zone_labels(stack.region, zones)[zones.index(self._zone)]

    def _missing(self) -> Iterable[str]:
        ending = f"-{self._letter()}"
        subnets = [name for name in self._case.resources(SUBNET) if name.endswith(ending)]
        if len(subnets) < _TIERS:
            yield f"{self._zone} has {len(subnets)} of its {_TIERS} subnets"
        if self._case.progress.was and self.was() != self._case.progress.was:
            yield "something that stood before was replaced, or is gone: compare the stack's history before going on"

    def _joined(self) -> bool:
        """Whether a node is ready there; where there is no cluster to ask, none is waited for."""
        found = self._case.cloud.kubectl("get", "nodes")
        if found is None or Feature.KUBERNETES_API not in self._case.files.settings().stack.offers:
            return True
        return any(_ready(each) and self._zone in _places(each) for each in items(found))


def free(stack: StackSettings) -> list[str]:
    """Name the zones of the region that may join, in the way in which the stack writes its own."""
    taken = (*stack.zones, *stack.offers.refused_zones.get(stack.region, ()))
    known = (IDS if is_zone_id(stack.zones[0]) else ZONES).get(stack.region, ())
    return [zone for zone in known if zone not in taken]


def _with(zones: Iterable[str], zone: str) -> list[str]:
    return [*(each for each in zones if each != zone), zone]


def _places(node: Mapping[str, Any]) -> set[str]:
    labels = node["metadata"]["labels"]
    return {labels.get(_LABEL), labels.get(_PLACE)}


def _ready(node: Mapping[str, Any]) -> bool:
    return {each["type"]: each["status"] for each in node["status"]["conditions"]}.get("Ready") == "True"
