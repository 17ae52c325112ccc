"""Who makes a cluster has an access entry on it already.

https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html: the cluster's creator is an administrator
unless `bootstrapClusterCreatorAdminPermissions` is false; a second entry of one principal is a conflict.
"""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, flag, text

_BOOTSTRAP: Final = "accessConfig.bootstrapClusterCreatorAdminPermissions"
_ARN_FIELDS: Final = 5


def refused(record: Record, world: World, caller: str) -> Iterator[Diagnostic]:
    """Refuse an access entry of whoever runs this, on a cluster that let its creator in."""
    if record.type != facts.ACCESS_ENTRY or text(record.inputs, "principalArn") != principal(caller):
        return
    cluster = facts.named(world, facts.CLUSTER, text(record.inputs, "clusterName") or "", record.region)
    if cluster is None or flag(cluster.inputs, _BOOTSTRAP) is False:
        return
    reason = (
        f"The specified access entry resource is already in use on this cluster: {principal(caller)} made the cluster"
        " and administers it"
    )
    fix = "take this principal out of `access`; it has the rights of cluster-admin without an entry"
    yield reject("principalArn", "ResourceInUseException", reason, fix)


def principal(caller: str) -> str:
    """Give the IAM principal of a caller: a session's role, without the path that a session's ARN leaves out."""
    parts = caller.split(":", _ARN_FIELDS)
    if len(parts) <= _ARN_FIELDS or parts[2] != "sts":
        return caller
    kind, _, rest = parts[_ARN_FIELDS].partition("/")
    role = rest.rpartition("/")[0]
    return f"arn:{parts[1]}:iam::{parts[4]}:role/{role}" if kind == "assumed-role" else caller
