"""A bad change, made to a stack."""

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, cast

from tests.policies.held_out.changes import Added, Change
from tests.policies.held_out.world import Thing, World

_REFERENCE = re.compile(r"\$\{([^.}]+)\.([^}]+)\}")
_TEMPLATE = "spec.template.spec"
_WORKLOAD = "application-workload"


def given(change: Change, stack: World) -> World:
    """Give the stack as it is before the change."""
    return _with(stack, change.given)


def applied(change: Change, before: World) -> World:
    """Make the change. Raises LookupError where there is nothing to change: the table is wrong then."""
    after = _with(_changed(change, before), change.add)
    if change.add_object is not None:
        after = replace(after, objects=(*after.objects, _object(change.add_object, after)))
    return after


def _with(stack: World, added: Sequence[Added]) -> World:
    for each in added:
        name = token(each.type)
        parent = next(thing.urn for thing in stack.resources if thing.type == "groundwork:components:Platform")
        urn = f"urn:pulumi:test::groundwork::{name}::{each.name}"
        outputs = {"id": f"{each.name}-id", "arn": f"arn:aws:service:us-east-1:111122223333:{each.name}"}
        references = {key: _referred(value, stack) for key, value in each.inputs.items()}
        thing = Thing(name, each.name, urn, _resolved(each.inputs, stack), outputs, each.protect, parent, references)
        stack = replace(stack, resources=(*stack.resources, thing))
    return stack


def token(short: str) -> str:
    """Write `rds/instance` as the type token of Pulumi's AWS provider; another token stays as it is."""
    if "/" not in short or ":" in short:
        return short
    _, _, name = short.partition("/")
    return f"aws:{short}:{name[0].upper()}{name[1:]}"


def _resolved(value: Any, stack: World) -> Any:
    if isinstance(value, Mapping):
        return {key: _resolved(below, stack) for key, below in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        return [_resolved(below, stack) for below in cast("list[Any]", value)]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str(_output(stack, found[1], found[2])), value)
    return value


def _referred(value: Any, stack: World) -> frozenset[str]:
    """Give the URNs of the resources whose outputs a value is made of."""
    names = {name for name, _ in _REFERENCE.findall(json.dumps(value))}
    return frozenset(each.urn for each in stack.resources if each.name in names)


def _output(stack: World, name: str, output: str) -> Any:
    thing = next((each for each in stack.resources if each.name == name and output in each.outputs), None)
    if thing is None:
        raise LookupError(f"no resource {name} with the output {output}")
    return thing.outputs[output]


def _object(body: Mapping[str, Any], stack: World) -> Thing:
    release = next(each for each in stack.resources if each.name == _WORKLOAD)
    name = str(body["metadata"]["name"])
    return Thing(body["kind"], name, f"{release.urn}#{name}", body, {}, parent=release.urn)


def _changed(change: Change, stack: World) -> World:
    if change.of is None:
        return stack
    kind, _, pattern = change.of.partition(" ")
    among = stack.resources if "/" in kind or ":" in kind else stack.objects
    wanted = [each for each in among if each.type == token(kind) and fnmatchcase(each.name, pattern)]
    if not wanted:
        raise LookupError(f"nothing is {change.of} in {change.form}")
    chosen = wanted if change.gone else [min(wanted, key=lambda each: each.name)]
    after = [
        *(each for each in among if each not in chosen),
        *(() if change.gone else (_rewritten(change, each, stack) for each in chosen)),
    ]
    return replace(stack, **{"resources" if among is stack.resources else "objects": tuple(after)})


def _rewritten(change: Change, thing: Thing, stack: World) -> Thing:
    inputs = copy.deepcopy(dict(thing.inputs))
    for path, value in change.set.items():
        _set(inputs, path, _resolved(value, stack))
    for path, value in change.statement.items():
        document = json.loads(inputs[path])
        document["Statement"] = [*document["Statement"], _resolved(value, stack)]
        inputs[path] = json.dumps(document)
    if change.containers:
        containers = json.loads(inputs["containerDefinitions"])
        for container in containers:
            _each(container, change.containers, _set)
        inputs["containerDefinitions"] = json.dumps(containers)
    for values, put in (((change.pod), _set), (change.pod_append, _append)):
        _each(inputs, {f"{_TEMPLATE}.{path}": value for path, value in values.items()}, put)
    for values, put in ((change.container, _set), (change.container_append, _append)):
        _each(inputs, {f"{_TEMPLATE}.containers.0.{path}": value for path, value in values.items()}, put)
    if inputs == thing.inputs and not change.unprotect:
        raise LookupError(f"{change} changes nothing of {thing.name}")
    references = dict(thing.references)
    for path, value in change.set.items():
        name, _, below = path.partition(".")
        references[name] = _referred(value, stack) | (references.get(name, frozenset()) if below else frozenset())
    return replace(thing, inputs=inputs, references=references, protect=thing.protect and not change.unprotect)


def _each(target: Any, values: Mapping[str, Any], put: Callable[[Any, str, Any], None]) -> None:
    for path, value in values.items():
        put(target, path, value)


def _set(target: Any, path: str, value: Any) -> None:
    """Set the value at a dotted path, making mappings on the way; None takes it away."""
    step, _, below = path.partition(".")
    if step == "*":
        for each in _with_first(target, below):
            _set(each, below, value)
    elif below:
        key: Any = int(step) if isinstance(target, list) else step
        if isinstance(target, dict):
            cast("dict[str, Any]", target).setdefault(step, {})
        _set(target[key], below, value)
    elif value is None:
        target.pop(step, None)
    else:
        target[step] = value


def _with_first(items: Iterable[Any], path: str) -> Iterator[Any]:
    """Yield the items of a list that hold what the path goes through."""
    for each in items:
        below: Any = each
        for step in path.split(".")[:-1]:
            below = cast("dict[str, Any]", below).get(step) if isinstance(below, dict) else None
        if len(path.split(".")) == 1 or below is not None:
            yield each


def _append(target: Any, path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        target = target[int(step) if isinstance(target, list) else step]
    target[last] = [*(target.get(last) or []), value]
