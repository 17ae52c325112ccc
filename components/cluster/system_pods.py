"""Every pod of the platform's own that must run on the system nodes, and how many nodes that takes.

Karpenter launches no node for what keeps Karpenter running, and the group has no autoscaler: what does not fit waits
for ever. What charts request is read from the values that they are installed with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.capabilities.planned import planned_managed_add_ons
from components.cluster.chart_add_on import ChartContext, Values
from components.cluster.chart_permissions import ChartScope
from components.cluster.charts import CHARTS
from components.cluster.managed_add_ons import FOLDER_CONTROLLER
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional import optional_charts
from components.cluster.optional_charts import OPTIONAL_CHARTS
from settings import PlatformSettings
from settings.arithmetic.capacity import Demand
from settings.arithmetic.cluster_room import SystemRoom, room_on_system_nodes
from settings.arithmetic.system_nodes import Pods
from settings.stack import ClusterSettings
from settings.types import mebibytes, millicores

_CHARTS: Final = {**CHARTS, **MESH_CHARTS, **OPTIONAL_CHARTS}


@dataclass(frozen=True)
class _Controller:
    """Where a chart's values state the copies and the requests of one Deployment."""

    copies: str
    resources: str
    apart: bool = False


CONTROLLERS: Final[Mapping[str, tuple[_Controller, ...]]] = {
    "aws-load-balancer-controller": (_Controller("replicaCount", "resources"),),
    "external-secrets": (
        _Controller("replicaCount", "resources"),
        _Controller("webhook.replicaCount", "webhook.resources"),
        _Controller("certController.replicaCount", "certController.resources"),
    ),
    "metrics-server": (_Controller("replicas", "resources"),),
    "reloader": (_Controller("reloader.deployment.replicas", "reloader.deployment.resources"),),
    # Its chart keeps two copies off one node: affinity.podAntiAffinity in its values.yaml.
    "karpenter": (_Controller("replicas", "controller.resources", apart=True),),
    "istiod": (_Controller("autoscaleMin", "resources"),),
    "cert-manager": (
        _Controller("replicaCount", "resources"),
        _Controller("webhook.replicaCount", "webhook.resources"),
        _Controller("cainjector.replicaCount", "cainjector.resources"),
    ),
    "cloudnative-pg": (_Controller("replicaCount", "resources"),),
    "plugin-barman-cloud": (_Controller("replicaCount", "resources"),),
    "policy-controller": (_Controller("webhook.replicaCount", "webhook.resources"),),
}
DAEMONS: Final[Mapping[str, str]] = {"istio-cni": "resources", "ztunnel": "resources"}
"""Charts that run on every node, with the place of their requests."""


def _pods(name: str, copies: int, cpu: int, memory: int) -> Pods:
    return Pods(name=name, copies=copies, request=Demand(millicores=cpu, mebibytes=memory))


_NODE_DAEMONS: Final = (
    # The CNI and its policy agent, 25m each, and the proxy: https://github.com/2i2c-org/infrastructure/issues/3902
    _pods("aws-node", 1, 50, 0),
    _pods("kube-proxy", 1, 100, 0),
    # It requests nothing: charts/eks-pod-identity-agent/values.yaml in github.com/aws/eks-pod-identity-agent
    _pods("eks-pod-identity-agent", 1, 0, 0),
    # charts/eks-node-monitoring-agent/values.yaml in github.com/aws/eks-node-monitoring-agent
    _pods("eks-node-monitoring-agent", 1, 10, 30),
    # Three containers of 10m and 40Mi: charts/aws-ebs-csi-driver in github.com/kubernetes-sigs/aws-ebs-csi-driver
    _pods("ebs-csi-node", 1, 30, 120),
    # agent and containerLogs.fluentBit in values.yaml of github.com/aws-observability/helm-charts
    _pods("cloudwatch-agent", 1, 250, 128),
    _pods("fluent-bit", 1, 50, 25),
    # components/monitoring/prometheus_values.py
    _pods("node-exporter", 1, 20, 32),
)
_ADD_ON_PODS: Final = (
    # https://github.com/coredns/deployment/blob/master/kubernetes/coredns.yaml.sed, which EKS follows
    _pods("coredns", 2, 100, 70),
    # Six containers of 10m and 40Mi in each copy.
    _pods("ebs-csi-controller", 2, 60, 240),
    # manager.resources in values.yaml of github.com/aws-observability/helm-charts
    _pods("cloudwatch-controller-manager", 1, 100, 64),
)
_CONTEXT: Final = ChartContext(
    scope=ChartScope(
        region="",
        account_id="",
        cluster="",
        secret_names=(),
        secrets_key_arns=(),
        database_prefix="",
        stack_tags={},
    ),
    vpc_id="",
    cluster_endpoint="",
    interruption_queue="",
    zonal_shift=False,
    isolated=False,
)
"""What charts request depends on none of this."""


@dataclass(frozen=True)
class _Managed:
    """What an optional add-on of EKS runs: a controller, and a pod on every node."""

    controller: Pods
    daemon: Pods


def deployed(settings: PlatformSettings) -> list[Pods]:
    """Give the controllers of a stack, with their copies."""
    found = [*_ADD_ON_PODS]
    found += [_MANAGED[add_on].controller for add_on in planned_managed_add_ons(settings)]
    for chart in _installed(settings):
        values = _CHARTS[chart].values(_CONTEXT)
        for index, each in enumerate(CONTROLLERS.get(chart, ())):
            copies, request = _at(values, each.copies), _request(_at(values, each.resources))
            found.append(Pods(name=f"{chart}-{index}", copies=copies, request=request, apart=each.apart))
    return found


def on_every_node(settings: PlatformSettings) -> list[Pods]:
    """Give what runs on each node of a stack."""
    found = [*_NODE_DAEMONS, *(_MANAGED[add_on].daemon for add_on in planned_managed_add_ons(settings))]
    for chart in _installed(settings):
        if chart in DAEMONS:
            request = _request(_at(_CHARTS[chart].values(_CONTEXT), DAEMONS[chart]))
            found.append(Pods(name=chart, copies=1, request=request))
    return found


def system_room(settings: PlatformSettings) -> SystemRoom | None:
    """Hold the pods of the system nodes against the nodes; None for a machine type that the table does not know."""
    return room_on_system_nodes(settings, deployed(settings), on_every_node(settings))


def with_room(settings: PlatformSettings) -> ClusterSettings:
    """Return the cluster's settings with as many system nodes at least as its pods need."""
    cluster, room = settings.stack.cluster, system_room(settings)
    if room is None or room.minimum == cluster.system_nodes.minimum:
        return cluster
    nodes = cluster.system_nodes.model_copy(update={"minimum": room.minimum})
    return cluster.model_copy(update={"system_nodes": nodes})


def _installed(settings: PlatformSettings) -> Iterator[str]:
    yield from CHARTS
    yield from (chart for chart in optional_charts(settings) if chart in _CHARTS)


def _at(values: Values, path: str) -> Any:
    found: Any = values
    for key in path.split("."):
        found = found[key]
    return found


def _request(resources: Mapping[str, Mapping[str, str]]) -> Demand:
    stated = resources["requests"]
    return Demand(millicores=millicores(stated["cpu"]), mebibytes=mebibytes(stated["memory"]))


_FOLDER_CONTAINERS: Final = 3
"""The add-on gives one request to each: https://github.com/aws/containers-roadmap/issues/2758."""
_MANAGED: Final[Mapping[str, _Managed]] = {
    "aws-efs-csi-driver": _Managed(
        controller=Pods(name="efs-csi-controller", copies=2, request=_request(FOLDER_CONTROLLER) * _FOLDER_CONTAINERS),
        # The driver's chart requests nothing; counted as its sibling for volumes.
        daemon=_pods("efs-csi-node", 1, 30, 120),
    ),
}
