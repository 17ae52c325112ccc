"""Which optional charts a product needs on the cluster."""

from collections.abc import Sequence

from components.admission.image_policy import CONTROLLER
from components.admission.signing_key import controller_permissions
from components.capabilities.planned import planned_charts
from components.cluster.mesh_charts import MESH_CHARTS
from components.identity.pod_role import Statement
from settings import PlatformSettings


def optional_charts(settings: PlatformSettings) -> dict[str, Sequence[Statement]]:
    """Return the optional charts by name, each with what it may do beyond the table's permissions."""
    charts: dict[str, Sequence[Statement]] = {}
    if settings.meshed:
        charts |= dict.fromkeys(MESH_CHARTS, ())
    charts |= dict.fromkeys(planned_charts(settings), ())
    if settings.workload.image_policy is not None:
        charts[CONTROLLER] = controller_permissions(settings.workload.image_policy.cosign)
    return charts
