"""Rules about the region that backups are copied to."""

from collections.abc import Iterator

from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import listed

_PATH: Path = ("backup", "copy_region")
_REGIONS: Path = ("replica_regions",)
_SOURCE: Path = ("database", "source")


def check(context: StackContext) -> Iterator[Diagnostic]:
    stack = context.stack
    region = stack.backup.copy_region
    if region is None:
        return
    if stack.database is not None and stack.database.source == "primary":
        allowed = "nothing in a region that follows: dumps, points and backups are made, and copied, by its primary"
        yield Diagnostic(_PATH, region, allowed, "remove it here, and state it in the primary's file", (_SOURCE,))
    if region == stack.region:
        allowed = f"a region other than the stack's own, {stack.region}"
        yield Diagnostic(_PATH, region, allowed, "choose another region", (("region",),))
    elif region not in stack.replica_regions:
        given = listed(stack.replica_regions) if stack.replica_regions else "none so far"
        allowed = f"one of replica_regions ({given}): data is worth little where its secrets are not"
        yield Diagnostic(_PATH, region, allowed, f"add {region} to replica_regions", (_REGIONS,))
