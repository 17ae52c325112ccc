"""Rules about the product's namespace."""

from collections.abc import Iterator

from settings.diagnostics import Diagnostic
from settings.workload import Workload

TAKEN = (
    "default",
    "groundwork-system",
    "monitoring",
    "timeseries",
    "amazon-cloudwatch",
    "cert-manager",
    "cnpg-system",
    "cosign-system",
    "external-secrets",
    "reloader",
)
"""Namespaces of the platform's own pods, beside those of Kubernetes itself (kube-…)."""


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Keep the product apart from what watches it and from what may read its secrets."""
    name = workload.namespace or workload.name
    if is_taken(name):
        key = "namespace" if workload.namespace else "name"
        allowed = "a namespace that neither Kubernetes nor the platform uses itself"
        yield Diagnostic((key,), name, allowed, "choose another", (("namespace",),))


def is_taken(name: str) -> bool:
    """Whether a namespace is Kubernetes' own, or the platform's."""
    return name in TAKEN or name.startswith("kube-")
