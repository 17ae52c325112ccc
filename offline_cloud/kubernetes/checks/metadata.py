"""Names, namespaces and ownership.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from collections.abc import Mapping
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, at
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import KubernetesObject
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.metadata import shown

_CRON_JOB_LIMIT: Final = 52
"""A CronJob's Jobs append 11 characters to its name."""


def check(scene: Scene) -> Diagnostics:
    """Check what every object carries."""
    seen: set[tuple[str, str, str, str]] = set()
    taken = {item.key: item.release for item in scene.cluster.objects()}
    for item in scene.own:
        if item.key in seen:
            yield item.diagnostic(
                "metadata.name", "the chart renders this object twice", "give one of them another name"
            )
        elif item.key in taken:
            yield item.diagnostic(
                "metadata.name",
                f"exists already and belongs to release {taken[item.key]}",
                "Helm does not take it over: give one of them another name or namespace",
            )
        seen.add(item.key)
        if item.namespace and item.namespace not in scene.namespaces:
            yield item.diagnostic(
                "metadata.namespace",
                f"namespace {item.namespace!r} does not exist",
                "set createNamespace on the release that comes first, or depend on it",
            )


def named(item: KubernetesObject) -> Diagnostics:
    """Check what an object is called, by its kind; one that is to be given a name by the API server needs none."""
    if at(item.body, "metadata.resourceVersion") is not None:
        yield item.diagnostic("metadata.resourceVersion", "is the API server's own to set", "leave it out")
    name = item.name
    if not name:
        stated = item.body.get("metadata"), at(item.body, "metadata.name"), at(item.body, "metadata.generateName")
        if stated[0] is not UNKNOWN and stated[1:] == (None, None):
            yield item.diagnostic("metadata.name", "an object needs a name")
        return
    allowed = _FORMS.get(item.kind, forms.subdomain)(name)
    if allowed:
        yield item.diagnostic(
            "metadata.name", f"{shown(name)} is not a valid name of a {item.kind}; allowed: {allowed}"
        )


def _cron_job(value: str) -> str:
    fault = forms.subdomain(value)
    return fault or ("" if len(value) <= _CRON_JOB_LIMIT else f"at most {_CRON_JOB_LIMIT} characters")


_FORMS: Final[Mapping[str, forms.Form]] = {
    "Namespace": forms.label,
    "Service": forms.service_name,
    "CronJob": _cron_job,
    "Role": forms.path_segment,
    "ClusterRole": forms.path_segment,
    "RoleBinding": forms.path_segment,
    "ClusterRoleBinding": forms.path_segment,
}
