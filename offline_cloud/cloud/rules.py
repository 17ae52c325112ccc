"""What AWS refuses, asked by the provider before it acts. ``offline_cloud.cloud.model`` has the four questions."""

from datetime import datetime
from typing import Final

from offline_cloud.cloud.core import deletion, documents, ranges, references, registry, tags, uniqueness
from offline_cloud.cloud.core.resource import Rule, Waits
from offline_cloud.cloud.derived import conditions, judge
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World
from offline_cloud.cloud.services.iam import roles

_ALWAYS: Final[tuple[Rule, ...]] = (
    references.dangling, uniqueness.duplicates, documents.principals_exist, roles.trusted,
)  # fmt: skip


def check(type: str, inputs: Properties, region: str) -> list[Diagnostic]:
    """Say what is wrong with the inputs alone; what is not known yet is not judged.

    A property that a rule of ours refuses is not refused once more by what was derived: the rule says it better.
    """
    found = [*tags.check(inputs), *documents.check(type, inputs), *ranges.check(inputs)]
    for rule in registry.of(type).checks:
        found.extend(rule(inputs, region))
    named = {diagnostic.path for diagnostic in found}
    derived = (*judge.check(type, inputs, region), *conditions.check(type, inputs))
    return found + [diagnostic for diagnostic in derived if diagnostic.path not in named]


def ruled() -> frozenset[str]:
    """Name the types that rules of ours speak of by themselves."""
    return frozenset(type for type, known in registry.every().items() if known.judges)


def _holding(record: Record, world: World) -> list[Diagnostic]:
    rules = (*_ALWAYS, *registry.of(record.type).states)
    return [diagnostic for rule in rules for diagnostic in rule(record, world)]


def before_create(record: Record, world: World) -> list[Diagnostic]:
    """Say why a resource cannot be created in this world."""
    rules = (*registry.of(record.type).creates, roles.may_do_something)
    return _holding(record, world) + [diagnostic for rule in rules for diagnostic in rule(record, world)]


def before_update(old: Record, new: Record, world: World) -> list[Diagnostic]:
    """Say why a resource cannot be changed in place."""
    rules = registry.of(new.type).updates
    return _holding(new, world) + [diagnostic for rule in rules for diagnostic in rule(old, new, world)]


def waiting(old: Record, new: Record, world: World, now: datetime) -> Waits:
    """Give what an update makes at once, and what it leaves waiting."""
    waits = registry.of(new.type).waits
    return waits(old, new, world, now) if waits is not None else Waits(new.inputs)


def deferred(type: str) -> frozenset[str]:
    """Name the inputs of a type that wait for a maintenance window."""
    return registry.of(type).deferred


def left(record: Record, now: datetime) -> list[Record]:
    """Give what the deletion of a resource leaves in the account."""
    leaves = registry.of(record.type).leaves
    return list(leaves(record, now)) if leaves is not None else []


def before_delete(record: Record, world: World) -> list[Diagnostic]:
    """Say why a resource cannot be deleted: what protects it, and what still uses it."""
    rules = (deletion.protection, deletion.dependents, *registry.of(record.type).deletes)
    return [diagnostic for rule in rules for diagnostic in rule(record, world)]
