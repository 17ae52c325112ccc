"""Rules about what a stack states for its components, whatever its environment."""

import re
from collections.abc import Iterator

from settings.checks.common import repeated
from settings.checks.database import storage
from settings.checks.sections import check_cache, check_replicas
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.facts.kubernetes import OFFERED
from settings.raw import ABSENT, Path
from settings.sizes.cache import CacheSettings
from settings.sizes.database import DatabaseSettings
from settings.suggest import listed

_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/([\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
"""https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""

_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+")


def check(context: StackContext) -> Iterator[Diagnostic]:
    yield from _cluster(context)
    yield from _access(context)
    if context.stack.database:
        yield from _database(context, context.stack.database)
    if context.stack.cache:
        yield from _cache(context, context.stack.cache)
    yield from _backup(context)
    yield from _monitoring(context)
    yield from _regions(context)


def _cluster(context: StackContext) -> Iterator[Diagnostic]:
    cluster = context.stack.cluster
    if cluster.version not in OFFERED:
        fix = f"write {max(OFFERED)!r}, or add a row to settings/facts/kubernetes.py"
        allowed = f"a version whose add-ons are pinned: {listed(OFFERED)}"
        yield Diagnostic(("cluster", "version"), cluster.version, allowed, fix)
    nodes = cluster.system_nodes
    if nodes.minimum > nodes.maximum:
        path: Path = ("cluster", "system_nodes", "minimum")
        fix = f"lower it to {nodes.maximum}, or raise the maximum to {nodes.minimum}"
        concerns: tuple[Path, ...] = (("cluster", "system_nodes", "maximum"),)
        yield Diagnostic(path, nodes.minimum, f"at most the maximum, {nodes.maximum}", fix, concerns)
    place = ("cluster", "system_nodes", "instance_types")
    yield from repeated((((*place, index), value) for index, value in enumerate(nodes.instance_types)), "entry")


def _access(context: StackContext) -> Iterator[Diagnostic]:
    entries = list(enumerate(context.stack.access))
    yield from repeated(((("access", index, "name"), entry.name) for index, entry in entries), "entry name")
    yield from repeated(((("access", index, "principal"), entry.principal) for index, entry in entries), "principal")
    for index, entry in entries:
        if entry.policy == "cluster-admin" and entry.namespaces:
            path = ("access", index, "namespaces")
            fix = "remove it, or choose the policy admin"
            yield Diagnostic(path, ", ".join(entry.namespaces), "none for cluster-admin, which covers all", fix)
        if not _PRINCIPAL.fullmatch(entry.principal):
            fix = "write it like arn:aws:iam::000000000000:role/operator"
            allowed = "the ARN of an IAM role or user; an account's root and a session have no access entry (EKS)"
            yield Diagnostic(("access", index, "principal"), entry.principal, allowed, fix)


def _database(context: StackContext, database: DatabaseSettings) -> Iterator[Diagnostic]:
    if context.states(*(("database", key) for key in ("storage_gib", "maximum_storage_gib", "storage_type", "iops"))):
        yield from storage(database)
    if database.master_password == "rds" and (  # noqa: S105 -- who keeps it
        database.read_replicas or context.stack.replica_regions
    ):
        at: Path = ("database", "master_password")
        allowed = "platform where there are read replicas: RDS makes none of an instance whose password it keeps"
        concerns: tuple[Path, ...] = (("database", "read_replicas"), ("replica_regions",))
        yield Diagnostic(at, "rds", allowed, "write platform, or remove the key", concerns)
    restored = database.restored
    if restored is not None and restored.master_secret is not None and not _SECRET.fullmatch(restored.master_secret):
        at = ("database", "restored", "master_secret")
        fix = "write it like arn:aws:secretsmanager:us-east-1:000000000000:secret:name, or leave it out"
        yield Diagnostic(at, restored.master_secret, "the ARN of a secret in Secrets Manager", fix)
    yield from check_replicas(database)


def _cache(context: StackContext, cache: CacheSettings) -> Iterator[Diagnostic]:
    if context.states(("cache", "shards"), ("cache", "replicas_per_shard")):
        yield from check_cache(cache)


def _backup(context: StackContext) -> Iterator[Diagnostic]:
    backup = context.stack.backup
    path: Path = ("backup", "object_lock_days")
    dump = context.workload.backups.dump
    if backup.object_lock_days > backup.retention_days:
        allowed = f"at most retention_days, {backup.retention_days}"
        fix = f"lower it to {backup.retention_days}, or raise retention_days"
        yield Diagnostic(path, backup.object_lock_days, allowed, fix, (("backup", "retention_days"),))
    if dump and backup.object_lock_days > dump.retention_days:
        allowed = f"at most the retention of {context.stack.workload}'s dumps, {dump.retention_days} days"
        concerns = of_product(("backups", "dump", "retention_days"))
        yield Diagnostic(path, backup.object_lock_days, allowed, f"lower it to {dump.retention_days}", concerns)


def _monitoring(context: StackContext) -> Iterator[Diagnostic]:
    monitoring = context.stack.monitoring
    emails = ((("monitoring", "emails", index), email) for index, email in enumerate(monitoring.emails))
    yield from repeated(emails, "address")
    yield from _recipients(context)
    pair = {"slack_workspace": monitoring.slack_workspace, "slack_channel": monitoring.slack_channel}
    missing = [key for key, value in pair.items() if value is None]
    if len(missing) == 1:
        other = next(key for key in pair if key not in missing)
        path: Path = ("monitoring", missing[0])
        yield Diagnostic(
            path, ABSENT, f"a value together with {other}", f"add it, or remove {other}", (("monitoring", other),)
        )


def _recipients(context: StackContext) -> Iterator[Diagnostic]:
    """Report a production whose alarms reach nobody, unless that is stated."""
    monitoring = context.stack.monitoring
    emails: Path = ("monitoring", "emails")
    if monitoring.unattended and monitoring.recipients:
        path: Path = ("monitoring", "unattended")
        yield Diagnostic(path, True, "false where alarms are sent to somebody", "remove the key", (emails,))
    if context.stack.environment == "production" and not (monitoring.recipients or monitoring.unattended):
        yield Diagnostic(
            emails,
            ABSENT,
            "an address or a Slack channel that alarms are sent to, in production",
            "add `monitoring: {emails: [<address>]}`, or write monitoring.unattended: true, and nobody is notified",
            (("environment",),),
        )


def _regions(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    if stack.primary_stack and stack.primary_stack.rpartition("/")[2] == context.name:
        yield Diagnostic(
            ("primary_stack",), stack.primary_stack, "another stack", "remove it from the primary's own file"
        )
    for section in ("database", "cache"):
        if getattr(context.workload, section) is not None and getattr(stack, section) is None:
            allowed = f"a section: {context.stack.workload} has a {section}"
            fix = "remove the key, or write its keys below it"
            yield Diagnostic((section,), None, allowed, fix, of_product((section,)))
        if getattr(context.workload, section) is None and context.states((section,)):
            fix = f"remove it, or add `{section}:` to the workload file"
            allowed = f"no section: {context.stack.workload} has no {section}"
            yield Diagnostic((section,), "a section", allowed, fix, of_product((section,)))
