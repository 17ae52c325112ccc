"""Inputs as AWS describes them afterwards, where that is not how they were given: the next ``up`` shows the difference.

Only what the real provider does not overlook stands here: it compares policies by their meaning, and window and DNS
names in one case, but not these.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Value, flag, items, text

_USER: Final = "aws:elasticache/user:User"
_USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"
_PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
_DATABASE: Final = "aws:rds/instance:Instance"
# Parameter, value and first major version for which the value is RDS's own default.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
_DEFAULTS: Final = {("rds.force_ssl", "1"): 15}
_FAMILY: Final = "postgres"


def returned(type: str, inputs: Properties) -> Properties:
    """Give the inputs of an existing resource as the cloud describes them."""
    describe = _DESCRIBED.get(type)
    return inputs if describe is None else {**inputs, **describe(inputs)}


def _user(inputs: Properties) -> Properties:
    """Access strings get ``resetchannels`` where they name no channel, and no password has another name.

    Authentication and InputAuthenticationType in ElastiCache's model; AccessString in the examples of
    https://docs.aws.amazon.com/cli/latest/reference/memorydb/create-user.html, whose access strings are the same;
    https://github.com/hashicorp/terraform-provider-aws/issues/33877
    """
    found: Properties = {}
    access = text(inputs, "accessString")
    if access is not None:
        found["accessString"] = _with_channels(access)
    mode = inputs.get("authenticationMode")
    if isinstance(mode, dict) and mode.get("type") == "no-password-required":
        found["authenticationMode"] = {**mode, "type": "no-password"}
    return {**found, **_lower(inputs, "userId")}


def _with_channels(access: str) -> str:
    words = access.split()
    if any(word.startswith("&") or word in ("allchannels", "resetchannels") for word in words):
        return access
    keys = [index for index, word in enumerate(words) if word in ("on", "off") or word[0] in "~%"]
    place = keys[-1] + 1 if keys else 0
    return " ".join([*words[:place], "resetchannels", *words[place:]])


def _parameters(inputs: Properties) -> Properties:
    """A parameter with the value that it has anyway is the system's: how it is applied is not kept.

    https://github.com/hashicorp/terraform-provider-aws/issues/39252
    """
    family = (text(inputs, "family") or "").removeprefix(_FAMILY)
    if not family.isdigit():
        return {}
    described: list[Value] = []
    for parameter in items(inputs, "parameters"):
        stated = parameter if isinstance(parameter, dict) else {}
        since = _DEFAULTS.get((text(stated, "name") or "", text(stated, "value") or ""))
        is_default = since is not None and int(family) >= since
        described.append({**stated, "applyMethod": "pending-reboot"} if is_default else parameter)
    return {"parameters": described} if described else {}


def _database(inputs: Properties) -> Properties:
    """A replica is made without a mode of Database Insights (CreateDBInstanceReadReplica: not supported)."""
    if text(inputs, "replicateSourceDb") is None or "databaseInsightsMode" not in inputs:
        return {}
    insights = "standard" if flag(inputs, "performanceInsightsEnabled") else None
    return {"databaseInsightsMode": insights}


def _lower(inputs: Properties, path: str) -> Properties:
    """Names that ElastiCache keeps in lower case."""
    name = text(inputs, path)
    return {} if name is None else {path: name.lower()}


_DESCRIBED: Final[Mapping[str, Callable[[Properties], Properties]]] = {
    _USER: _user,
    _USER_GROUP: lambda inputs: _lower(inputs, "userGroupId"),
    _PARAMETERS: _parameters,
    _DATABASE: _database,
}
