"""Whether the role that a service is handed can be assumed by it, and has its permissions by then.

Sources of what is refused: the errors that the AWS provider waits out in `eks/cluster.go`, `rds/instance.go` and
`backup/selection.go` below https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service. It waits in
the hope that the permission comes by itself; where nothing orders it before, an `up` fails after minutes, or does not.
"""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import documents, facts, registry
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, flag, text

_PERMISSIONS: Final = (facts.ROLE_POLICY, facts.ROLE_ATTACHMENT)


def trusted(record: Record, world: World) -> Iterator[Diagnostic]:
    """The trust policy of a role names the service that is to assume it."""
    rule = registry.of(record.type).role
    role = world.by_arn(text(record.inputs, rule.path) or "") if rule and rule.principal else None
    trust = documents.read(role.inputs, "assumeRolePolicy") if role and role.type == facts.ROLE else None
    if rule is None or role is None or trust is None:
        return
    principals = {name for statement in trust for name in documents.principals(statement)}
    if not principals & {rule.principal, "*"}:
        reason = (
            f"The role {role.id} cannot be assumed by {rule.principal}: its trust policy names "
            f"{', '.join(sorted(principals)) or 'nobody'}"
        )
        fix = f'add the principal {{"Service": "{rule.principal}"}} to assumeRolePolicy'
        yield reject(rule.path, rule.code, reason, fix)


def may_do_something(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse a role that has no permission yet, where the service tries it at once."""
    rule = registry.of(record.type).role
    role = bare_role(record, rule.path, world) if rule and rule.bare else None
    if rule is not None and role is not None:
        fix = f"attach its policies first: depend on every RolePolicy and RolePolicyAttachment of {role.id}"
        yield reject(rule.path, rule.code, rule.bare, fix)


def notes(record: Record, world: World) -> list[str]:
    """Say that a role had no permission when it was handed over to a service that begins to work with it."""
    rule = registry.of(record.type).role
    if rule is None or rule.bare or not rule.begun:
        return []
    role = bare_role(record, rule.path, world)
    if role is not None:
        return [f"{rule.path}: role {role.id} had no permission yet when it was handed over"]
    missing = _missing(record, rule.path, rule.needs, world)
    return [f"{rule.path}: the role may not {', '.join(missing)}: Access error"] if missing else []


def _missing(record: Record, path: str, needed: tuple[str, ...], world: World) -> list[str]:
    """Give what a role needs and no inline policy allows; one with managed policies or unknown ones is not judged."""
    role = world.by_arn(text(record.inputs, path) or "") if needed else None
    stated = [documents.read(each.inputs) for each in _permissions(role, world)] if role else []
    known = [statement for found in stated for statement in found or ()]
    if not stated or None in stated:
        return []
    return [action for action in needed if not any(documents.allows(statement, action) for statement in known)]


def _permissions(role: Record, world: World) -> list[Record]:
    return [each for each in world.mentioning(role.id) if each.type in _PERMISSIONS]


def bare_role(record: Record, path: str, world: World) -> Record | None:
    """Give the role that an input names, if nothing says what it may do."""
    role = world.by_arn(text(record.inputs, path) or "")
    if role is None or role.type != facts.ROLE or "inlinePolicies" in role.inputs or "managedPolicyArns" in role.inputs:
        return None
    return None if any(text(each.inputs, "role") == role.id for each in _permissions(role, world)) else role


def role_is_bare(record: Record, world: World) -> Iterator[Diagnostic]:
    """A role goes when its policies are gone."""
    if flag(record.inputs, "forceDetachPolicies") is True:
        return
    for user in world.mentioning(physical_name(record)):
        if user.type in _PERMISSIONS and text(user.inputs, "role") == record.id:
            message = "Cannot delete entity, must detach all policies first"
            yield reject("", "DeleteConflict", f"{message}; {facts.label(user)} is one", facts.delete_first(user))
