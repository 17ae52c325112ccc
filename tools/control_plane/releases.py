"""Install rendered releases on a control plane as Helm does: hooks by their weights, and Jobs waited for."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tools.control_plane.client import Client, Manifest, RefusedError, UnknownKindError, is_conflict

Outcome = Literal["accepted", "refused", "not judged"]

JOB_SECONDS: Final = 60
_HOOK, _WEIGHT, _POLICY = "helm.sh/hook", "helm.sh/hook-weight", "helm.sh/hook-delete-policy"
_BEFORE, _AFTER = "pre-install", "post-install"


@dataclass(frozen=True)
class Release:
    """A release's name, its namespace, and its objects in the order in which Helm renders them."""

    name: str
    namespace: str
    objects: Sequence[Manifest]


@dataclass(frozen=True)
class Verdict:
    """What the API server said of one object; `said` holds the reason of a refusal, or its warnings."""

    release: str
    kind: str
    name: str
    outcome: Outcome
    said: str = ""

    def __str__(self) -> str:
        return f"{self.release}: {self.kind} {self.name}: {self.outcome}{self.said and ': ' + self.said}"


def install(client: Client, release: Release) -> list[Verdict]:
    """Create a release's objects strictly; what runs at other times than an installation is only tried.

    An operator's kind without a definition is not judged, and says so.
    """
    create_namespace(client, release.namespace)
    before, after = _hooked(release, _BEFORE), _hooked(release, _AFTER)
    return [
        *(_run(client, release, each) for each in before),
        *(_create(client, release, each) for each in release.objects if not hooks(each)),
        *(_run(client, release, each) for each in after if each not in before),
        *(
            _create(client, release, each, dry_run=True)
            for each in release.objects
            if hooks(each) and each not in before and each not in after
        ),
    ]


def create_namespace(client: Client, name: str) -> None:
    """Create a namespace unless it is there."""
    try:
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    except RefusedError as error:
        if not is_conflict(error):
            raise


def hooks(manifest: Manifest) -> set[str]:
    """Return when a hook runs; empty for an object of the release itself."""
    stated = _annotations(manifest).get(_HOOK, "")
    return {each.strip() for each in stated.split(",") if each.strip()}


def _annotations(manifest: Manifest) -> Manifest:
    return manifest["metadata"].get("annotations") or {}


def _hooked(release: Release, when: str) -> list[Manifest]:
    found = [each for each in release.objects if when in hooks(each)]
    return sorted(found, key=lambda each: int(_annotations(each).get(_WEIGHT, "0")))


def _create(client: Client, release: Release, manifest: Manifest, *, dry_run: bool = False) -> Verdict:
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    try:
        warnings = client.create(manifest, release.namespace, dry_run=dry_run)
    except RefusedError as error:
        return Verdict(release.name, kind, name, "refused", error.message)
    except UnknownKindError:
        return Verdict(release.name, kind, name, "not judged")
    return Verdict(release.name, kind, name, "accepted", " ".join(warnings))


def _run(client: Client, release: Release, manifest: Manifest) -> Verdict:
    """Create a hook, wait for it when it is a Job, and remove it where it says so."""
    verdict = _create(client, release, manifest)
    if verdict.outcome != "accepted" or manifest["kind"] != "Job":
        return verdict
    namespace = manifest["metadata"].get("namespace") or release.namespace
    if not _ends_well(client, verdict.name, namespace):
        said = f"it has not ended well within {JOB_SECONDS} s: {' '.join(_events(client, verdict.name, namespace))}"
        return Verdict(release.name, verdict.kind, verdict.name, "refused", said)
    if "hook-succeeded" in _annotations(manifest).get(_POLICY, ""):
        client.delete("batch/v1", "Job", verdict.name, namespace)
    return verdict


def _ends_well(client: Client, name: str, namespace: str) -> bool:
    until = time.monotonic() + JOB_SECONDS
    while time.monotonic() < until:
        job = client.get("batch/v1", "Job", name, namespace)
        status = {each["type"]: each["status"] for each in (job or {}).get("status", {}).get("conditions", ())}
        if status.get("Complete") == "True":
            return True
        if status.get("Failed") == "True":
            return False
        time.sleep(0.1)
    return False


def _events(client: Client, name: str, namespace: str) -> Iterator[str]:
    """Give what was said about a Job and its pods when it did not go well."""
    for event in client.list("v1", "Event", namespace):
        if event["involvedObject"]["name"].startswith(name) and event["type"] == "Warning":
            yield event["message"]
