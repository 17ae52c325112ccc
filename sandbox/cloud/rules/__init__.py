"""What AWS refuses, asked by the provider before it acts. ``sandbox.cloud.model`` describes the four questions."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from sandbox.cloud.derived import conditions, judge
from sandbox.cloud.model import Properties, Record, Refusal, World
from sandbox.cloud.rules import (
    add_ons,
    alarms,
    automation,
    cache,
    cluster,
    containers,
    database,
    deletion,
    delivery,
    distribution,
    edge,
    granted_roles,
    key_use,
    managed_policies,
    network,
    peering,
    policies,
    prose,
    references,
    storage,
    tags,
    transit,
    trust,
    uniqueness,
    windows,
)
from sandbox.cloud.rules.facts import Check, Rule, UpdateRule

__all__ = ["before_create", "before_delete", "before_update", "check", "ruled"]

_T = TypeVar("_T")


def _merged(tables: Iterable[Mapping[str, tuple[_T, ...]]]) -> dict[str, tuple[_T, ...]]:
    merged: dict[str, tuple[_T, ...]] = {}
    for table in tables:
        for type, rules in table.items():
            merged[type] = merged.get(type, ()) + rules
    return merged


_CHECKS: Final[dict[str, tuple[Check, ...]]] = _merged(
    [
        network.CHECKS,
        database.CHECKS,
        cache.CHECKS,
        cluster.CHECKS,
        containers.CHECKS,
        edge.CHECKS,
        distribution.CHECKS,
        storage.CHECKS,
        peering.CHECKS,
        automation.CHECKS,
        alarms.CHECKS,
        managed_policies.CHECKS,
        prose.CHECKS,
        windows.CHECKS,
    ]
)
_STATES: Final[dict[str, tuple[Rule, ...]]] = _merged(
    [
        network.STATES,
        database.STATES,
        cache.STATES,
        cluster.STATES,
        containers.STATES,
        edge.STATES,
        distribution.STATES,
        storage.STATES,
        trust.STATES,
        peering.STATES,
        automation.STATES,
        delivery.STATES,
        alarms.STATES,
        transit.STATES,
    ]
)
_CREATES: Final[dict[str, tuple[Rule, ...]]] = _merged(
    [
        transit.CREATES,
        network.CREATES,
        database.CREATES,
        cluster.CREATES,
        granted_roles.CREATES,
        key_use.CREATES,
        add_ons.CREATES,
    ]
)
_UPDATES: Final[dict[str, tuple[UpdateRule, ...]]] = _merged([database.UPDATES, cluster.UPDATES, add_ons.UPDATES])
_ALWAYS: Final[tuple[Rule, ...]] = (references.dangling, uniqueness.duplicates, policies.principals_exist)


def check(type: str, inputs: Properties, region: str) -> list[Refusal]:
    """Say what is wrong with the inputs alone; what is not known yet is not judged.

    A property that a rule of ours refuses is not refused once more by what was derived: the rule says it better.
    """
    found = [*tags.check(inputs), *policies.check(type, inputs, region), *prose.ranges(inputs)]
    for rule in _CHECKS.get(type, ()):
        found.extend(rule(inputs, region))
    named = {refusal.property for refusal in found}
    derived = (*judge.check(type, inputs, region), *conditions.check(type, inputs))
    return found + [refusal for refusal in derived if refusal.property not in named]


def ruled() -> frozenset[str]:
    """Name the types that rules of ours speak of by themselves."""
    named = {reference.type for reference in (*references.NAMES, *references.IDS)}
    return frozenset({*_CHECKS, *_STATES, *_CREATES, *_UPDATES, *policies.DOCUMENTS, *uniqueness.UNIQUE, *named})


def _holding(record: Record, world: World) -> list[Refusal]:
    return [refusal for rule in (*_ALWAYS, *_STATES.get(record.type, ())) for refusal in rule(record, world)]


def before_create(record: Record, world: World) -> list[Refusal]:
    """Say why a resource cannot be created in this world."""
    found = _holding(record, world)
    for rule in _CREATES.get(record.type, ()):
        found.extend(rule(record, world))
    return found


def before_update(old: Record, new: Record, world: World) -> list[Refusal]:
    """Say why a resource cannot be changed in place."""
    found = _holding(new, world)
    for rule in _UPDATES.get(new.type, ()):
        found.extend(rule(old, new, world))
    return found


def before_delete(record: Record, world: World) -> list[Refusal]:
    """Say why a resource cannot be deleted: what protects it, and what still uses it."""
    found = [*deletion.protection(record, world), *deletion.dependents(record, world)]
    for rule in deletion.DELETES.get(record.type, ()):
        found.extend(rule(record, world))
    return found
