"""What must be gone before a resource can be deleted."""

from collections.abc import Iterator

from offline_cloud.cloud.core import facts, registry
from offline_cloud.cloud.core.facts import reject, strings_at
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, at, flag


def _identities(record: Record) -> list[str]:
    found = {record.id, physical_name(record), record.arn or ""}
    return sorted(identity for identity in found if identity)


def _refers(user: Record, paths: str, identity: str) -> str | None:
    for path in paths.split():
        listed = "[]" in path
        found = strings_at(user.inputs, path) if listed else facts.walk(at(user.inputs, path), path)
        for where, value in found:
            if value == identity:
                return where
    return None


def dependents(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse a deletion while another resource uses this one."""
    rule, emptied_by = registry.of(record.type).held_by, registry.of(record.type).emptied_by
    if rule is None or (emptied_by and flag(record.inputs, emptied_by) is True):
        return
    seen: set[str] = set()
    for identity in _identities(record):
        for user in world.mentioning(identity):
            where = _refers(user, rule.users[user.type], identity) if user.type in rule.users else None
            if where is None or user.urn in seen or _elsewhere(record, user, identity):
                continue
            if facts.is_same(record, user):
                continue
            seen.add(user.urn)
            message = f"{facts.word(record.type)} {physical_name(record)} is in use"
            yield reject("", rule.code, f"{message}; {facts.label(user)} uses it at {where}", facts.delete_first(user))


def _elsewhere(record: Record, user: Record, identity: str) -> bool:
    """Names are used in one region; ids and ARNs mean the same everywhere."""
    by_name = identity == physical_name(record) and record.type not in (facts.BUCKET, facts.ZONE)
    return by_name and user.region != record.region


def protection(record: Record, world: World) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a rule
    """Refuse the deletion of what is protected against it."""
    rule = registry.of(record.type).protected
    if rule is not None and flag(record.inputs, rule.path) is True:
        yield reject(
            rule.path,
            rule.code,
            "Deletion protection is on",
            f"set {rule.path} to false and run up before you delete it",
        )
