"""Which resource type and which argument of Terraform stand for those of the SDK.

The SDK is made from Terraform's provider by rule: `snake_case` becomes `camelCase`, what may be there several times
gets a plural, and a list that takes one block becomes an object. What follows no rule is listed here, and tests hold
every list against the table and the SDK, in both directions.
"""

import re
from collections.abc import Mapping

from offline_cloud.provider.replacements import verdicts
from tools.conform.schema import Argument

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MODULES = {"amp": "prometheus", "ec2": "", "rds": "db", "servicediscovery": "service_discovery"}
"""Modules of the SDK whose types Terraform names after something else."""

_EXCEPTIONS = {
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws_iam_openid_connect_provider",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
}

RENAMED: Mapping[tuple[str, str], str] = {
    ("aws_cloudwatch_log_subscription_filter", "logGroup"): "log_group_name",
    ("aws_cloudwatch_metric_alarm", "name"): "alarm_name",
    ("aws_lambda_function", "code"): "filename",
    ("aws_lambda_function", "name"): "function_name",
    ("aws_lambda_permission", "function"): "function_name",
    ("aws_sns_topic_subscription", "topic"): "topic_arn",
}
"""Arguments that the SDK names otherwise, by Terraform's type and the SDK's property."""

NEWER = frozenset({"aws_cloudwatch_alarm_mute_rule"})
"""Types and arguments that the SDK has and the table's version of the provider lacks: `<type>` or `<type>.<path>`."""

_UNSTATED = {
    "headers": "headers",
    "managedRuleGroupConfigs": "managed_rule_group_configs",
    "asnLists": "asn_list",
}
"""Inside a firewall rule's statement, whose form the table leaves open: what the rule for plurals would get wrong."""


def terraform_type(token: str) -> str:
    """Name Terraform's resource type for a token such as `aws:ec2/vpc:Vpc`."""
    if token in _EXCEPTIONS:
        return _EXCEPTIONS[token]
    module, _, name = token.split(":")[1].partition("/")
    return "_".join(part for part in ("aws", _MODULES.get(module, module), _snake(name)) if part)


def argument_of(type: str, path: str, property: str, arguments: Mapping[str, Argument]) -> str | None:
    """Name the argument that a property of the SDK stands for, or None where the provider has none.

    `type` is Terraform's, `path` is empty for what the resource itself takes, and `arguments` are those on that level.
    """
    if not path and (type, property) in RENAMED:
        return RENAMED[type, property]
    several = {_plural(_camel(name)): name for name, each in arguments.items() if each.nesting in ("list", "set")}
    return {_camel(name): name for name in arguments}.get(property) or several.get(property)


def unstated(property: str, *, several: bool) -> str:
    """Name an argument of an object whose form nobody states; of `several` blocks, each has the name of one."""
    if property in _UNSTATED:
        return _UNSTATED[property]
    return _snake(_singular(property) if several else property)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _snake(name: str) -> str:
    return _WORDS.sub("_", name).lower()


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


TYPES: Mapping[str, str] = {token: terraform_type(token) for token in verdicts() if token.startswith("aws:")}
"""Terraform's type for each of the program's: those whose replacements the offline cloud knows."""
