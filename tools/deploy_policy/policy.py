"""Policies of IAM for a set of resource types: what is named after the stack is kept to its names."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, cast

from settings import PlatformSettings
from tools.deploy_policy.tunnel import tunnel_statements

FILE: Final = Path(__file__).with_name("permissions.json")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
POLICY_CHARACTERS, POLICIES = 6_144, 10
MAIN_REGION: Final = "us-east-1"
"""Where CloudFront's certificates and firewalls live, and Route 53's health checks report."""

SCOPES: Final[dict[str, tuple[str, ...]]] = {
    "autoscaling": ("autoscaling:{regions}:{account}:autoScalingGroup:*:autoScalingGroupName/{prefix}*",),
    "cloudwatch": ("cloudwatch:{regions}:{account}:alarm:{prefix}*", "cloudwatch::{account}:dashboard/{prefix}*"),
    "ecr": ("ecr:{regions}:{account}:repository/{product}/*",),
    "ecs": tuple(
        f"ecs:{{regions}}:{{account}}:{kind}/{{prefix}}*"
        for kind in ("cluster", "service", "service-deployment", "task", "task-definition")
    ),
    "eks": tuple(
        f"eks:{{regions}}:{{account}}:{kind}/{{prefix}}*"
        for kind in ("access-entry", "addon", "cluster", "nodegroup", "podidentityassociation")
    ),
    "elasticache": tuple(
        f"elasticache:{{regions}}:{{account}}:{kind}:{{prefix}}*"
        for kind in ("cluster", "parametergroup", "replicationgroup", "snapshot", "subnetgroup", "user", "usergroup")
    ),
    "events": ("events:{regions}:{account}:rule/{prefix}*",),
    "iam": tuple(f"iam::{{account}}:{kind}/{{prefix}}*" for kind in ("role", "policy", "instance-profile")),
    "lambda": ("lambda:{regions}:{account}:function:{prefix}*",),
    "logs": ("logs:{regions}:{account}:log-group:*{prefix}*",),
    "rds": (
        *(f"rds:{{regions}}:{{account}}:{kind}:{{prefix}}*" for kind in ("db", "es", "pg", "snapshot", "subgrp")),
        "rds:{regions}:{account}:og:default*",
    ),
    "s3": ("s3:::{prefix}*",),
    "scheduler": ("scheduler:{regions}:{account}:schedule/*/{prefix}*",),
    "secretsmanager": (
        "secretsmanager:{regions}:{account}:secret:{product}/*",
        # RDS makes the master user's secret on behalf of who makes the database.
        "secretsmanager:{regions}:{account}:secret:rds!*",
    ),
    "sns": ("sns:{regions}:{account}:{prefix}*",),
    "sqs": ("sqs:{regions}:{account}:{prefix}*",),
    "ssm": ("ssm:{regions}:{account}:document/{prefix}*",),
}
"""ARNs after `arn:aws:`, of services whose resources are named by the program. Others give their resources an id."""

_GLOBAL = frozenset({"cloudfront", "iam", "route53"})
_PASSED_TO = (
    "backup.amazonaws.com",
    "chatbot.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "eks.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "pods.eks.amazonaws.com",
    "scheduler.amazonaws.com",
    "ssm.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
_HAND_OVER = "iam:PassRole"
_VALUES = frozenset(
    {
        "kms:Decrypt",
        "lambda:GetFunction",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
    }
)
"""Reads that give out what is kept: never for all resources."""
_FEW = 3

Statement = dict[str, Any]


class UnknownTypeError(ValueError):
    """The graph holds a type that permissions.json does not know."""


@dataclass(frozen=True)
class Permissions:
    """`types` are the actions of each type; `named` tells of an action whether it can be kept to resources."""

    types: Mapping[str, Sequence[str]]
    levels: Mapping[str, str]
    named: Mapping[str, bool]

    @classmethod
    def read(cls) -> "Permissions":
        held = cast("dict[str, dict[str, Any]]", json.loads(FILE.read_text(encoding="utf-8")))
        actions = held["actions"].items()
        return cls(
            types=held["types"],
            levels={name: str(each["level"]) for name, each in actions},
            named={name: bool(each["resources"]) for name, each in actions},
        )

    def of(self, types: Iterable[str]) -> list[str]:
        """Return the actions of some types. Raises UnknownTypeError."""
        wanted = sorted(set(types))
        unknown = [type for type in wanted if type not in self.types]
        if unknown:
            raise UnknownTypeError(
                f"no permissions are known of {', '.join(unknown)}; "
                "add it to tools/deploy_policy/mapping.py and run python -m tools.deploy_policy.generate"
            )
        return sorted({action for type in wanted for action in self.types[type]})

    def reads(self, action: str) -> bool:
        return self.levels[action] in ("Read", "List") and action not in _VALUES


def policies(settings: PlatformSettings, types: Iterable[str], account: str = "*") -> list[dict[str, Any]]:
    """Return the policy documents, each short enough for IAM. Raises UnknownTypeError."""
    known = Permissions.read()
    actions = known.of(types)
    statements = [*_reading(known, actions), *_writing(settings, known, actions, account)]
    if _HAND_OVER in actions:
        statements.append(_passing(settings, account))
    statements += tunnel_statements(settings, account)
    return _packed(statements)


def arns(service: str, settings: PlatformSettings, account: str = "*") -> list[str]:
    """Return what the stack's resources of a service are called."""
    places = {"account": account, "product": settings.workload.name, "regions": "*"}
    return [
        f"arn:aws:{pattern.format_map({**places, 'prefix': name})}"
        for name in (settings.prefix, *_taken_over(service, settings))
        for pattern in SCOPES[service]
        if name == settings.prefix or "{prefix}" in pattern
    ]


def _taken_over(service: str, settings: PlatformSettings) -> list[str]:
    """Return the names of what the stack takes over, which no rule of its own names."""
    existing = settings.stack.existing
    names = {
        "rds": [existing.database.identifier] if existing.database else [],
        "eks": [existing.cluster.name] if existing.cluster else [],
        "s3": [bucket.name for bucket in existing.buckets.values()],
    }
    return names.get(service, [])


def _regions(settings: PlatformSettings) -> list[str]:
    return sorted({settings.stack.region, MAIN_REGION, *settings.stack.replica_regions})


def _reading(known: Permissions, actions: Sequence[str]) -> Iterator[Statement]:
    """Names and descriptions, of everything: most of these actions know no resource."""
    words: list[str] = []
    for service, group in groupby((each for each in actions if known.reads(each)), key=_service):
        names = [each.partition(":")[2] for each in group]
        for verb in ("Describe", "List"):
            some = [name for name in names if name.startswith(verb)]
            if len(some) >= _FEW:
                words.append(f"{service}:{verb}*")
                names = [name for name in names if name not in some]
        words += [f"{service}:{name}" for name in names]
    yield {"Sid": "Read", "Effect": "Allow", "Action": sorted(words), "Resource": "*"}


def _writing(
    settings: PlatformSettings, known: Permissions, actions: Sequence[str], account: str
) -> Iterator[Statement]:
    changing = [each for each in actions if not known.reads(each) and each != _HAND_OVER]
    for service, group in groupby(changing, key=_service):
        scoped: list[str] = []
        open_: list[str] = []
        for action in group:
            (scoped if service in SCOPES and known.named[action] else open_).append(action)
        word = service.title().replace("-", "")
        if scoped:
            yield {
                "Sid": f"{word}OfThisStack",
                "Effect": "Allow",
                "Action": scoped,
                "Resource": arns(service, settings, account),
            }
        if open_:
            anywhere: Statement = {"Sid": word, "Effect": "Allow", "Action": open_, "Resource": "*"}
            if service not in _GLOBAL:
                anywhere["Condition"] = {"StringEquals": {"aws:RequestedRegion": _regions(settings)}}
            yield anywhere


def _passing(settings: PlatformSettings, account: str) -> Statement:
    return {
        "Sid": "HandRolesOver",
        "Effect": "Allow",
        "Action": _HAND_OVER,
        "Resource": arns("iam", settings, account)[0],
        "Condition": {"StringEquals": {"iam:PassedToService": list(_PASSED_TO)}},
    }


def _service(action: str) -> str:
    return action.partition(":")[0]


def length(document: Mapping[str, Any]) -> int:
    """Count as IAM does: without white space."""
    return len(json.dumps(document, separators=(",", ":")))


def _packed(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """Put statements into as few documents as they fit, one after the other. Raises ValueError for too many."""
    documents: list[dict[str, Any]] = []
    for statement in (part for whole in statements for part in _parts(whole)):
        if documents:
            longer = {**documents[-1], "Statement": [*documents[-1]["Statement"], statement]}
            if length(longer) <= POLICY_CHARACTERS:
                documents[-1] = longer
                continue
        documents.append({"Version": "2012-10-17", "Statement": [statement]})
    if len(documents) > POLICIES:
        raise ValueError(f"{len(documents)} policies are more than the {POLICIES} that a role takes")
    return documents


def _parts(statement: Statement) -> Iterator[Statement]:
    """Halve a statement until it fits."""
    if length({"Version": "2012-10-17", "Statement": [statement]}) <= POLICY_CHARACTERS:
        yield statement
        return
    actions = cast("list[str]", statement["Action"])
    middle = len(actions) // 2
    for number, half in enumerate((actions[:middle], actions[middle:]), start=1):
        yield from _parts({**statement, "Sid": f"{statement['Sid']}{number}", "Action": half})
