"""Parameter groups and replicas as RDS describes them afterwards, where that is not how they were given."""

from typing import Final

from offline_cloud.cloud.model import Properties, Value, flag, items, text

# Parameter, value and first major version for which the value is RDS's own default.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
_DEFAULTS: Final = {("rds.force_ssl", "1"): 15}
_FAMILY: Final = "postgres"


def parameters(inputs: Properties) -> Properties:
    """A parameter with the value that it has anyway is the system's: how it is applied is not kept.

    https://github.com/hashicorp/terraform-provider-aws/issues/39252
    """
    family = (text(inputs, "family") or "").removeprefix(_FAMILY)
    if not family.isdigit():
        return {}
    described: list[Value] = []
    for parameter in items(inputs, "parameters"):
        stated = parameter if isinstance(parameter, dict) else {}
        since = _DEFAULTS.get((text(stated, "name") or "", text(stated, "value") or ""))
        is_default = since is not None and int(family) >= since
        described.append({**stated, "applyMethod": "pending-reboot"} if is_default else parameter)
    return {"parameters": described} if described else {}


def database(inputs: Properties) -> Properties:
    """A replica is made without a mode of Database Insights (CreateDBInstanceReadReplica: not supported)."""
    if text(inputs, "replicateSourceDb") is None or "databaseInsightsMode" not in inputs:
        return {}
    insights = "standard" if flag(inputs, "performanceInsightsEnabled") else None
    return {"databaseInsightsMode": insights}
