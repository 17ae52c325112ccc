"""What names, descriptions, comments and tags may hold: botocore's patterns and lengths, and what AWS documents beside.

Services refuse a text outside their pattern at the create, and none of it is seen in a preview of the real provider.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from sandbox.cloud.model import Properties, Refusal, items
from sandbox.cloud.rules.facts import refusal, strings_at

_INVALID: Final = "InvalidParameterValue"


@dataclass(frozen=True)
class Limits:
    """`allowed` is the pattern in words; the pattern itself where AWS gives no words."""

    pattern: str | None = None
    least: int = 0
    most: int | None = None
    allowed: str = ""


def _text(pattern: str, least: int, most: int, allowed: str) -> Limits:
    return Limits(pattern, least, most, allowed)


def _shorter(most: int) -> Limits:
    return Limits(most=most)


# CreateSecurityGroup and IpRange, EC2 API reference: the model states no pattern. Refused as in
# https://github.com/hashicorp/terraform-provider-aws/issues/18874
_EC2: Final = _text(
    r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*", 0, 255, "a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* (no apostrophe)"
)
_ECS_NAME: Final = _text(r"[a-zA-Z0-9_-]+", 1, 255, "letters, digits, hyphens and underscores")
_RDS_NAME: Final = _text(
    r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]*(?<!-)", 1, 255, "letters, digits and single hyphens, a letter first"
)
# Sources: the API reference page of the operation that makes the type, and of what it takes.
DOCUMENTED: Final[Mapping[str, Mapping[str, Limits]]] = {
    "aws:ec2/securityGroup:SecurityGroup": {
        "description": _EC2,
        "name": _text(r"(?!sg-)" + str(_EC2.pattern), 1, 255, f"{_EC2.allowed}, and no sg- in front"),
        "ingress[].description": _EC2,
        "egress[].description": _EC2,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"description": _EC2},
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {"description": _EC2},
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "description": _shorter(255),
        "name": _text(r"[a-zA-Z0-9().\-/_]+", 3, 128, "letters, digits and ().-/_"),
    },
    "aws:ecs/cluster:Cluster": {"name": _ECS_NAME},
    "aws:ecs/service:Service": {"name": _ECS_NAME},
    "aws:ecs/taskDefinition:TaskDefinition": {"family": _ECS_NAME},
    "aws:rds/subnetGroup:SubnetGroup": {
        "name": _text(
            r"(?!default$)[a-zA-Z][a-zA-Z0-9._ -]*", 1, 255, "letters, digits and ._- or spaces, not default"
        ),
    },
    "aws:rds/parameterGroup:ParameterGroup": {"name": _RDS_NAME},
    "aws:rds/eventSubscription:EventSubscription": {"name": _shorter(254)},
    "aws:elasticache/subnetGroup:SubnetGroup": {
        "name": _text(r"[a-zA-Z0-9-]+", 1, 255, "letters, digits and hyphens"),
    },
    "aws:elasticache/parameterGroup:ParameterGroup": {"name": _RDS_NAME},
    "aws:cloudfront/distribution:Distribution": {"comment": _shorter(128)},
    "aws:cloudfront/originAccessControl:OriginAccessControl": {"description": _shorter(256), "name": _shorter(64)},
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
        "comment": _shorter(128),
        "name": _text(r"[a-zA-Z0-9_-]+", 1, 128, "letters, digits, hyphens and underscores"),
    },
    "aws:cloudwatch/dashboard:Dashboard": {
        "dashboardName": _text(r"[a-zA-Z0-9_-]+", 1, 255, "letters, digits, hyphens and underscores"),
    },
    "aws:sns/topic:Topic": {
        "displayName": _shorter(100),
        "name": _text(r"[a-zA-Z0-9_-]+(\.fifo)?", 1, 256, "letters, digits, hyphens and underscores"),
    },
    "aws:sqs/queue:Queue": {
        "name": _text(r"[a-zA-Z0-9_-]+(\.fifo)?", 1, 80, "letters, digits, hyphens and underscores"),
    },
    "aws:backup/plan:Plan": {"name": _text(r"[a-zA-Z0-9\-_.]+", 1, 50, "letters, digits and -_.")},
    "aws:budgets/budget:Budget": {"name": _text(r"[^:\\]+", 1, 100, "all but : and \\")},
    "aws:lambda/function:Function": {
        "name": _text(r"[a-zA-Z0-9_-]+", 1, 64, "letters, digits, hyphens and underscores"),
    },
    "aws:secretsmanager/secret:Secret": {
        "name": _text(r"[a-zA-Z0-9/_+=.@-]+", 1, 512, "letters, digits and /_+=.@-"),
    },
}

# "Tag naming limits and requirements", https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html: what every
# service takes. Some take more; a tag that is laid on all of a stack's resources has to be good for all.
_TAG: Final = re.compile(r"[\w\s.:/=+\-@]*")
_TAG_KEY: Final = 128
_TAG_VALUE: Final = 256
_MOST_TAGS: Final = 50


@cache
def table() -> Mapping[str, Mapping[str, Limits]]:
    """Give the limits by type and input path; read once."""
    models = json.loads(resources.files("sandbox.cloud.rules").joinpath("texts.json").read_text("utf-8"))
    return {
        type: {path: _read(limits) for path, limits in models.get(type, {}).items()} | dict(DOCUMENTED.get(type, {}))
        for type in models.keys() | DOCUMENTED.keys()
    }


def _read(limits: Mapping[str, str | int]) -> Limits:
    pattern, most = limits.get("pattern"), limits.get("max")
    return Limits(
        pattern=None if pattern is None else str(pattern),
        least=int(limits.get("min", 0)),
        most=None if most is None else int(most),
    )


def check(type: str, inputs: Properties) -> Iterator[Refusal]:
    """Refuse a text that its service does not take, and tags that no service takes."""
    for path, limits in table().get(type, {}).items():
        for where, value in strings_at(inputs, path):
            yield from _judge(where, value, limits)
    yield from _tags(inputs, "tags")
    for index in range(len(items(inputs, "tagSpecifications"))):
        yield from _tags(_object(items(inputs, "tagSpecifications")[index]), "tags", f"tagSpecifications[{index}].")


def _judge(where: str, value: str, limits: Limits) -> Iterator[Refusal]:
    if limits.pattern is not None and not re.fullmatch(limits.pattern, value):
        yield refusal(
            where, _INVALID,
            f"Value '{value}' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            f"{limits.pattern}", f"use {limits.allowed or 'what the pattern allows'}",
        )  # fmt: skip
    if not limits.least <= len(value) <= (limits.most or len(value)):
        upper = f" to {limits.most}" if limits.most else " or more"
        yield refusal(
            where, _INVALID, f"'{value}' has {len(value)} characters", f"use {limits.least}{upper} characters"
        )


def _tags(inputs: Properties, key: str, before: str = "") -> Iterator[Refusal]:
    tags = _object(inputs.get(key))
    if len(tags) > _MOST_TAGS:
        yield refusal(f"{before}{key}", "TooManyTags", f"{len(tags)} tags are given", f"use {_MOST_TAGS} at most")
    for name, value in tags.items():
        wrong = not _TAG.fullmatch(name) or not 1 <= len(name) <= _TAG_KEY or name.lower().startswith("aws:")
        if isinstance(value, str):
            wrong = wrong or not _TAG.fullmatch(value) or len(value) > _TAG_VALUE
        if wrong:
            yield refusal(
                f"{before}{key}.{name}", "InvalidTag", f"The tag {name}={value} is not valid",
                f"use letters, digits, spaces and _.:/=+-@, up to {_TAG_KEY} in the key (not aws: in front) "
                f"and {_TAG_VALUE} in the value",
            )  # fmt: skip


def _object(value: object) -> Properties:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
