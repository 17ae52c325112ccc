"""What the tables of add-on charts are made of: a chart with its values, and how every controller is placed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi import Input

from components.cluster.chart_permissions import ChartScope
from components.cluster.definitions import Definitions
from components.cluster.system_nodes import POOL_LABEL, SYSTEM_POOL, SYSTEM_TAINT
from components.identity.pod_role import Statement

Values = dict[str, Any]

REPLICAS: Final = 2
PRIORITY: Final = "system-cluster-critical"


@dataclass(frozen=True, kw_only=True)
class ChartContext:
    """What values and permissions are made from. `scope.cluster` is the cluster's physical name."""

    scope: ChartScope
    vpc_id: Input[str]
    cluster_endpoint: Input[str]
    interruption_queue: Input[str]
    zonal_shift: bool
    isolated: bool


def _no_permissions(_context: ChartContext) -> Sequence[Statement]:
    return ()


def no_values(_context: ChartContext) -> Values:
    return {}


@dataclass(frozen=True, kw_only=True)
class ChartAddOn:
    """A chart; `repository` is empty when its name is an OCI address, `timeout_seconds` bounds each operation.

    One that `cleans_up` runs a Job after its deletion that tolerates no taint: it goes while there are other nodes than
    the system's.
    """

    chart: str
    version: str
    definitions: Definitions = "none"
    values: Callable[[ChartContext], Values] = no_values
    repository: str = ""
    namespace: str = "kube-system"
    service_account: str = ""
    permissions: Callable[[ChartContext], Sequence[Statement]] = _no_permissions
    timeout_seconds: int = 600
    cleans_up: bool = False


def system_nodes() -> Values:
    """Place pods on the system nodes."""
    return {
        "nodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL},
        "tolerations": [{"key": SYSTEM_TAINT, "operator": "Exists"}],
    }


def placement(app: str, label: str = "app.kubernetes.io/name") -> Values:
    """Place pods that carry `label: app` on the system nodes, spread over the zones."""
    return {
        **system_nodes(),
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {label: app}},
            }
        ],
    }


def resources(cpu: str, memory: str) -> Values:
    """Requests, and a limit of memory alone: a throttled controller reacts late, and requests share the nodes out."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
