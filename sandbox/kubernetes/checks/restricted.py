"""The restricted Pod Security Standard, where a namespace enforces it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from typing import Final

from sandbox.cloud.model import Properties, Value, at, flag, items, known, objects
from sandbox.kubernetes.checks.base import Problems, Scene
from sandbox.kubernetes.objects import KubernetesObject, PodTemplate, Problem, mapping

ENFORCE: Final = "pod-security.kubernetes.io/enforce"
_LEVELS: Final = ("privileged", "baseline", "restricted")
_VOLUMES: Final = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
        "image",
    }
)
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")
_PROFILES: Final = ("RuntimeDefault", "Localhost")


def check(scene: Scene) -> Problems:
    """Check the pods of every namespace that enforces the restricted standard."""
    enforcing = {
        item.name
        for item in scene.everything
        if item.kind == "Namespace" and mapping(item.body, "metadata.labels").get(ENFORCE) == "restricted"
    }
    for item in scene.own:
        if item.namespace in enforcing and item.pods is not None:
            yield from _pod(item, item.pods)
    for item in scene.of_kind("Namespace"):
        level = mapping(item.body, "metadata.labels").get(ENFORCE)
        if isinstance(level, str) and level not in _LEVELS:
            yield item.problem(f"metadata.labels['{ENFORCE}']", f"{level!r} is no level; allowed: {', '.join(_LEVELS)}")


def _pod(item: KubernetesObject, pods: PodTemplate) -> Problems:
    spec, where = pods.spec, pods.spec_path
    for field in _HOST:
        if flag(spec, field) is True:
            yield _refuse(item, f"{where}.{field}", "the host's namespaces are not allowed", "leave it out")
    for index, volume in enumerate(objects(spec, "volumes")):
        for kind in sorted(volume.keys() - {"name"} - _VOLUMES):
            yield _refuse(
                item, f"{where}.volumes[{index}].{kind}", "this type of volume is not allowed", "use emptyDir"
            )
    pod_context = mapping(spec, "securityContext")
    for path, container in pods.containers():
        yield from _container(item, path, container, pod_context)


def _container(item: KubernetesObject, path: str, container: Properties, pod: Properties) -> Problems:
    own = mapping(container, "securityContext")
    at_path = f"{path}.securityContext"
    if not _is(own, "allowPrivilegeEscalation", False):
        yield _refuse(item, f"{at_path}.allowPrivilegeEscalation", "must be false", "set it")
    if flag(own, "privileged") is True:
        yield _refuse(item, f"{at_path}.privileged", "must not be true", "leave it out")
    if not _inherits(own, pod, "runAsNonRoot", (True,)):
        yield _refuse(item, f"{at_path}.runAsNonRoot", "must be true, here or for the whole pod", "set it")
    if 0 in (at(own, "runAsUser"), at(pod, "runAsUser")):
        yield _refuse(item, f"{at_path}.runAsUser", "must not be 0", "use a user such as 10001")
    if not _inherits(own, pod, "seccompProfile.type", _PROFILES):
        reason = f"must be one of {', '.join(_PROFILES)}, here or for the whole pod"
        yield _refuse(item, f"{at_path}.seccompProfile.type", reason, "set it")
    if own.get("capabilities") is None or known(own.get("capabilities")):
        if "ALL" not in items(own, "capabilities.drop"):
            yield _refuse(item, f"{at_path}.capabilities.drop", "must hold ALL", "set it")
        extra = [name for name in items(own, "capabilities.add") if known(name) and name != "NET_BIND_SERVICE"]
        if extra:
            yield _refuse(
                item, f"{at_path}.capabilities.add", f"{extra} are not allowed; allowed: NET_BIND_SERVICE", ""
            )
    if any(known(at(port, "hostPort")) and at(port, "hostPort") != 0 for port in objects(container, "ports")):
        yield _refuse(item, f"{path}.ports", "host ports are not allowed", "leave hostPort out")


def _is(context: Properties, field: str, wanted: Value) -> bool:
    value = at(context, field)
    return value is not None and (not known(value) or value == wanted)


def _inherits(own: Properties, pod: Properties, path: str, allowed: tuple[Value, ...]) -> bool:
    """A container's own setting wins over the pod's."""
    value = at(own, path)
    value = at(pod, path) if value is None else value
    return value is not None and (not known(value) or value in allowed)


def _refuse(item: KubernetesObject, path: str, reason: str, mend: str) -> Problem:
    return item.problem(path, f"{reason} (the namespace enforces the restricted pod security standard)", mend)
