"""What makes pods: Deployments, StatefulSets, DaemonSets, Jobs, CronJobs.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

import zoneinfo
from typing import Final

from offline_cloud.cloud.model import Properties, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes.objects import has_unknown, mapping, selects
from offline_cloud.kubernetes.quantity import schedule_fault
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.metadata import at_least, formed, needed, one_of, unique
from offline_cloud.kubernetes.typed import Node

_ALWAYS: Final = ("Always",)
_ENDING: Final = ("OnFailure", "Never")
_INDEXED_AT_ONCE: Final = 100_000
_RETENTION: Final = ("Retain", "Delete")
_SOME_ZONE: Final = "Europe/Berlin"
_DEADLINE: Final = 600
"""Seconds a rollout may take unless stated."""


@rule("apps.v1.DeploymentSpec", "apps.v1.StatefulSetSpec", "apps.v1.DaemonSetSpec", "apps.v1.ReplicaSetSpec")
def lasting(node: Node) -> Faults:
    """Pods that are kept running, and the selector that they fit."""
    body = node.body
    for member in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        yield from at_least(member, body.get(member), 0)
    pods = mapping(body, "template.spec")
    yield from one_of("template.spec.restartPolicy", at(pods, "restartPolicy") or None, _ALWAYS)
    if at(pods, "activeDeadlineSeconds") is not None:
        yield Fault("template.spec.activeDeadlineSeconds", "is for pods that end", "leave it out")
    yield from _selector(body)


def _selector(body: Properties) -> Faults:
    stated, labels = mapping(body, "selector"), mapping(body, "template.metadata.labels")
    if not stated.get("matchLabels") and not stated.get("matchExpressions") and not has_unknown(stated):
        yield Fault("selector", "an empty selector would take every pod", "name the pods' own labels")
    elif known(body.get("template", "")) and not selects(stated, labels):
        chosen = mapping(stated, "matchLabels") or stated
        yield Fault("selector", f"{chosen} does not select the pods' labels {labels}", "make them agree")


@rule("apps.v1.DeploymentSpec")
def deadline(node: Node) -> Faults:
    """A rollout has longer than a pod needs to count as ready."""
    ready = node.body.get("minReadySeconds") or 0
    limit = node.body.get("progressDeadlineSeconds", _DEADLINE)
    yield from at_least("progressDeadlineSeconds", node.body.get("progressDeadlineSeconds"), 0)
    if isinstance(ready, int) and isinstance(limit, int) and limit <= ready:
        yield Fault("progressDeadlineSeconds", f"{limit} is not above minReadySeconds {ready}", "raise it")


@rule("apps.v1.DeploymentStrategy")
def strategy(node: Node) -> Faults:
    """How a Deployment changes its pods."""
    if text(node.body, "type") == "Recreate" and node.body.get("rollingUpdate") is not None:
        yield Fault("rollingUpdate", "goes with type RollingUpdate alone", "leave it out")


@rule("apps.v1.RollingUpdateDeployment")
def rollout(node: Node) -> Faults:
    """A rollout may surge or shrink, or both; otherwise it would never move."""
    surge, short = node.body.get("maxSurge"), node.body.get("maxUnavailable")
    yield from share("maxSurge", surge, above_all=True)
    yield from share("maxUnavailable", short)
    if _is_none(surge) and _is_none(short):
        yield Fault("maxUnavailable", "is 0, and so is maxSurge: nothing could ever change", "raise one of them")


def share(path: str, value: Value, *, above_all: bool = False) -> Faults:
    """Refuse what is neither a count nor a percentage of pods."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield from at_least(path, value, 0)
    elif isinstance(value, str):
        figure = value.removesuffix("%")
        if not value.endswith("%") or not figure.isdigit():
            yield Fault(path, f"{value!r} is not allowed; allowed: a whole number, or a percentage such as 25%")
        elif int(figure) > 100 and not above_all:  # noqa: PLR2004 — per cent
            yield Fault(path, f"{value} is more than all; allowed: 0%-100%")


def _is_none(value: Value) -> bool:
    return value in (0, "0%") and not isinstance(value, bool)


@rule("apps.v1.StatefulSetUpdateStrategy")
def by_hand(node: Node) -> Faults:
    """Figures of a rollout say nothing where pods change by hand."""
    if text(node.body, "type") == "OnDelete" and node.body.get("rollingUpdate") is not None:
        yield Fault("rollingUpdate", "goes with type RollingUpdate alone", "leave it out")


@rule("apps.v1.RollingUpdateStatefulSetStrategy")
def partition(node: Node) -> Faults:
    """The number from which pods are changed."""
    yield from at_least("partition", node.body.get("partition"), 0)
    yield from share("maxUnavailable", node.body.get("maxUnavailable"))
    if _is_none(node.body.get("maxUnavailable")):
        yield Fault("maxUnavailable", "0 is not allowed; allowed: 1 or more")


@rule("apps.v1.RollingUpdateDaemonSet")
def on_nodes(node: Node) -> Faults:
    """A DaemonSet surges or shrinks, not both and not neither."""
    surge, short = node.body.get("maxSurge"), node.body.get("maxUnavailable")
    yield from share("maxSurge", surge)
    yield from share("maxUnavailable", short)
    surges = surge is not None and not _is_none(surge)
    if _is_none(short) and not surges and known(surge or 0):
        yield Fault("maxUnavailable", "is 0, and so is maxSurge: nothing could ever change", "raise one of them")
    # Left open, maxUnavailable is 1.
    if surges and known(surge) and (short is None or known(short)) and not _is_none(short):
        stated = "is 1 where it is left open" if short is None else f"is {short}"
        yield Fault("maxSurge", f"goes with maxUnavailable 0 alone, which {stated}", "set one of them to 0")


@rule("apps.v1.StatefulSetSpec")
def numbered(node: Node) -> Faults:
    """Pods with a number, a name and a claim each."""
    yield from formed("serviceName", text(node.body, "serviceName") or None, forms.label)
    yield from at_least("ordinals.start", at(node.body, "ordinals.start"), 0)
    for member in ("whenDeleted", "whenScaled"):
        path = f"persistentVolumeClaimRetentionPolicy.{member}"
        yield from one_of(path, at(node.body, path) or None, _RETENTION)


@rule("batch.v1.JobSpec")
def job(node: Node) -> Faults:
    """Pods that end.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/
    """
    body = node.body
    figures = ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")
    for member in (*figures, "backoffLimitPerIndex", "maxFailedIndexes"):
        yield from at_least(member, body.get(member), 0)
    indexed = text(body, "completionMode") == "Indexed"
    # Where parallelism is left open too, both are 1.
    if indexed and body.get("completions") is None and body.get("parallelism") is not None:
        yield Fault("completions", "is needed with completionMode Indexed and missing")
    if indexed:
        yield from at_least("parallelism", body.get("parallelism"), 0, _INDEXED_AT_ONCE)
    if body.get("backoffLimitPerIndex") is not None and not indexed and known(body.get("completionMode", "")):
        yield Fault("backoffLimitPerIndex", "goes with completionMode Indexed alone")
    if body.get("selector") is not None and flag(body, "manualSelector") is not True:
        yield Fault("selector", "a Job makes its own", "leave it out")
    yield from _ending(mapping(body, "template.spec"))


def _ending(pods: Properties) -> Faults:
    policy = at(pods, "restartPolicy")
    if policy in (None, "", "Always"):
        given = repr(policy) if policy else "none"
        yield Fault("template.spec.restartPolicy", f"{given} is not allowed in a Job; allowed: {', '.join(_ENDING)}")


@rule("batch.v1.JobSpec")
def failures(node: Node) -> Faults:
    """What becomes of a Job whose pods fail.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
    """
    policy = mapping(node.body, "podFailurePolicy")
    if policy and text(node.body, "template.spec.restartPolicy") == "OnFailure":
        yield Fault("template.spec.restartPolicy", "OnFailure is not allowed with podFailurePolicy; allowed: Never")
    for index, each in enumerate(objects(policy, "rules")):
        path = f"podFailurePolicy.rules[{index}]"
        if (each.get("onExitCodes") is None) == (not each.get("onPodConditions")):
            yield Fault(path, "exactly one of onExitCodes, onPodConditions is needed")
        for place, condition in enumerate(objects(each, "onPodConditions")):
            yield from formed(f"{path}.onPodConditions[{place}].type", text(condition, "type"), forms.qualified)
        if each.get("onExitCodes") is not None:
            yield from _exit_codes(f"{path}.onExitCodes", mapping(each, "onExitCodes"))


def _exit_codes(path: str, stated: Properties) -> Faults:
    codes = items(stated, "values")
    if not codes and known(stated.get("values", "")):
        yield Fault(f"{path}.values", "at least one code is needed")
    yield from unique(f"{path}.values", "code", codes, "")
    if text(stated, "operator") == "In" and 0 in codes:
        yield Fault(f"{path}.values", "0 is no failure", "leave it out")


@rule("batch.v1.CronJobSpec")
def timed(node: Node) -> Faults:
    """When Jobs are made.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    """
    body = node.body
    yield from needed(node, "schedule")
    for member in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds"):
        yield from at_least(member, body.get(member), 0)
    yield from _schedule(text(body, "schedule") or "")
    zone = text(body, "timeZone")
    if zone is not None and not is_time_zone(zone):
        yield Fault("timeZone", f"{zone!r} is no time zone", "a name of the IANA database, such as Europe/Berlin")


def _schedule(schedule: str) -> Faults:
    if "TZ" in schedule:
        yield Fault("schedule", f"{schedule!r} states a time zone", "state it in timeZone")
    elif schedule and (fault := schedule_fault(schedule)):
        yield Fault("schedule", f"{schedule!r} {fault}", "as in '0 2 * * *'")


def is_time_zone(name: str) -> bool:
    """Tell whether the IANA database has a time zone; a machine without the database takes any."""
    if name.lower() == "local":
        return False
    return _is_in_database(name) or not _is_in_database(_SOME_ZONE)


def _is_in_database(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
