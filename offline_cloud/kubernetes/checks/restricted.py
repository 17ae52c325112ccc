"""The Pod Security Standards, where a namespace enforces one: baseline, and what restricted asks for beyond it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from offline_cloud.cloud.model import Properties, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import KubernetesObject, PodTemplate, has_unknown, mapping

ENFORCE: Final = "pod-security.kubernetes.io/enforce"
_MODES: Final = ("enforce", "audit", "warn")
_LEVELS: Final = ("privileged", "baseline", "restricted")
_VERSION: Final = re.compile(r"latest|v1\.\d+")
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
_CAPABILITIES: Final = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
_SYSCTLS: Final = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
_SELINUX_TYPES: Final = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")


class Breach(NamedTuple):
    """What a standard does not allow at a path of the object."""

    path: str
    reason: str
    fix: str


def check(scene: Scene) -> Diagnostics:
    """Check the pods of every namespace that enforces a standard, and the labels that say so."""
    enforced = levels(scene.everything)
    for item in scene.own:
        yield from judged(item, enforced)


def levels(objects: Iterable[KubernetesObject]) -> dict[str, Value]:
    """Give the standard that each namespace enforces, by its name."""
    return {
        item.name: mapping(item.body, "metadata.labels").get(ENFORCE) for item in objects if item.kind == "Namespace"
    }


def judged(item: KubernetesObject, enforced: Mapping[str, Value]) -> Diagnostics:
    """Check one object: the pods that it makes, or its labels when it is a namespace."""
    level = enforced.get(item.namespace)
    if item.pods is not None and isinstance(level, str):
        for path, reason, fix in _breaches(item.pods, level):
            said = f"{reason} (the namespace enforces the {level} pod security standard)"
            yield item.diagnostic(path, said, fix)
    if item.kind == "Namespace":
        yield from _labels(item)


def _labels(item: KubernetesObject) -> Diagnostics:
    labels = mapping(item.body, "metadata.labels")
    for mode in _MODES:
        key = f"pod-security.kubernetes.io/{mode}"
        level, version = labels.get(key), labels.get(f"{key}-version")
        if isinstance(level, str) and level not in _LEVELS:
            yield item.diagnostic(f"metadata.labels['{key}']", f"{level!r} is no level; allowed: {', '.join(_LEVELS)}")
        if isinstance(version, str) and not _VERSION.fullmatch(version):
            where = f"metadata.labels['{key}-version']"
            yield item.diagnostic(where, f"{version!r} is no version; allowed: latest, or one such as v1.35")


def _breaches(pods: PodTemplate, level: str) -> Iterator[Breach]:
    if level == "baseline":
        yield from _isolated(pods)
        yield from _baseline(pods)
    if level == "restricted":
        yield from _isolated(pods)
        yield from _restricted(pods)


def _isolated(pods: PodTemplate) -> Iterator[Breach]:
    """What both standards refuse in the same way: a way to the host."""
    spec, where = pods.spec, pods.spec_path
    for field in _HOST:
        if flag(spec, field) is True:
            yield Breach(f"{where}.{field}", "the host's namespaces are not allowed", "leave it out")
    for index, volume in enumerate(objects(spec, "volumes")):
        if volume.get("hostPath") is not None:
            yield Breach(f"{where}.volumes[{index}].hostPath", "this type of volume is not allowed", "use emptyDir")
    for index, sysctl in enumerate(objects(spec, "securityContext.sysctls")):
        name = text(sysctl, "name")
        if name is not None and name not in _SYSCTLS:
            reason = f"{name!r} is not safe; allowed: {', '.join(_SYSCTLS)}"
            yield Breach(f"{where}.securityContext.sysctls[{index}]", reason, "leave it out")
    yield from _confined(f"{where}.securityContext", mapping(spec, "securityContext"))
    for path, container in pods.containers():
        yield from _container(path, container)


def _container(path: str, container: Properties) -> Iterator[Breach]:
    own = mapping(container, "securityContext")
    yield from _confined(f"{path}.securityContext", own)
    if flag(own, "privileged") is True:
        yield Breach(f"{path}.securityContext.privileged", "must not be true", "leave it out")
    if text(own, "procMount") not in (None, "Default"):
        yield Breach(f"{path}.securityContext.procMount", "must be Default", "leave it out")
    for index, port in enumerate(objects(container, "ports")):
        if known(at(port, "hostPort")) and at(port, "hostPort") != 0:
            yield Breach(f"{path}.ports[{index}].hostPort", "host ports are not allowed", "leave it out")


def _confined(path: str, context: Properties) -> Iterator[Breach]:
    yield from _unconfined(path, context, "appArmorProfile")
    kind = text(context, "seLinuxOptions.type") or ""
    if kind not in _SELINUX_TYPES:
        allowed = ", ".join(_SELINUX_TYPES[1:])
        yield Breach(f"{path}.seLinuxOptions.type", f"{kind!r} is not allowed; allowed: {allowed}", "leave it out")
    for field in ("user", "role"):
        if text(context, f"seLinuxOptions.{field}"):
            yield Breach(f"{path}.seLinuxOptions.{field}", "must not be set", "leave it out")
    if flag(context, "windowsOptions.hostProcess") is True:
        yield Breach(f"{path}.windowsOptions.hostProcess", "must not be true", "leave it out")


def _added(path: str, context: Properties, allowed: tuple[str, ...]) -> Iterator[Breach]:
    extra = [name for name in items(context, "capabilities.add") if known(name) and name not in allowed]
    if extra:
        reason = f"{extra} are not allowed; allowed: {', '.join(allowed)}"
        yield Breach(f"{path}.securityContext.capabilities.add", reason, "leave them out")


def _unconfined(path: str, context: Properties, profile: str) -> Iterator[Breach]:
    if text(context, f"{profile}.type") == "Unconfined":
        yield Breach(f"{path}.{profile}.type", "must not be Unconfined", "use RuntimeDefault")


def _baseline(pods: PodTemplate) -> Iterator[Breach]:
    """What restricted asks for more narrowly."""
    yield from _unconfined(f"{pods.spec_path}.securityContext", mapping(pods.spec, "securityContext"), "seccompProfile")
    for path, container in pods.containers():
        own = mapping(container, "securityContext")
        yield from _unconfined(f"{path}.securityContext", own, "seccompProfile")
        yield from _added(path, own, _CAPABILITIES)


def _restricted(pods: PodTemplate) -> Iterator[Breach]:
    spec, where = pods.spec, pods.spec_path
    for index, volume in enumerate(objects(spec, "volumes")):
        for kind in sorted(volume.keys() - {"name", "hostPath"} - _VOLUMES):
            yield Breach(f"{where}.volumes[{index}].{kind}", "this type of volume is not allowed", "use emptyDir")
    pod_context = mapping(spec, "securityContext")
    for path, container in pods.containers():
        yield from _unprivileged(path, mapping(container, "securityContext"), pod_context)


def _unprivileged(path: str, own: Properties, pod: Properties) -> Iterator[Breach]:
    where = f"{path}.securityContext"
    if not _is(own, "allowPrivilegeEscalation", False):
        yield Breach(f"{where}.allowPrivilegeEscalation", "must be false", "set it")
    if not _inherits(own, pod, "runAsNonRoot", (True,)):
        yield Breach(f"{where}.runAsNonRoot", "must be true, here or for the whole pod", "set it")
    if 0 in (at(own, "runAsUser"), at(pod, "runAsUser")):
        yield Breach(f"{where}.runAsUser", "must not be 0", "use a user such as 10001")
    if not _inherits(own, pod, "seccompProfile.type", _PROFILES):
        reason = f"must be one of {', '.join(_PROFILES)}, here or for the whole pod"
        yield Breach(f"{where}.seccompProfile.type", reason, "set it")
    if own.get("capabilities") is None or known(own.get("capabilities")):
        dropped = items(own, "capabilities.drop")
        if "ALL" not in dropped and not has_unknown(dropped):
            yield Breach(f"{where}.capabilities.drop", "must hold ALL", "set it")
        yield from _added(path, own, ("NET_BIND_SERVICE",))


def _is(context: Properties, field: str, wanted: Value) -> bool:
    value = at(context, field)
    return value is not None and (not known(value) or value == wanted)


def _inherits(own: Properties, pod: Properties, path: str, allowed: tuple[Value, ...]) -> bool:
    """A container's own setting wins over the pod's."""
    value = at(own, path)
    value = at(pod, path) if value is None else value
    return value is not None and (not known(value) or value in allowed)
