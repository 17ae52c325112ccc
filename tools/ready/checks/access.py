"""Whether the identity that will make the cluster is let in twice."""

from collections.abc import Iterator

from settings.runtimes import Feature
from tools.ready.account import NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok

_SUBJECT = "access entries"


def check(case: Case) -> Iterator[Line]:
    """The creator of a cluster has an entry that EKS made, and a second one is a conflict (docs/adr/0011).

    A cluster that stands already may have another creator, so it is not judged.
    """
    settings = case.settings
    if Feature.KUBERNETES_API not in settings.stack.offers or not settings.stack.access:
        return
    remedy = "take whoever runs the first `up` out of `access`: it administers the cluster without an entry"
    try:
        if settings.prefix in case.account.ask("eks", "list_clusters").get("clusters", []):
            return
        caller = str(case.account.ask("sts", "get_caller_identity")["Arn"])
    except NotAskedError as why:
        yield not_asked(_SUBJECT, f"whether one of them is who runs `up`: {why}", remedy)
        return
    listed = [entry.name for entry in settings.stack.access if _is(entry.principal, caller)]
    for name in listed:
        found = f"{name} is who runs this, {caller}: EKS answers 409 ResourceInUseException to its entry"
        yield missing(_SUBJECT, found, remedy)
    if not listed:
        yield ok(_SUBJECT, f"none of the {len(settings.stack.access)} is who runs this")


def _is(principal: str, caller: str) -> bool:
    """Tell whether a caller is a session of a role, whose ARN leaves out the role's path, or the user itself."""
    account, _, name = principal.partition(":role/")
    if not name:
        return principal == caller
    role = name.rsplit("/", 1)[-1]
    return account.rsplit(":", 1)[-1] == caller.split(":")[4] and f":assumed-role/{role}/" in caller
