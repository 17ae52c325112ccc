"""Whether a policy of AWS's own is there, at the ARN that a role names it by.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html gives each policy's ARN; some lie under
a path, and a wrong one is a policy that does not exist.
"""

from collections.abc import Iterator
from typing import Final

from sandbox.cloud.model import Properties, Refusal, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import refusal

_PREFIX: Final = "arn:aws:iam::aws:policy/"
_PLACES: Final = {
    "AWSBackupServiceRolePolicyForBackup": "service-role/",
    "AWSBackupServiceRolePolicyForRestores": "service-role/",
    "AdministratorAccess": "",
    "AmazonEBSCSIDriverEKSClusterScopedPolicy": "",
    "AmazonEBSCSIDriverPolicy": "service-role/",
    "AmazonEBSCSIDriverPolicyV2": "",
    "AmazonEC2ContainerRegistryPullOnly": "",
    "AmazonEC2ContainerRegistryReadOnly": "",
    "AmazonEC2ContainerServiceforEC2Role": "service-role/",
    "AmazonECSTaskExecutionRolePolicy": "service-role/",
    "AmazonEFSCSIDriverPolicy": "service-role/",
    "AmazonEKSClusterPolicy": "",
    "AmazonEKSWorkerNodeMinimalPolicy": "",
    "AmazonEKSWorkerNodePolicy": "",
    "AmazonEKS_CNI_Policy": "",
    "AmazonRDSEnhancedMonitoringRole": "service-role/",
    "AmazonSSMManagedInstanceCore": "",
    "AWSLambdaBasicExecutionRole": "service-role/",
    "AWSLambdaVPCAccessExecutionRole": "service-role/",
    "CloudWatchAgentServerPolicy": "",
    "CloudWatchReadOnlyAccess": "",
    "PowerUserAccess": "",
    "ReadOnlyAccess": "",
}
"""Name → path, as the reference listed them in November 2026; add what else is attached."""


def check(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """Refuse a policy of AWS's own that the table does not have, or has elsewhere."""
    arn = text(inputs, "policyArn") or ""
    name = arn.rpartition("/")[2]
    if not arn.startswith(_PREFIX) or arn == f"{_PREFIX}{_PLACES.get(name)}{name}":
        return
    if name in _PLACES:
        mend = f"name {_PREFIX}{_PLACES[name]}{name}"
    else:
        mend = "correct the name; if AWS has it, add it to sandbox/cloud/rules/managed_policies.py"
    yield refusal("policyArn", "NoSuchEntity", f"Policy {arn} does not exist or is not attachable", mend)


CHECKS: Final = {facts.ROLE_ATTACHMENT: (check,)}
