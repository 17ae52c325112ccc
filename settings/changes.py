"""What cannot be changed on a stack that stands, judged by what it had: each answer is None, or one line."""

from collections.abc import Sequence
from typing import Final

from settings.facts.kubernetes import KUBERNETES

_UPGRADE: Final = "docs/how-to/change-a-running-cluster.md"
_RUNTIME: Final = "docs/how-to/start-small-and-grow.md"
_REGION: Final = "docs/how-to/another-region.md"


def zones(before: Sequence[str], after: Sequence[str], clustered: Sequence[str] = ()) -> str | None:
    """Judge other zones: the place of a zone in the list decides on its address ranges, so only the end may grow.

    `clustered` are those that a cluster's control plane is to have: EKS keeps it in the zones that it was made with
    (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
    """
    if tuple(after[: len(before)]) == tuple(before):
        return _joining(before, [zone for zone in clustered if zone not in before])
    stated, had = ", ".join(after), ", ".join(before)
    return (
        f"zones: given [{stated}], allowed [{had}] with further zones after them: subnets and what stands in them"
        f" belong to a zone by its place in the list. Put `zones: [{had}]` back; other zones are another stack"
        f" ({_REGION})"
    )


def _joining(before: Sequence[str], joining: Sequence[str]) -> str | None:
    if not joining:
        return None
    return (
        f"zones: {', '.join(joining)} cannot join the cluster, which EKS keeps in {', '.join(before)}. Run `make"
        f" operation NAME=add-zone`, or write `cluster.added_zones: [{', '.join(joining)}]` ({_UPGRADE})"
    )


def region(before: str, after: str) -> str | None:
    """Judge another region: nothing moves there, so every resource would be replaced by an empty one."""
    if before == after:
        return None
    return (
        f'region: given "{after}", allowed "{before}": a stack is for one region, and in another one everything would'
        f" be made anew, without its data. Put `region: {before}` back; {after} is another stack ({_REGION})"
    )


def runtime(before: str, after: str) -> str | None:
    """Judge another runtime: what runs the product would go before anything else had taken its place."""
    if before == after:
        return None
    return (
        f'runtime: given "{after}", allowed "{before}": one `up` would end what runs, with its logs, and begin anew.'
        f" Put `runtime: {before}` back (an environment may bring another); {after} is a stack beside this one, to"
        f" which data and names move ({_RUNTIME})"
    )


def database(before: str, after: str) -> str | None:
    """Judge another name of the database: nothing renames it, so the product would find an empty one."""
    if before == after:
        return None
    return (
        f'database.name: given "{after}", allowed "{before}": the product would go on with an empty database, and all'
        f" that it knows would stay behind in {before}. Put `name: {before}` back; to move to another one, list it"
        " under `database.further`, copy the rows, and let the services read its output"
    )


def kubernetes(before: str, after: str) -> str | None:
    """Judge another Kubernetes version: EKS goes up one minor version at a time, and never back.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    """
    had, wanted = _minor(before), _minor(after)
    if had is None or wanted is None or wanted - had in (0, 1):
        return None
    following = f"1.{had + 1}"
    if wanted < had:
        return f'cluster.version: given "{after}", allowed "{before}": a cluster never goes back. Write "{before}"'
    step = f'Write "{following}", run up, then the next ({_UPGRADE})'
    if following not in KUBERNETES:
        step = f'This release knows no "{following}": take one that does first ({_UPGRADE})'
    return f'cluster.version: given "{after}", allowed "{following}": one minor version at a time. {step}'


def _minor(version: str) -> int | None:
    major, _, minor = version.partition(".")
    return int(minor) if major == "1" and minor.isdigit() else None
