"""What AWS refuses in an account that has no service-linked role yet, because the first use makes it too late.

Such a role belongs to the account: it is no resource of a stack, and ``present`` names the services that have theirs.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, text

CAPACITY_PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
SERVICE_LINKED_ROLE: Final = "aws:iam/serviceLinkedRole:ServiceLinkedRole"


@dataclass(frozen=True)
class Needed:
    """A service's role, and what the service says without it."""

    service: str
    code: str
    message: str
    source: str


_ECS: Final = Needed(
    "ecs.amazonaws.com",
    "InvalidParameterException",
    "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
    "https://github.com/alchemy-run/alchemy/issues/1558",
)
_RDS: Final = Needed(
    "rds.amazonaws.com",
    "InvalidParameterValue",
    "Unable to create the resource. Verify that you have permission to create service linked role.",
    "https://github.com/terraform-aws-modules/terraform-aws-rds/issues/364",
)
_ELASTICACHE: Final = Needed(
    "elasticache.amazonaws.com",
    "ServiceLinkedRoleNotFoundFault",
    "This action cannot be completed due to insufficient permissions. Please create a new role.",
    "https://github.com/aws-controllers-k8s/community/issues/367",
)
NEEDED: Final[Mapping[str, Needed]] = {
    CAPACITY_PROVIDERS: _ECS,
    facts.SERVICE: _ECS,
    facts.DATABASE_SUBNETS: _RDS,
    facts.DATABASE: _RDS,
    facts.CACHE_SUBNETS: _ELASTICACHE,
    facts.CACHE: _ELASTICACHE,
}
# Said once, at what needs the role first.
_NOTED: Final = frozenset({CAPACITY_PROVIDERS, facts.DATABASE_SUBNETS, facts.CACHE_SUBNETS})


def refused(record: Record, world: World, present: Set[str] | None) -> list[Diagnostic]:
    """Refuse what needs a role that is not there, and a second role of one service."""
    if record.type == SERVICE_LINKED_ROLE:
        return _taken(record, present)
    needed = NEEDED.get(record.type)
    if needed is None or present is None or needed.service in present or _made(world, needed.service):
        return []
    return [reject("", needed.code, needed.message, f"make it beforehand: {_command(needed)} ({needed.source})")]


def notes(record: Record) -> list[str]:
    """Say which role the account had to have."""
    needed = NEEDED.get(record.type) if record.type in _NOTED else None
    if needed is None:
        return []
    return [f"needs a service-linked role that is in the account beforehand: {_command(needed)}"]


def _taken(record: Record, present: Set[str] | None) -> list[Diagnostic]:
    service = text(record.inputs, "awsServiceName")
    if service is None or "customSuffix" in record.inputs or (present is not None and service not in present):
        return []
    message = f"Service role name of {service} has been taken in this account, please try a different suffix"
    return [reject("awsServiceName", "InvalidInput", message, "it belongs to the account: leave it out of the stack")]


def _made(world: World, service: str) -> bool:
    return any(text(role.inputs, "awsServiceName") == service for role in world.of_type(SERVICE_LINKED_ROLE))


def _command(needed: Needed) -> str:
    return f"aws iam create-service-linked-role --aws-service-name {needed.service}"
