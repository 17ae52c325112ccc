"""What production may not give up, unless `protection.allow_unsafe: true` says so in writing."""

from collections.abc import Iterator

from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path

LEAST_BACKUP_DAYS = 7
"""As the policy database-backups asks; a test holds the two together."""

_OVERRIDE = "or accept the risk with protection.allow_unsafe: true"


def check(context: StackContext) -> Iterator[Finding]:
    if not context.guarded:
        return
    for path, given, allowed, mend in (*_protection(context), *_retention(context)):
        yield Finding(path, given, f"{allowed} in production", f"{mend}, {_OVERRIDE}", (("environment",),))


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
    stack = context.stack
    if stack.database and stack.database.backup_retention_days < LEAST_BACKUP_DAYS:
        path: Path = ("database", "backup_retention_days")
        days = stack.database.backup_retention_days
        yield path, days, f"{LEAST_BACKUP_DAYS} to 35", f"raise it to {LEAST_BACKUP_DAYS}"
    if stack.cache and not stack.cache.snapshot_retention_days:
        yield ("cache", "snapshot_retention_days"), 0, "1 to 35", "keep snapshots for at least a day"
    if stack.cache and not stack.cache.replicas_per_shard and context.states(("cache", "replicas_per_shard")):
        yield ("cache", "replicas_per_shard"), 0, "1 to 5 (automatic failover needs a replica)", "set it to 1"


def check_product(context: StackContext) -> Iterator[Finding]:
    """Refuse what the product asks for and production's policies refuse. The findings are in the workload file."""
    if not context.guarded:
        return
    workload, ingress, cache = context.workload, context.workload.ingress, context.workload.cache
    if ingress.routes and not (ingress.rate_limit or ingress.rate_limits):
        allowed = "a limit of what one address may ask for, in production"
        mend = "add `rate_limit: {requests: 1000, window_seconds: 60}`"
        yield Finding(("ingress", "rate_limit"), ABSENT, allowed, f"{mend}, {_OVERRIDE}", (("ingress", "routes"),))
    if cache and not cache.replicas_per_shard and not context.states(("cache", "replicas_per_shard")):
        path: Path = ("cache", "replicas_per_shard")
        allowed = f"1 to 5 in production: automatic failover of {workload.name}'s cache needs a replica"
        yield Finding(path, 0, allowed, f"set it to 1, {_OVERRIDE}")


def check_images(context: StackContext) -> Iterator[Finding]:
    """Refuse a tag that moves (OB-N03): it makes a rollback impossible. The findings are in the workload file."""
    if not context.guarded:
        return
    for name, service in context.running.services.items():
        if service.image.tag == "latest" and service.image.digest is None:
            path: Path = ("services", name, "image", "tag")
            yield Finding(path, "latest", "a version tag, or a digest, in production", "write it like v1.0.0")
