"""What a rule is, and how it becomes a policy of the pack."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from policies.about import About
from policies.view import Resource

PRODUCTION = ("production",)


class Level(StrEnum):
    """What comes of a breach: it is repaired, the update is refused, somebody is told, or nobody asks.

    A rule of its own is advisory where the settings let a stack or a product do otherwise. Only a configuration has a
    rule repair what breaks it, and only one that knows a repair which nobody can miss.
    """

    REMEDIATE = "remediate"
    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


ResourceCheck = Callable[[Resource], Iterable[str]]
Repair = Callable[[Resource], Mapping[str, Any]]
"""Gives the properties that are to stand in place of those that break a rule; none where nothing does."""
StackCheck = Callable[[Sequence[Resource]], Iterable[tuple[Resource, str]]]


@dataclass(frozen=True, kw_only=True)
class ResourceRule:
    """Looks at one resource of one of `types`; yields a message for each fault, with what to change."""

    name: str
    description: str
    about: About
    types: tuple[str, ...]
    check: ResourceCheck
    environments: tuple[str, ...] | None = None
    level: Level = Level.MANDATORY
    repair: Repair | None = None

    def violations(self, resource: Resource) -> Iterator[str]:
        """Messages for a resource; none for other types, or outside the environments the rule is for."""
        if resource.type in self.types and (self.environments is None or resource.held_to(self.environments)):
            yield from self.check(resource)


@dataclass(frozen=True, kw_only=True)
class StackRule:
    """Looks at all resources together; yields each offending resource with a message."""

    name: str
    description: str
    about: About
    check: StackCheck
    level: Level = Level.MANDATORY


@dataclass(frozen=True, kw_only=True)
class ObjectRule:
    """Looks at the Kubernetes objects of one release together; yields each offending object with a message.

    An object is seen as a resource whose type is its kind.
    """

    name: str
    description: str
    about: About
    check: StackCheck
    environments: tuple[str, ...] | None = None
    level: Level = Level.MANDATORY

    def violations(self, objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
        """Objects with messages; none outside the environments the rule is for."""
        for found, message in self.check(objects):
            if self.environments is None or found.held_to(self.environments):
                yield found, message


Rule = ResourceRule | StackRule | ObjectRule


def resource_rule(
    name: str,
    description: str,
    *types: str,
    about: About,
    environments: tuple[str, ...] | None = None,
    level: Level = Level.MANDATORY,
    repair: Repair | None = None,
) -> Callable[[ResourceCheck], ResourceRule]:
    """Turn a function over a resource into a rule."""
    return lambda check: ResourceRule(
        name=name,
        description=description,
        about=about,
        types=types,
        check=check,
        environments=environments,
        level=level,
        repair=repair,
    )


def stack_rule(
    name: str, description: str, *, about: About, level: Level = Level.MANDATORY
) -> Callable[[StackCheck], StackRule]:
    """Turn a function over all resources into a rule."""
    return lambda check: StackRule(name=name, description=description, about=about, check=check, level=level)


def object_rule(
    name: str,
    description: str,
    *kinds: str,
    about: About,
    environments: tuple[str, ...] | None = None,
    level: Level = Level.MANDATORY,
) -> Callable[[ResourceCheck], ObjectRule]:
    """Turn a function over one Kubernetes object of these kinds into a rule."""

    def made(check: ResourceCheck) -> ObjectRule:
        def each(objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
            for found in objects:
                if found.type in kinds:
                    yield from ((found, message) for message in check(found))

        return ObjectRule(
            name=name, description=description, about=about, check=each, environments=environments, level=level
        )

    return made


def release_rule(
    name: str, description: str, *, about: About, environments: tuple[str, ...] | None = None
) -> Callable[[StackCheck], ObjectRule]:
    """Turn a function over all Kubernetes objects of a release into a rule."""
    return lambda check: ObjectRule(
        name=name, description=description, about=about, check=check, environments=environments
    )
