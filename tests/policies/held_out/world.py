"""What a stack registers and what its releases render, as plain data, and the breaches that the pack finds there."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from pulumi_policy.proxy import unknown_checking_proxy

from policies.pack import of_providers
from policies.registry import RULES
from policies.rendering import RELEASE, objects_of
from policies.rule import ObjectRule, ResourceRule, StackRule
from policies.view import Resource
from tests.components.graphs import FORMS, graph


@dataclass(frozen=True)
class Thing:
    """A resource or a rendered object; `outputs` are what the recording made up for a resource."""

    type: str
    name: str
    urn: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    protect: bool = False
    parent: str = ""
    references: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


@dataclass(frozen=True)
class World:
    """The resources of a stack, and the objects of each release by the release's URN."""

    environment: str
    resources: tuple[Thing, ...]
    objects: tuple[Thing, ...]


@dataclass(frozen=True)
class Breach:
    """What a rule says of a resource, or of an object named `Kind/name`."""

    rule: str
    resource: str
    message: str


@cache
def world(form: str) -> World:
    """Record what a product registers on a stack, and render its own charts. Raises StopIteration for no such form."""
    recorded = graph(next(each for each in FORMS if str(each) == form))
    resources = tuple(
        Thing(
            each.type,
            each.name,
            each.urn,
            each.inputs,
            {**each.outputs, "id": each.id},
            each.protect,
            each.parent,
            each.property_dependencies,
        )
        for each in recorded.registrations
    )
    provider = next(each for each in resources if each.type == "pulumi:providers:aws")
    environment = json.loads(provider.inputs["defaultTags"])["tags"]["Environment"]
    return World(environment, resources, tuple(_objects(resources)))


def _objects(resources: Iterable[Thing]) -> Iterator[Thing]:
    for release in resources:
        if release.type == RELEASE:
            view = Resource(type=RELEASE, name=release.name, urn=release.urn, properties=release.inputs)
            for each in objects_of(view).objects:
                body = json.loads(json.dumps(_plain(each.properties)))
                urn = f"{release.urn}#{each.type}/{each.name}"
                yield Thing(each.type, each.name, urn, body, {}, parent=release.urn)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple) or (hasattr(value, "__getitem__") and not isinstance(value, str)):
        return [_plain(each) for each in cast("Iterable[Any]", value)]
    return value


def breaches(of: World, before: World | None = None) -> set[Breach]:
    """Hold a stack against every rule; what a rule over single resources says only where one differs from `before`."""
    known = set(map(id, before.resources)) if before else set[int]()
    views = [_view(each, of.environment) for each in of.resources]
    touched = [view for thing, view in zip(of.resources, views, strict=True) if id(thing) not in known]
    found = {
        Breach(rule.name, view.name, message)
        for rule in RULES
        if isinstance(rule, ResourceRule)
        for view in touched
        for message in rule.violations(view)
    }
    for rule in RULES:
        if isinstance(rule, StackRule):
            found |= {Breach(rule.name, view.name, message) for view, message in rule.check(views)}
    return found | _of_objects(of)


def _of_objects(of: World) -> set[Breach]:
    releases = {each.parent for each in of.objects}
    found: set[Breach] = set()
    for release in releases:
        views = [_view(each, of.environment) for each in of.objects if each.parent == release]
        for rule in RULES:
            if isinstance(rule, ObjectRule):
                found |= {
                    Breach(rule.name, f"{view.type}/{view.name}", message) for view, message in rule.violations(views)
                }
    return found


def _view(thing: Thing, environment: str) -> Resource:
    return _viewed(id(thing), _Kept(thing), environment)


@dataclass(frozen=True)
class _Kept:
    thing: Thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.thing is self.thing


@cache
def _viewed(_: int, kept: _Kept, environment: str) -> Resource:
    """See a resource as the pack does; the same one is not read twice."""
    thing = kept.thing
    inputs = of_providers(thing.type, thing.inputs)
    return Resource(
        type=thing.type,
        name=thing.name,
        urn=thing.urn,
        properties=unknown_checking_proxy(dict(inputs)),
        protect=thing.protect,
        environment=environment,
        parent=thing.parent or None,
        references=thing.references,
    )
