"""A stack's graph as Terraform's JSON configuration, and what the provider's schema says of it.

Nothing is passed over: what the schema does not have is refused by name, or listed by name where it is known to be
newer than that provider; what the schema leaves open is said.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from tools.conform.names import NEWER, TYPES, argument_of, unstated
from tools.conform.references import PLACEHOLDER, References, escaped
from tools.conform.registered import Registered
from tools.conform.schema import Argument, Schema

CODE = "code.zip"
"""A function's code is a file here: Terraform takes its name, and plans without looking into it."""

REQUIRED = {"required_providers": [{"aws": {"source": "hashicorp/aws"}}]}
NOWHERE = "http://127.0.0.1:9"
"""Discard, where nobody listens: a connection is refused at once."""

_PROVIDER = "pulumi:providers:aws"
_SERVICES = """
    acm amp appautoscaling autoscaling backup budgets chatbot cloudfront cloudwatch ec2 ecr ecs efs eks elasticache
    elbv2 events iam kms lambda logs rds route53 route53resolver s3 scheduler secretsmanager servicediscovery sns sqs
    ssm sts synthetics wafv2
"""


@dataclass
class Converted:
    """A configuration, and what was found on the way; each line names the resource and the argument."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    providers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refused: list[str] = field(default_factory=list[str])
    lacking: set[str] = field(default_factory=set[str])
    open: set[str] = field(default_factory=set[str])
    origins: dict[str, str] = field(default_factory=dict[str, str])

    def document(self) -> dict[str, Any]:
        """Return the configuration as Terraform reads it from `main.tf.json`."""
        return {"terraform": [REQUIRED], "provider": {"aws": self.providers}, "resource": self.resources}


def convert(registered: Iterable[Registered], schema: Schema, table: Schema) -> Converted:
    """Convert the resources of AWS among these. `table` says what a provider that lacks an argument may lack."""
    every = list(registered)
    return _Conversion(every, schema, table).run()


@dataclass(frozen=True)
class _Place:
    """Where a value stands: for names, for messages, and for what it may refer to."""

    resource: Registered
    type: str
    path: str = ""
    sources: frozenset[str] = frozenset()

    def at(self, name: str) -> "_Place":
        return _Place(self.resource, self.type, f"{self.path}.{name}".lstrip("."), self.sources)

    def of(self, sources: frozenset[str]) -> "_Place":
        return _Place(self.resource, self.type, self.path, sources)

    def __str__(self) -> str:
        return f"{self.resource.type} {self.resource.name}: {self.path}"


class _Conversion:
    def __init__(self, registered: list[Registered], schema: Schema, table: Schema) -> None:
        self._schema, self._table = schema, table
        self._resources = [each for each in registered if each.type.startswith("aws:")]
        self._providers = {f"{each.urn}::{each.id}": each for each in registered if each.type == _PROVIDER}
        self._references = References(registered, schema)
        self.result = Converted()

    def run(self) -> Converted:
        aliases = {reference: f"p{index}" for index, reference in enumerate(self._providers)}
        self.result.providers = [
            _provider(each, aliases[reference], self._schema) for reference, each in self._providers.items()
        ]
        for each in self._resources:
            if each.urn not in self._references.addresses:
                self._left_out(each)
                continue
            type, name = self._references.addresses[each.urn]
            if each.provider not in aliases:
                self.result.refused.append(f"{each.type} {each.name}: it names no provider of this stack")
                continue
            body = self._body(_Place(each, type), each.inputs, self._schema.resources[type])
            self.result.resources.setdefault(type, {})[name] = {"provider": f"aws.{aliases[each.provider]}", **body}
            self.result.origins[f"{type}.{name}"] = f"{each.type} {each.name}"
        return self.result

    def _left_out(self, each: Registered) -> None:
        type = TYPES.get(each.type)
        if type is None:
            self.result.refused.append(f"{each.type} {each.name}: no replacements.json has this type")
        elif type in self._table.resources or type in NEWER:
            self.result.lacking.add(type)
        else:
            self.result.refused.append(f"{each.type} {each.name}: the provider has no {type}")

    def _body(self, place: _Place, inputs: Mapping[str, Any], arguments: Mapping[str, Argument]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for property, value in inputs.items():
            if value is None:
                continue
            inner = place if place.path else place.of(place.resource.property_dependencies.get(property, frozenset()))
            name = argument_of(place.type, place.path, property, arguments)
            if name is None or not arguments[name].settable:
                self._unknown(inner, property)
                continue
            body[name] = self._value(inner.at(name), value, arguments[name])
            if not place.path and property in place.resource.secret_inputs and isinstance(body[name], str):
                body[name] = PLACEHOLDER
        for name, argument in arguments.items():
            if f"{name}_prefix" in body and name in body:
                self.result.refused.append(f"{place.at(name)} stands beside {name}_prefix: Terraform takes one of them")
            if argument.required and body.get(name) in (None, []):
                self.result.refused.append(f"{place.at(name)} is required, and is not there")
        return body

    def _unknown(self, place: _Place, property: str) -> None:
        """List an argument that this provider lacks, when another version is known to have it; refuse it otherwise."""
        known = self._in_table(place, property)
        named = f"{place.type}.{place.at(known or unstated(property, several=False)).path}"
        if known or named in NEWER:
            self.result.lacking.add(named)
        else:
            self.result.refused.append(f"{place.at(property)}: {place.type} has no such argument")

    def _in_table(self, place: _Place, property: str) -> str | None:
        arguments: Mapping[str, Argument] = self._table.resources.get(place.type, {})
        for name in filter(None, place.path.split(".")):
            arguments = arguments[name].members if name in arguments else {}
        found = argument_of(place.type, place.path, property, arguments)
        return found if found and arguments[found].settable else None

    def _value(self, place: _Place, value: Any, argument: Argument) -> Any:
        if argument.kind == "object":
            return self._objects(place, value, argument)
        if argument.kind == "any":
            self.result.open.add(f"{place.type}.{place.path}")
            found = self._unstated(place, value)
            return [found] if isinstance(found, dict) else found
        if argument.kind == "dynamic":
            return value
        if argument.nesting == "map":
            return self._map(place, value, argument)
        if argument.nesting in ("list", "set"):
            return self._several(place, value, argument)
        return self._scalar(place, value, argument.kind)

    def _several(self, place: _Place, value: Any, argument: Argument) -> Any:
        if value == [] and (elsewhere := self._references.list_of(place.sources)):
            return elsewhere
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        return [self._scalar(place, each, argument.kind) for each in items]

    def _map(self, place: _Place, value: Any, argument: Argument) -> Any:
        if not isinstance(value, dict):
            self.result.refused.append(f"{place}: Terraform takes a map here, and this is {_said(value)}")
            return value
        pairs = cast("dict[str, Any]", value).items()
        return {escaped(key): self._scalar(place.at(key), each, argument.kind) for key, each in pairs}

    def _objects(self, place: _Place, value: Any, argument: Argument) -> Any:
        if argument.nesting == "map":
            pairs = cast("dict[str, Any]", value).items()
            return {escaped(key): self._object(place, each, argument) for key, each in pairs}
        if argument.nesting == "single":
            return self._object(place, value, argument)
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        if argument.one and len(items) > 1:
            self.result.refused.append(f"{place}: Terraform takes one block here, and these are {len(items)}")
        return [self._object(place, each, argument) for each in items]

    def _object(self, place: _Place, value: Any, argument: Argument) -> Any:
        if not isinstance(value, dict):
            self.result.refused.append(f"{place}: Terraform takes an object here, and this is {_said(value)}")
            return value
        body = self._body(place, cast("dict[str, Any]", value), argument.members)
        # Terraform wants every member of an attribute's object; of a block, only those that are set.
        return body if argument.block else {**dict.fromkeys(argument.members), **body}

    def _unstated(self, place: _Place, value: Any) -> Any:
        if isinstance(value, list):
            return [self._unstated(place, each) for each in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return self._scalar(place, value, "any")
        members: dict[str, Any] = {}
        for property, each in cast("dict[str, Any]", value).items():
            found = self._unstated(place, each)
            blocks = isinstance(found, list) and all(isinstance(one, dict) for one in cast("list[Any]", found))
            members[unstated(property, several=blocks)] = [found] if isinstance(found, dict) else found
        return members

    def _scalar(self, place: _Place, value: Any, kind: str) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, str | int | float | bool):
            if place.path == "filename":
                return CODE
            self.result.refused.append(f"{place}: Terraform takes a {kind} here, and this is {_said(value)}")
            return value
        if not _fits(value, kind):
            self.result.refused.append(f"{place}: Terraform takes a {kind} here, and this is {value!r}")
        return self._references.text(value, place.sources) if isinstance(value, str) else value


def _provider(registered: Registered, alias: str, schema: Schema) -> dict[str, Any]:
    """Write a provider that can reach no account: made-up keys, and every service at an address that nobody serves."""
    tags = json.loads(registered.inputs.get("defaultTags", "{}")).get("tags", {})
    endpoints = {name: NOWHERE for name in _SERVICES.split() if name in schema.provider["endpoints"].members}
    return {
        "alias": alias,
        "region": registered.inputs["region"],
        "access_key": "no-account",
        "secret_key": "no-account",
        "max_retries": 1,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
        "default_tags": [{"tags": {key: escaped(value) for key, value in tags.items()}}],
        "endpoints": [endpoints],
    }


def _fits(value: object, kind: str) -> bool:
    if kind == "number":
        return not isinstance(value, bool) and (not isinstance(value, str) or value.lstrip("-").isdigit())
    return kind != "bool" or isinstance(value, bool) or value in ("true", "false")


def _said(value: object) -> str:
    return f"a {type(value).__name__}"
