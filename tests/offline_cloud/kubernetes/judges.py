"""Who judges the cases: the offline cluster, and a real API server where one runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from offline_cloud.cloud.model import Properties
from offline_cloud.cloud.world import Index
from offline_cloud.kubernetes.checks import metadata, restricted
from offline_cloud.kubernetes.checks.base import Scene
from offline_cloud.kubernetes.cluster import CLUSTER, CONTROLLERS, Cluster, Installed
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic
from offline_cloud.kubernetes.validate import structure, validate
from tests.offline_cloud.kubernetes.cases import context
from tests.offline_cloud.kubernetes.clouds import ENDPOINT, record

_NAMESPACE = "shop"


@dataclass(frozen=True)
class Verdict:
    """Whether an object was refused, with the words; warnings and notes are no diagnostic."""

    refused: bool
    said: str = ""
    """One line for each thing that is wrong."""


@dataclass
class Offline:
    """The offline cluster with the context in it, and operators whose kinds are defined."""

    world: Index = field(default_factory=Index)

    def __post_init__(self) -> None:
        self._inputs = _release("cases")
        eks = record(CLUSTER, "cluster", {"name": "prod", "version": "1.35"}, endpoint=ENDPOINT, status="ACTIVE")
        self.world.add(eks)
        for made in _cloud():
            self.world.add(made)
        self._cluster = Cluster("1.35", eks, [_installed()])

    def verdict(self, body: Mapping[str, Any]) -> Verdict:
        """Put one object to every rule and check of the offline cluster."""
        item = KubernetesObject(cast("Properties", dict(body)), _NAMESPACE, "shop/cases")
        return _verdict(validate(self._inputs, [item], self._cluster, self.world))

    def form(self, body: Mapping[str, Any]) -> Verdict:
        """Put one object to what an API server alone judges: not what it refers to, nor what an operator says."""
        item = KubernetesObject(cast("Properties", dict(body)), _NAMESPACE, "shop/cases")
        scene = Scene(self._inputs, [item], self._cluster, self.world)
        shape = [*structure(item, [item], self._cluster), *metadata.check(scene)]
        return _verdict([*shape, *(restricted.check(scene) if not shape else ())])


def _verdict(diagnostics: Iterable[ObjectDiagnostic]) -> Verdict:
    found = [each for each in diagnostics if each.refused]
    return Verdict(bool(found), "\n".join(str(each) for each in found))


def _release(name: str) -> ReleaseInputs:
    return ReleaseInputs("", {"name": name, "namespace": _NAMESPACE, "chart": "./charts/cases"})


def _installed() -> Installed:
    """One release that holds the context and defines every kind an operator brings."""
    inputs = _release("context")
    definitions = [_definition(group) for group in CONTROLLERS]
    bodies = [*context(), *definitions]
    objects = [KubernetesObject(cast("Properties", body), _NAMESPACE, "shop/context") for body in bodies]
    return Installed(record("kubernetes:helm.sh/v3:Release", "context", {}), inputs, objects, rendered=True)


def _definition(group: str) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"things.{group}"},
        "spec": {"group": group},
    }


def _cloud() -> list[Any]:
    """What the good objects refer to in AWS."""
    discovery: Properties = {"karpenter.sh/discovery": "shop"}
    balancer = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef"
    instances = balancer.replace("/web/", "/instances/")
    return [
        record("aws:iam/role:Role", "node", {"name": "shop-node"}),
        record("aws:iam/instanceProfile:InstanceProfile", "node", {"name": "shop"}),
        record("aws:ec2/subnet:Subnet", "private", {"tags": discovery}),
        replace(record("aws:ec2/subnet:Subnet", "one", {}), id="subnet-0123456789abcdef0"),
        replace(record("aws:ec2/securityGroup:SecurityGroup", "one", {}), id="sg-0123456789abcdef0"),
        record("aws:ec2/securityGroup:SecurityGroup", "nodes", {"tags": discovery}),
        record("aws:lb/targetGroup:TargetGroup", "web", {"targetType": "ip"}, arn=balancer),
        record("aws:lb/targetGroup:TargetGroup", "instances", {"targetType": "instance"}, arn=instances),
    ]
