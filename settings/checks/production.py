"""What production may not give up, unless `protection.allow_unsafe: true` says so in writing."""

from collections.abc import Iterator

from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.retention import RetentionSettings

LEAST_BACKUP_DAYS = 7
"""As the policy database-backups asks: tests/policies/test_pack.py compares the two."""

LEAST_RECOVERY_DAYS = 7
"""As the policy secret-recovery asks."""

_OVERRIDE = "or accept the risk with protection.allow_unsafe: true"


def check(context: StackContext) -> Iterator[Diagnostic]:
    if not context.guarded:
        return
    for path, given, allowed, fix in (*_protection(context), *_backups(context), *_retention(context)):
        yield Diagnostic(path, given, f"{allowed} in production", f"{fix}, {_OVERRIDE}", (("environment",),))


_Rule = tuple[Path, object, str, str]


def _protection(context: StackContext) -> Iterator[_Rule]:
    stack = context.stack
    protected: list[tuple[Path, bool]] = [
        (("cluster", "deletion_protection"), stack.cluster.deletion_protection),
        (("ingress", "deletion_protection"), stack.ingress.deletion_protection),
        (("protection", "stateful"), stack.protection.stateful),
    ]
    if stack.database:
        protected.append((("database", "deletion_protection"), stack.database.deletion_protection))
        protected.append((("database", "multi_az"), stack.database.multi_az))
    if context.workload.ingress.routes:
        protected.append((("ingress", "waf"), stack.ingress.waf))
    for path, is_on in protected:
        if not is_on:
            yield path, False, "true", "remove the key"


def _retention(context: StackContext) -> Iterator[_Rule]:
    """Each kind of data that production gives up when it is deleted is given up by its own word."""
    stated = context.stack.retention
    for key in RetentionSettings.model_fields:
        path: Path = ("retention", key)
        if getattr(stated, key) is False:
            yield path, False, "true", "remove the key"
    days = stated.secret_recovery_days
    if days < LEAST_RECOVERY_DAYS:
        yield ("retention", "secret_recovery_days"), days, f"{LEAST_RECOVERY_DAYS} to 30", "remove the key"


def _backups(context: StackContext) -> Iterator[_Rule]:
    stack = context.stack
    if stack.database and stack.database.backup_retention_days < LEAST_BACKUP_DAYS:
        path: Path = ("database", "backup_retention_days")
        days = stack.database.backup_retention_days
        yield path, days, f"{LEAST_BACKUP_DAYS} to 35", f"raise it to {LEAST_BACKUP_DAYS}"
    if stack.cache and not stack.cache.snapshot_retention_days:
        yield ("cache", "snapshot_retention_days"), 0, "1 to 35", "keep snapshots for at least a day"
    if stack.cache and not stack.cache.replicas_per_shard and context.states(("cache", "replicas_per_shard")):
        yield ("cache", "replicas_per_shard"), 0, "1 to 5 (automatic failover needs a replica)", "set it to 1"


def check_product(context: StackContext) -> Iterator[Diagnostic]:
    """Refuse what the product asks for and production's policies refuse. The diagnostics are in the workload file."""
    if not context.guarded:
        return
    workload, ingress, cache = context.workload, context.workload.ingress, context.workload.cache
    if ingress.routes and not (ingress.rate_limit or ingress.rate_limits):
        allowed = "in production, a limit on the requests of one address"
        fix = "add `rate_limit: {requests: 1000, window_seconds: 60}`"
        yield Diagnostic(("ingress", "rate_limit"), ABSENT, allowed, f"{fix}, {_OVERRIDE}", (("ingress", "routes"),))
    if cache and not cache.replicas_per_shard and not context.states(("cache", "replicas_per_shard")):
        path: Path = ("cache", "replicas_per_shard")
        allowed = f"1 to 5 in production: automatic failover of {workload.name}'s cache needs a replica"
        yield Diagnostic(path, 0, allowed, f"set it to 1, {_OVERRIDE}")


def check_images(context: StackContext) -> Iterator[Diagnostic]:
    """Refuse a tag that moves (OB-N03): it makes a rollback impossible. The diagnostics are in the workload file."""
    if not context.guarded:
        return
    for name, service in context.running.services.items():
        if service.image.tag == "latest" and service.image.digest is None:
            path: Path = ("services", name, "image", "tag")
            yield Diagnostic(path, "latest", "a version tag, or a digest, in production", "write it like v1.0.0")
