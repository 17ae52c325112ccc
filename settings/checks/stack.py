"""Rules about what a stack states for its components, whatever its environment."""

import re
from collections.abc import Iterator

from settings.checks.common import repeated
from settings.checks.context import StackContext
from settings.checks.data import storage
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.stack import CacheSettings, DatabaseSettings
from settings.suggest import listed
from settings.versions import KUBERNETES

_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/([\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
"""https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""

_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+")


def check(context: StackContext) -> Iterator[Finding]:
    yield from _cluster(context)
    yield from _access(context)
    if context.stack.database:
        yield from _database(context, context.stack.database)
    if context.stack.cache:
        yield from _cache(context, context.stack.cache)
    yield from _backup(context)
    yield from _monitoring(context)
    yield from _regions(context)


def _cluster(context: StackContext) -> Iterator[Finding]:
    cluster = context.stack.cluster
    if cluster.version not in KUBERNETES:
        mend = f"the newest is {max(KUBERNETES)!r}, in quotes"
        yield Finding(("cluster", "version"), cluster.version, f"on EKS: {listed(KUBERNETES)}", mend)
    nodes = cluster.system_nodes
    if nodes.minimum > nodes.maximum:
        path: Path = ("cluster", "system_nodes", "minimum")
        mend = f"lower it to {nodes.maximum}, or raise the maximum to {nodes.minimum}"
        concerns: tuple[Path, ...] = (("cluster", "system_nodes", "maximum"),)
        yield Finding(path, nodes.minimum, f"at most the maximum, {nodes.maximum}", mend, concerns)
    place = ("cluster", "system_nodes", "instance_types")
    yield from repeated((((*place, index), value) for index, value in enumerate(nodes.instance_types)), "entry")


def _access(context: StackContext) -> Iterator[Finding]:
    entries = list(enumerate(context.stack.access))
    yield from repeated(((("access", index, "name"), entry.name) for index, entry in entries), "entry name")
    yield from repeated(((("access", index, "principal"), entry.principal) for index, entry in entries), "principal")
    for index, entry in entries:
        if entry.policy == "cluster-admin" and entry.namespaces:
            path = ("access", index, "namespaces")
            mend = "remove it, or choose the policy admin"
            yield Finding(path, ", ".join(entry.namespaces), "none for cluster-admin, which covers all", mend)
        if not _PRINCIPAL.fullmatch(entry.principal):
            mend = "write it like arn:aws:iam::000000000000:role/operator"
            allowed = "the ARN of an IAM role or user; an account's root and a session have no access entry (EKS)"
            yield Finding(("access", index, "principal"), entry.principal, allowed, mend)


def _database(context: StackContext, database: DatabaseSettings) -> Iterator[Finding]:
    if context.states(*(("database", key) for key in ("storage_gib", "maximum_storage_gib", "storage_type", "iops"))):
        yield from storage(database)
    restored = database.restored
    if restored is not None and restored.master_secret is not None and not _SECRET.fullmatch(restored.master_secret):
        at: Path = ("database", "restored", "master_secret")
        mend = "write it like arn:aws:secretsmanager:us-east-1:000000000000:secret:name, or leave it out"
        yield Finding(at, restored.master_secret, "the ARN of a secret in Secrets Manager", mend)
    if database.read_replicas and not database.backup_retention_days:
        path: Path = ("database", "backup_retention_days")
        allowed = f"1 to 35 with {database.read_replicas} read replicas, which RDS makes from backups"
        yield Finding(path, 0, allowed, "raise it, or set read_replicas to 0", (("database", "read_replicas"),))


def _cache(context: StackContext, cache: CacheSettings) -> Iterator[Finding]:
    nodes = cache.shards * (1 + cache.replicas_per_shard)
    if nodes > _CACHE_NODES and context.states(("cache", "shards"), ("cache", "replicas_per_shard")):
        allowed = f"at most {_CACHE_NODES} nodes: {cache.shards} x (1 + {cache.replicas_per_shard}) = {nodes}"
        concerns: tuple[Path, ...] = (("cache", "replicas_per_shard"),)
        yield Finding(("cache", "shards"), cache.shards, allowed, "use fewer shards or replicas", concerns)


_CACHE_NODES = 500
"""Nodes of one cluster (ElastiCache quotas)."""


def _backup(context: StackContext) -> Iterator[Finding]:
    backup = context.stack.backup
    path: Path = ("backup", "object_lock_days")
    dump = context.workload.backups.dump
    if backup.object_lock_days > backup.retention_days:
        allowed = f"at most retention_days, {backup.retention_days}"
        mend = f"lower it to {backup.retention_days}, or raise retention_days"
        yield Finding(path, backup.object_lock_days, allowed, mend, (("backup", "retention_days"),))
    if dump and backup.object_lock_days > dump.retention_days:
        allowed = f"at most the retention of {context.workload.name}'s dumps, {dump.retention_days} days"
        yield Finding(path, backup.object_lock_days, allowed, f"lower it to {dump.retention_days}", (("workload",),))


def _monitoring(context: StackContext) -> Iterator[Finding]:
    monitoring = context.stack.monitoring
    emails = ((("monitoring", "emails", index), email) for index, email in enumerate(monitoring.emails))
    yield from repeated(emails, "address")
    yield from _recipients(context)
    pair = {"slack_workspace": monitoring.slack_workspace, "slack_channel": monitoring.slack_channel}
    missing = [key for key, value in pair.items() if value is None]
    if len(missing) == 1:
        other = next(key for key in pair if key not in missing)
        path: Path = ("monitoring", missing[0])
        yield Finding(
            path, ABSENT, f"a value together with {other}", f"add it, or remove {other}", (("monitoring", other),)
        )


def _recipients(context: StackContext) -> Iterator[Finding]:
    """Report a production whose alarms reach nobody, unless that is stated."""
    monitoring = context.stack.monitoring
    emails: Path = ("monitoring", "emails")
    if monitoring.unattended and monitoring.recipients:
        path: Path = ("monitoring", "unattended")
        yield Finding(path, True, "false where alarms are sent to somebody", "remove the key", (emails,))
    if context.stack.environment == "production" and not (monitoring.recipients or monitoring.unattended):
        yield Finding(
            emails,
            ABSENT,
            "an address or a Slack channel that alarms are sent to, in production",
            "add `monitoring: {emails: [<address>]}`, or accept that nobody is told with monitoring.unattended: true",
            (("environment",),),
        )


def _regions(context: StackContext) -> Iterator[Finding]:
    stack = context.stack
    if stack.primary_stack and stack.primary_stack.rpartition("/")[2] == context.name:
        yield Finding(("primary_stack",), stack.primary_stack, "another stack", "remove it from the primary's own file")
    for section in ("database", "cache"):
        if getattr(context.workload, section) is not None and getattr(stack, section) is None:
            allowed = f"a section: {context.workload.name} has a {section}"
            yield Finding((section,), None, allowed, "remove the key, or write its keys below it", (("workload",),))
        if getattr(context.workload, section) is None and context.states((section,)):
            mend = f"remove it, or add `{section}:` to the workload file"
            allowed = f"no section: {context.workload.name} has no {section}"
            yield Finding((section,), "a section", allowed, mend, (("workload",),))
