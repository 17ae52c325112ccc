"""What a stack's file permits to be replaced or deleted: released by itself, while all else stays protected."""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, Final, cast

from pulumi import ResourceOptions, ResourceTransformationArgs, ResourceTransformationResult

from settings.permits import Permit

_RELEASED: Final = ResourceOptions(protect=False)
TAG: Final = "Retiring"
"""On what is released, with the permit's last day: who looks at the resource sees it, and the policies do."""
_TAGGED: Final = frozenset(
    {
        "aws:rds/instance:Instance",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:efs/fileSystem:FileSystem",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:ecr/repository:Repository",
        "aws:route53/zone:Zone",
    }
)
_NAMES: Final[Mapping[str, str]] = {
    "database": r"database-(primary|master-stored-secret|.+-log)|secrets-database-(role|owner|reader)-secret",
    "cache": r"cache-(group|.+-log)|secrets-cache-user-secret",
    "timeseries": r"timeseries-archive-bucket|secrets-timeseries-(role|owner|reader)-secret",
    "event_bus": r"event-bus-.+-secret",
    "shared_files": r"shared-files-system",
    "zone": r"ingress-zone",
}
"""The logical names of what holds a capability's data, its logs among them, and of the hosted zone."""


def pattern(of: str) -> re.Pattern[str]:
    """Give the logical names of what a permit is of."""
    if of == "database.replicas":
        return re.compile(r"database-replica-\d+-.+-log")
    section, _, name = of.partition(".")
    label = re.escape(name.lower().replace("_", "-"))
    if section == "secrets":
        # A secret of several users has one for each; what is composed for tasks, for each role of a database, and the
        # database's administrator, are stored by other components.
        store = r"(secrets|task-secrets(-.+-(owner|reader))?|held-secrets)"
        return re.compile(rf"({store}-{label}(\..+)?|{label}-stored)-secret")
    if section == "buckets":
        return re.compile(rf"bucket-{re.escape(name)}-bucket")
    if section in ("services", "jobs"):
        # A task's logs have a group of their own; a pod's are in the cluster's.
        return re.compile(rf"tasks-{re.escape(name)}-log")
    if section == "images":
        return re.compile(rf"images-{re.escape(name)}-repository")
    return re.compile(_NAMES[section])


def retired(permits: Iterable[Permit]) -> ResourceOptions | None:
    """Give the options of a platform under which what may be retired is not protected; None where nothing may."""
    names_until = {pattern(permit.of): permit.until for permit in permits if permit.change == "retire"}
    if not names_until:
        return None

    def release(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        until = next((day for names, day in names_until.items() if names.fullmatch(args.name)), None)
        if until is None or args.type_ not in _TAGGED:
            return None
        props = cast("dict[str, Any]", dict(args.props))
        props["tags"] = {**(props.get("tags") or {}), TAG: until}
        if "deletion_protection" in props:
            props["deletion_protection"] = False
        opts = ResourceOptions.merge(args.opts, _RELEASED)
        return ResourceTransformationResult(props=props, opts=opts)

    return ResourceOptions(transformations=[release])


def released(
    permitted: Set[str], *, everything: bool = False
) -> Callable[[ResourceTransformationArgs], ResourceTransformationResult | None]:
    """Take protection from what may be replaced: `permitted` are names, or types and names with a space between.

    The engine looks at the protection that the program asks for, so one `up` both releases and replaces. With
    `everything`, as a plan's preview asks, it may show what it would refuse.
    """

    def release(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        if not args.opts.protect or not (everything or permitted & {args.name, f"{args.type_} {args.name}"}):
            return None
        return ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, _RELEASED))

    return release
