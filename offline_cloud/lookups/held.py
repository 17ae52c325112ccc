"""Look-ups of what the offline account holds: found by the arguments, answered from the record's inputs and outputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from offline_cloud.cloud.core.regions import is_global
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import ACCOUNT_ID, FINGERPRINT_MARK, Diagnostic, Properties, Record, Value
from offline_cloud.lookups.question import ACCOUNT_HELP, Answer, Question, filters, fits, truthy
from offline_cloud.lookups.shapes import has_resource, result_properties
from offline_cloud.lookups.standing import VPC, default_network, is_default

_LISTED: Final = 5
# Data sources that are not called after the resource whose records answer them.
_CALLED: Final = {
    "aws:ec2/getElasticIp:getElasticIp": "aws:ec2/eip:Eip",
    "aws:ec2/getEips:getEips": "aws:ec2/eip:Eip",
    "aws:alb/getLoadBalancer:getLoadBalancer": "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/getTargetGroup:getTargetGroup": "aws:lb/targetGroup:TargetGroup",
    "aws:alb/getListener:getListener": "aws:lb/listener:Listener",
    "aws:autoscaling/getAmiIds:getAmiIds": "aws:autoscaling/group:Group",
    "aws:cloudwatch/getLogGroups:getLogGroups": "aws:cloudwatch/logGroup:LogGroup",
}
# Arguments that say how to search, and no property of what is found.
_HOW: Final = ("mostRecent", "filters", "withDecryption", "versionStage", "default", "state", "privateZone", "statuses")
_FILTERS: Final = {
    "group-id": "id",
    "group-name": "name",
    "cidr": "cidrBlock",
    "cidr-block-association.cidr-block": "cidrBlock",
    "image-id": "ami",
    "instance-state-name": "",
    "state": "",
    "status": "",
    "owner-id": "",
    "attachment.vpc-id": "vpcId",
}
"""EC2's filters whose property is called otherwise; an empty one fits everything here.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html and its neighbours"""
_RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "aws:rds/getInstance:getInstance": {
        "dbSubnetGroup": "dbSubnetGroupName",
        "masterUsername": "username",
        "vpcSecurityGroups": "vpcSecurityGroupIds",
    },
}
"""Answers that are called otherwise than the resource's own property."""
_SECRETS: Final = ("secretString", "secretBinary", "value")


def resource_of(token: str) -> str | None:
    """Give the resource type whose records a data source asks for, such as ``aws:ec2/vpc:Vpc`` for ``getVpc``."""
    if token in _CALLED:
        return _CALLED[token]
    package, path, name = token.split(":")
    module = path.partition("/")[0]
    for noun in _singular(name.removeprefix("get")):
        candidate = f"{package}:{module}/{noun[:1].lower()}{noun[1:]}:{noun}"
        if has_resource(candidate):
            return candidate
    return None


def _singular(noun: str) -> Iterator[str]:
    yield noun
    if noun.endswith("ies"):
        yield f"{noun[:-3]}y"
    if noun.endswith("es"):
        yield noun[:-2]
    if noun.endswith("s"):
        yield noun[:-1]


def answer(question: Question) -> Answer | None:
    """Answer from the account's records; ``None`` when the data source is about no kind of resource."""
    kind = resource_of(question.token)
    if kind is None:
        return None
    _let_defaults_stand(question)
    unknown = _unknown_filter(question, kind)
    if unknown:
        return unknown
    found = [record for record in _of(question, kind) if _fits(record, question)]
    results = result_properties(question.token)
    if _is_plural(question, kind):
        return _many(question, found, results)
    if len(found) == 1 or (found and truthy(question.arguments.get("mostRecent"))):
        return _one(question, found[-1], results)
    return _several(question, kind, found) if found else _none(question, kind)


def _is_plural(question: Question, kind: str) -> bool:
    return question.function.endswith("s") and not kind.endswith("s")


def _of(question: Question, kind: str) -> list[Record]:
    everywhere = is_global(kind)
    return [
        record
        for record in question.world.of_type(kind)
        if record.id and (everywhere or record.region == question.region)
    ]


def _let_defaults_stand(question: Question) -> None:
    """Let the default network stand before somebody looks for it, or for anything that may be in it."""
    if question.token.startswith("aws:ec2/") and not any(map(is_default, _of(question, VPC))):
        for record in default_network(question.region, question.world):
            question.stand(record)


def _properties(record: Record) -> Properties:
    return {**record.inputs, **record.outputs, "id": record.id}


def _fits(record: Record, question: Question) -> bool:
    stated = question.stated()
    if "default" in stated and truthy(stated["default"]) != is_default(record):
        return False
    if not all(_has(record, name, value) for name, value in stated.items() if name not in _HOW):
        return False
    return all(_passes(record, name, patterns) for name, patterns in filters(question.arguments).items())


def _has(record: Record, name: str, value: Value) -> bool:
    """Tell whether a record has what an argument states: a property of that name, else its name, id or ARN."""
    properties = _properties(record)
    if name == "tags" and isinstance(value, dict):
        return all(_tags(record).get(key) == wanted for key, wanted in value.items())
    if name == "nameRegex":
        return re.search(str(value), physical_name(record)) is not None
    if name in properties:
        return _same(properties[name], value)
    return any(_same(own, value) for own in (record.id, physical_name(record), record.arn))


def _same(own: Value, value: Value) -> bool:
    # A hosted zone's name is told with the dot of the root, and without.
    return own == value or (isinstance(own, str) and isinstance(value, str) and own.rstrip(".") == value.rstrip("."))


def _tags(record: Record) -> Mapping[str, Value]:
    tags = record.outputs.get("tagsAll") or record.inputs.get("tags")
    return tags if isinstance(tags, dict) else {}


def _property(name: str, kind: str) -> str:
    """Give the property that a filter speaks of: ``vpc-id`` → ``vpcId``, ``subnet-id`` of a subnet → ``id``."""
    if name in _FILTERS:
        return _FILTERS[name]
    head, *rest = re.split(r"[-_]", name)
    spelled = head + "".join(part.capitalize() for part in rest)
    noun = kind.rpartition(":")[2]
    return "id" if spelled.lower() == f"{noun}id".lower() else spelled


_DEFAULTS: Final = ("default-for-az", "defaultForAz", "is-default", "isDefault")


def _passes(record: Record, name: str, patterns: list[str]) -> bool:
    if name.startswith("tag:"):
        value = _tags(record).get(name.removeprefix("tag:"))
        return isinstance(value, str) and fits(value, patterns)
    if name == "tag-key":
        return any(fits(key, patterns) for key in _tags(record))
    if name in _DEFAULTS:
        return fits(str(is_default(record)).lower(), patterns)
    key = _property(name, record.type)
    if not key:
        return True
    value = _properties(record).get(key)
    return fits(str(value).lower() if isinstance(value, bool) else str(value), patterns)


def _unknown_filter(question: Question, kind: str) -> Diagnostic | None:
    from offline_cloud.provider.catalog import resource_type  # noqa: PLC0415 - only a filter asks for it

    known = resource_type(kind).outputs | {"id"}
    for name in filters(question.arguments):
        key = _property(name, kind)
        if not name.startswith(("tag:", "tag-key")) and name not in _DEFAULTS and key and key not in known:
            return Diagnostic(
                "filters", f"the offline cloud knows no filter {name!r} of {question.token}", ACCOUNT_HELP
            )
    return None


def _one(question: Question, record: Record, results: Sequence[str]) -> Answer:
    properties = _properties(record)
    hidden = [key for key in _SECRETS if key in results and str(properties.get(key)).startswith(FINGERPRINT_MARK)]
    if hidden:
        return Diagnostic(
            "",
            f"{question.token} asks for a secret ({hidden[0]}) of {physical_name(record)}, which the offline account "
            "keeps as a fingerprint alone",
            f"pass the value itself, {ACCOUNT_HELP}",
        )
    extra: Properties = {
        "accountId": ACCOUNT_ID,
        "arn": record.arn,
        "default": is_default(record),
        "defaultForAz": is_default(record),
        "isDefault": is_default(record),
        "name": physical_name(record),
        "ownerId": ACCOUNT_ID,
        "region": record.region,
        "state": "available",
        "status": "ACTIVE",
        "tags": dict(_tags(record)),
        "zoneId": record.id,
    }
    own = f"{record.type.rpartition(':')[2][:1].lower()}{record.type.rpartition(':')[2][1:]}Id"
    known = {**extra, own: record.id, **question.stated(), **{k: v for k, v in properties.items() if v is not None}}
    known |= {key: properties.get(property) for key, property in _RENAMED.get(question.token, {}).items()}
    return {key: known[key] for key in [*results, "id"] if known.get(key) is not None}


def _many(question: Question, found: Sequence[Record], results: Sequence[str]) -> Properties:
    """Answer in lists: ids, ARNs, names, and any other plural of a property."""
    lists: Properties = {"ids": [record.id for record in found]}
    for key in results:
        single = key[:-1]
        if key == "names":
            lists[key] = [physical_name(record) for record in found]
        elif key.endswith("s") and key not in ("ids", "tags", "filters"):
            values = [_properties(record).get(single) for record in found]
            if found and all(isinstance(value, str) for value in values):
                lists[key] = values
    return {"id": question.region, **lists}


def _several(question: Question, kind: str, found: Sequence[Record]) -> Diagnostic:
    noun = kind.rpartition(":")[2]
    return Diagnostic(
        "",
        f"{len(found)} of the account's {noun} fit {question.described()}: {_named(found)}",
        "ask for one, by its id or a tag",
    )


def _none(question: Question, kind: str) -> Diagnostic:
    held = _of(question, kind)
    noun = kind.rpartition(":")[2]
    there = f"it has {_named(held)}" if held else "it has none"
    return Diagnostic(
        "",
        f"the offline account has no {noun} with {question.described()} in {question.region}; {there}",
        f"create it in the program, {ACCOUNT_HELP}",
    )


def _named(found: Sequence[Record]) -> str:
    names = [f"{physical_name(record)} ({record.id})" for record in found[:_LISTED]]
    return ", ".join(names) + (", …" if len(found) > _LISTED else "")
