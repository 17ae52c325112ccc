"""Which optional charts and namespaces a product needs on the cluster."""

from collections.abc import Sequence

from components.admission.image_policy import CONTROLLER
from components.admission.signing_key import controller_permissions
from components.cluster.mesh_charts import MESH_CHARTS
from components.eventbus.event_bus import NAMESPACE as EVENT_BUS_NAMESPACE
from components.identity.pod_role import Statement
from components.timeseries.timeseries import NAMESPACE
from settings import PlatformSettings

_TIMESERIES_CHARTS = ("cert-manager", "cloudnative-pg", "plugin-barman-cloud")
_EVENT_BUS_CHARTS = ("cert-manager",)


def optional_charts(settings: PlatformSettings) -> dict[str, Sequence[Statement]]:
    """Return the optional charts by name, each with what it may do beyond the table's permissions."""
    charts: dict[str, Sequence[Statement]] = {}
    if settings.meshed:
        charts |= dict.fromkeys(MESH_CHARTS, ())
    if settings.workload.timeseries is not None:
        charts |= dict.fromkeys(_TIMESERIES_CHARTS, ())
    if settings.runs_event_bus:
        charts |= dict.fromkeys(_EVENT_BUS_CHARTS, ())
    if settings.workload.image_policy is not None:
        charts[CONTROLLER] = controller_permissions(settings.workload.image_policy.cosign)
    return charts


def store_namespaces(settings: PlatformSettings) -> list[str]:
    """Return the namespaces beside the product's in which stores of its own read their secrets."""
    timeseries = [NAMESPACE] if settings.workload.timeseries is not None else []
    return [*timeseries, *([EVENT_BUS_NAMESPACE] if settings.runs_event_bus else [])]
