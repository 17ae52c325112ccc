"""The charts of the service mesh, in their order: definitions, control plane, then what every node runs.

Istio's ambient mode: one proxy a node carries mutual TLS for the pods of enrolled namespaces, so that no pod holds a
proxy of its own and none runs with more than the restricted profile allows. https://istio.io/latest/docs/ambient/
"""

from collections.abc import Callable, Mapping
from typing import Final

from components.cluster.chart_add_on import PRIORITY, ChartAddOn, ChartContext, Values, placement
from components.cluster.definitions import Definitions

_NAMESPACE: Final = "istio-system"
_REPOSITORY: Final = "https://istio-release.storage.googleapis.com/charts"
_VERSION: Final = "1.30.3"


def _definitions(_context: ChartContext) -> Values:
    return {"defaultRevision": "default"}


def _control_plane(_context: ChartContext) -> Values:
    """Give values of what signs the pods' certificates: two copies over the zones, on the system nodes."""
    return {
        "profile": "ambient",
        "autoscaleMin": 2,
        "autoscaleMax": 4,
        "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}},
        **placement("istiod", "app"),
        "global": {"priorityClassName": PRIORITY, "logAsJson": True},
    }


def _node_agent(_context: ChartContext) -> Values:
    """Give values of what leads an enrolled pod's connections into the node's proxy, chained behind the VPC CNI."""
    return {
        "profile": "ambient",
        "resources": {"requests": {"cpu": "50m", "memory": "100Mi"}, "limits": {"memory": "256Mi"}},
        "global": {"logAsJson": True},
    }


def _node_proxy(_context: ChartContext) -> Values:
    return {
        "profile": "ambient",
        "logAsJson": True,
        "resources": {"requests": {"cpu": "200m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
    }


def _chart(
    chart: str, service_account: str, values: Callable[[ChartContext], Values], definitions: Definitions = "none"
) -> ChartAddOn:
    return ChartAddOn(
        chart=chart,
        repository=_REPOSITORY,
        version=_VERSION,
        namespace=_NAMESPACE,
        service_account=service_account,
        values=values,
        definitions=definitions,
    )


MESH_CHARTS: Final[Mapping[str, ChartAddOn]] = {
    "istio-base": _chart("base", "istiod", _definitions, "with the chart"),
    "istiod": _chart("istiod", "istiod", _control_plane),
    "istio-cni": _chart("cni", "istio-cni", _node_agent),
    "ztunnel": _chart("ztunnel", "ztunnel", _node_proxy),
}
