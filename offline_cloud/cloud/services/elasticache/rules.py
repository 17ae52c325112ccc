"""What ElastiCache accepts of replication groups, users and user groups. Source: the ElastiCache API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, items, number, text
from offline_cloud.cloud.services.elasticache.outputs import in_cluster_mode

_COMBINATION: Final = "InvalidParameterCombination"
_PASSWORD: Final = range(16, 129)
_DEFAULT_USER: Final = "default"


def check_group(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    replicas = number(inputs, "replicasPerNodeGroup")
    failover = flag(inputs, "automaticFailoverEnabled")
    if in_cluster_mode(inputs) and failover is not True and not facts.is_unknown(inputs, "automaticFailoverEnabled"):
        reason = "Redis with cluster mode enabled cannot be created with auto failover turned off"
        yield reject("automaticFailoverEnabled", "InvalidParameterValue", reason, "set it to true")
    if failover is True and not in_cluster_mode(inputs) and _single_node(inputs):
        reason = "Automatic failover is not supported for a replication group without replicas"
        yield reject("automaticFailoverEnabled", _COMBINATION, reason, "set numCacheClusters to at least 2")
    if flag(inputs, "multiAzEnabled") is True and in_cluster_mode(inputs) and replicas == 0:
        reason = "Multi-AZ needs at least one replica in each node group"
        yield reject("multiAzEnabled", _COMBINATION, reason, "set replicasPerNodeGroup to at least 1")


def _single_node(inputs: Properties) -> bool:
    if any(facts.is_unknown(inputs, path) for path in ("numCacheClusters", "replicasPerNodeGroup")):
        return False
    nodes = number(inputs, "numCacheClusters") or (number(inputs, "replicasPerNodeGroup") or 0) + 1
    return nodes < 2  # noqa: PLR2004 - one primary and one replica


def check_user(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    passwords = items(inputs, "passwords")
    for index, password in enumerate(passwords):
        stored = isinstance(password, str) and password.startswith("secret:sha256:")
        if isinstance(password, str) and not stored and len(password) not in _PASSWORD:
            reason = f"A password has {_PASSWORD.start} to {_PASSWORD.stop - 1} characters"
            yield reject(f"passwords[{index}]", "InvalidParameterValue", reason, "use another length")


def has_default_user(record: Record, world: World) -> Iterator[Diagnostic]:
    """A user group of Redis has exactly one user whose name is ``default``; one of Valkey needs none."""
    if (text(record.inputs, "engine") or "").lower() != "redis" or facts.has_unknown(record.inputs, "userIds"):
        return
    names: list[str] = []
    for id in facts.text_items(record.inputs, "userIds"):
        user = facts.named(world, facts.CACHE_USER, id, record.region)
        name = _DEFAULT_USER if id == _DEFAULT_USER else text(user.inputs, "userName") if user else None
        if name is None:
            return
        names.append(name)
    if names.count(_DEFAULT_USER) != 1:
        yield reject(
            "userIds", "DefaultUserRequired",
            f"User group needs to contain exactly one user with the user name default; it has {names.count('default')}",
            'add a disabled user: userName "default", accessString "off ~* -@all"',
        )  # fmt: skip


def engines_agree(record: Record, world: World) -> Iterator[Diagnostic]:
    """A user of Valkey is in no user group of Redis."""
    engine = (text(record.inputs, "engine") or "").lower()
    for index, id in enumerate(facts.text_items(record.inputs, "userIds")):
        user = facts.named(world, facts.CACHE_USER, id, record.region)
        other = (text(user.inputs, "engine") or "").lower() if user else ""
        if engine == "redis" and other == "valkey":
            reason = f"User {id} is of engine {other}, the group of {engine}"
            yield reject(f"userIds[{index}]", _COMBINATION, reason, "use one engine")


def users_authenticate(record: Record, world: World) -> Iterator[Diagnostic]:
    """A user group of Valkey holds users with a password or with IAM alone, the default user among them.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    """
    if (text(record.inputs, "engine") or "").lower() != "valkey":
        return
    for index, id in enumerate(facts.text_items(record.inputs, "userIds")):
        user = facts.named(world, facts.CACHE_USER, id, record.region)
        stated = user.inputs if user else {}
        if flag(stated, "noPasswordRequired") is True or _mode(stated) == "no-password-required":
            reason = f"User {id} requires no password, which a user group of engine valkey does not allow"
            fix = "give it a password, even where it is switched off"
            yield reject(f"userIds[{index}]", _COMBINATION, reason, fix)


def _mode(user: Properties) -> str | None:
    return text(user, "authenticationMode.type")


def cluster_mode_fits(record: Record, world: World) -> Iterator[Diagnostic]:
    """A sharded group has a parameter group in which cluster mode is on, and the family of its engine version."""
    name = text(record.inputs, "parameterGroupName")
    group = facts.named(world, facts.CACHE_PARAMETERS, name or "", record.region)
    sharded = (number(record.inputs, "numNodeGroups") or 0) > 1
    if group is None:
        if sharded and name is not None and name.startswith("default.") and not name.endswith(".cluster.on"):
            yield _cluster_disabled(name)
        return
    stated = {text(it, "name"): text(it, "value") for it in items(group.inputs, "parameters") if isinstance(it, dict)}
    if sharded and stated.get("cluster-enabled") != "yes":
        yield _cluster_disabled(name or "")
    family, version = text(group.inputs, "family"), text(record.inputs, "engineVersion")
    engine = text(record.inputs, "engine") or "redis"
    if family and version and not family.startswith(engine + version.split(".")[0]):
        reason = f"Expected a parameter group of family {engine}{version.split('.')[0]}, but {name} is of {family}"
        yield reject("parameterGroupName", _COMBINATION, reason, "make the parameter group for the engine version")


def _cluster_disabled(name: str) -> Diagnostic:
    return reject(
        "parameterGroupName", _COMBINATION,
        f"Use a parameter group with cluster-enabled for more than one node group; {name} has it off",
        'add the parameter cluster-enabled = "yes"',
    )  # fmt: skip
