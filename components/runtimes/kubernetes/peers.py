"""What a pod knows of itself and of its peers: the downward API, and the names of headless Services."""

from collections.abc import Collection, Mapping
from typing import Final, cast

from components.chart_values.workload.containers import FieldPath, PodFields
from settings import PlatformSettings
from settings.workload.outputs import PodOutput, WiredOutput

_FIELDS: Final[Mapping[PodOutput, tuple[str, FieldPath]]] = {
    "pod.ip": ("GROUNDWORK_POD_IP", "status.podIP"),
    "pod.name": ("GROUNDWORK_POD_NAME", "metadata.name"),
}
"""The variable that the kubelet fills from a field of the pod, by the output that stands for it.
https://kubernetes.io/docs/concepts/workloads/pods/downward-api/"""


def runtime_outputs(settings: PlatformSettings) -> dict[WiredOutput, str]:
    """Give the outputs that only a cluster has: those of one pod, and the names of headless Services.

    An output of one pod is a reference to a variable before it, which the kubelet puts in.
    https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """
    outputs: dict[WiredOutput, str] = {output: f"$({variable})" for output, (variable, _) in _FIELDS.items()}
    for name, service in settings.workload.services.items():
        if service.headless:
            host = f"{name}-headless.{settings.namespace}.svc.cluster.local"
            outputs[cast("WiredOutput", f"services.{name}.headless_host")] = host
    return outputs


def pod_fields(named: Collection[str]) -> PodFields | None:
    """Give the variables that come before a container's own, by the outputs that those name; None without one."""
    return {variable: path for output, (variable, path) in _FIELDS.items() if output in named} or None
