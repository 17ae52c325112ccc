"""What a rule is, and how it becomes a policy of the pack."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policies.about import About
from policies.view import Resource

PRODUCTION = ("production",)

ResourceCheck = Callable[[Resource], Iterable[str]]
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


Rule = ResourceRule | StackRule


def resource_rule(
    name: str, description: str, *types: str, about: About, environments: tuple[str, ...] | None = None
) -> Callable[[ResourceCheck], ResourceRule]:
    """Turn a function over a resource into a rule."""
    return lambda check: ResourceRule(
        name=name, description=description, about=about, types=types, check=check, environments=environments
    )


def stack_rule(name: str, description: str, *, about: About) -> Callable[[StackCheck], StackRule]:
    """Turn a function over all resources into a rule."""
    return lambda check: StackRule(name=name, description=description, about=about, check=check)
