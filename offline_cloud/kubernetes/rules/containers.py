"""Containers: ports, variables, mounts, resources, hooks, security.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
"""

import re
from decimal import Decimal
from typing import Final

from offline_cloud.cloud.model import Properties, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.quantity import quantity
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.metadata import (
    at_least,
    exactly_one,
    formed,
    needed,
    one_of,
    unique,
)
from offline_cloud.kubernetes.typed import Node, at_key

_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS: Final = re.compile(
    r"metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]|spec\.(nodeName|serviceAccountName)"
    r"|status\.(hostIPs?|podIPs?)"
)
_RESOURCE_FIELDS: Final = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)")
RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")
_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOKS: Final = ("exec", "httpGet", "tcpSocket", "sleep")
_HIGHEST_USER: Final = 2**31 - 1
_PROBE_FIGURES: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)


@rule("core.v1.Container", "core.v1.EphemeralContainer")
def container(node: Node) -> Faults:
    """Name, image, and what may stand once."""
    body = node.body
    yield from needed(node, "name", "image")
    yield from formed("name", text(body, "name"), forms.label)
    yield from one_of("restartPolicy", body.get("restartPolicy"), ("Always", "Never", "OnFailure"))
    yield from unique("ports", "port name", [at(port, "name") for port in objects(body, "ports")])
    yield from unique(
        "volumeMounts", "mount path", [at(mount, "mountPath") for mount in objects(body, "volumeMounts")], "mountPath"
    )


@rule("core.v1.ContainerPort")
def port(node: Node) -> Faults:
    """Numbers and names of ports."""
    yield from numbered("containerPort", node.body.get("containerPort"))
    if node.body.get("hostPort") not in (None, 0):
        yield from numbered("hostPort", node.body.get("hostPort"))
    yield from formed("name", text(node.body, "name") or None, forms.port_name)


def numbered(path: str, value: Value) -> Faults:
    """Refuse a number that is no port."""
    allowed = forms.port(value)
    if allowed:
        yield Fault(path, f"{value} is not a port; allowed: {allowed}")


def number_or_name(path: str, value: Value) -> Faults:
    """Refuse what is neither a port's number nor its name."""
    yield from numbered(path, value)
    yield from formed(path, value if isinstance(value, str) else None, forms.port_name)


@rule("core.v1.EnvVar")
def variable(node: Node) -> Faults:
    """A variable has a value or a source."""
    yield from needed(node, "name")
    yield from formed("name", text(node.body, "name") or None, forms.variable)
    if node.body.get("value") not in (None, "") and node.body.get("valueFrom") is not None:
        yield Fault("valueFrom", "has both value and valueFrom", "keep one")


@rule("core.v1.EnvVarSource")
def source(node: Node) -> Faults:
    """One source, and a field that containers are given."""
    yield from exactly_one(node, "a variable's source", *_SOURCES)
    field = text(node.body, "fieldRef.fieldPath")
    if field is not None and not _FIELDS.fullmatch(field):
        listed = "metadata.name, .namespace, .uid, .labels['…'], .annotations['…'], spec.nodeName, status.podIP, …"
        yield Fault("fieldRef.fieldPath", f"{field!r} is not offered to a variable; allowed: {listed}")
    yield from resource_field(node.body)


def resource_field(body: Properties) -> Faults:
    """Refuse a resource that is not offered through the downward API."""
    resource = text(body, "resourceFieldRef.resource")
    if resource is not None and not _RESOURCE_FIELDS.fullmatch(resource):
        allowed = "limits or requests of cpu, memory, ephemeral-storage, hugepages-…"
        yield Fault("resourceFieldRef.resource", f"{resource!r} is not offered; allowed: {allowed}")


@rule("core.v1.ConfigMapKeySelector", "core.v1.SecretKeySelector")
def key(node: Node) -> Faults:
    """The key within a ConfigMap or a Secret."""
    yield from needed(node, "name", "key")
    yield from formed("key", text(node.body, "key") or None, forms.config_key)


@rule("core.v1.EnvFromSource")
def variables(node: Node) -> Faults:
    """Variables come from a ConfigMap or from a Secret."""
    yield from exactly_one(node, "a source of variables", "configMapRef", "secretRef")
    yield from formed("prefix", text(node.body, "prefix") or None, forms.variable)
    for member in ("configMapRef", "secretRef"):
        if node.body.get(member) is not None and not at(node.body, f"{member}.name"):
            yield Fault(f"{member}.name", "is needed and missing")


@rule("core.v1.VolumeMount")
def mount(node: Node) -> Faults:
    """Where a volume is put, and which part of it."""
    yield from needed(node, "name", "mountPath")
    for member in ("subPath", "subPathExpr"):
        yield from formed(member, text(node.body, member), forms.relative)
    if node.body.get("subPath") and node.body.get("subPathExpr"):
        yield Fault("subPathExpr", "subPath and subPathExpr exclude each other", "keep one")


@rule("core.v1.Probe")
def probe(node: Node) -> Faults:
    """One handler, and figures that are not below 0."""
    yield from exactly_one(node, "a probe's handler", *_HANDLERS)
    for member in _PROBE_FIGURES:
        yield from at_least(member, node.body.get(member), 0)
    yield from at_least("terminationGracePeriodSeconds", node.body.get("terminationGracePeriodSeconds"), 1)


@rule("core.v1.Container")
def probes(node: Node) -> Faults:
    """Only readiness may take several successes, and only the others a grace period."""
    for member in ("livenessProbe", "startupProbe"):
        successes = at(node.body, f"{member}.successThreshold")
        if known(successes) and successes not in (None, 0, 1):
            yield Fault(f"{member}.successThreshold", f"{successes} is not allowed; allowed for this probe: 1")
    if at(node.body, "readinessProbe.terminationGracePeriodSeconds") is not None:
        where = "readinessProbe.terminationGracePeriodSeconds"
        yield Fault(where, "a failed readiness probe ends nothing", "leave it out")


@rule("core.v1.HTTPGetAction")
def get(node: Node) -> Faults:
    """The port, scheme and headers that a probe asks with."""
    yield from number_or_name("port", node.body.get("port"))
    for index, each in enumerate(objects(node.body, "httpHeaders")):
        yield from formed(f"httpHeaders[{index}].name", text(each, "name"), forms.header)


@rule("core.v1.TCPSocketAction", "core.v1.GRPCAction")
def socket(node: Node) -> Faults:
    """The port that a probe connects to."""
    yield from number_or_name("port", node.body.get("port"))


@rule("core.v1.ExecAction")
def command(node: Node) -> Faults:
    """The command that is run."""
    yield from needed(node, "command")


@rule("core.v1.LifecycleHandler")
def hook(node: Node) -> Faults:
    """A hook does one thing."""
    yield from exactly_one(node, "a hook", *_HOOKS)
    yield from at_least("sleep.seconds", at(node.body, "sleep.seconds"), 0)


@rule("core.v1.ResourceRequirements")
def resources(node: Node) -> Faults:
    """Amounts of resources that a container may ask for, and no request above its limit.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    requests, limits = mapping(node.body, "requests"), mapping(node.body, "limits")
    for group, amounts in (("requests", requests), ("limits", limits)):
        for name, amount in amounts.items():
            path = at_key(group, name)
            yield from _named(path, name)
            yield from not_negative(path, amount)
    for name, amount in requests.items():
        yield from _within(at_key("requests", name), name, amount, limits.get(name))


def _named(path: str, name: str) -> Faults:
    allowed = forms.qualified(name)
    if not allowed and "/" not in name and name not in RESOURCES and not name.startswith("hugepages-"):
        allowed = f"{', '.join(RESOURCES)}, hugepages-<size>, and extended resources as <domain>/<name>"
    if allowed:
        yield Fault(path, f"no resource {name!r} of a container; allowed: {allowed}")


def not_negative(path: str, amount: Value) -> Faults:
    """Refuse an amount below 0."""
    size = quantity(amount)
    if size is not None and size < 0:
        yield Fault(path, f"{amount} is below 0; allowed: 0 or more")


def _within(path: str, name: str, amount: Value, limit: Value) -> Faults:
    request, most = quantity(amount), quantity(limit)
    whole = "/" in name or name.startswith("hugepages-")
    if limit is None and whole:
        yield Fault(path, f"{name} cannot be shared, so it needs a limit as well", "state the same amount as limit")
    if request is None or most is None:
        return
    if request > most:
        yield Fault(path, f"{amount} is above the limit of {limit}", "raise the limit or lower the request")
    elif whole and request != most:
        yield Fault(path, f"{amount} is not the limit of {limit}; {name} cannot be shared", "make them equal")


@rule("core.v1.SecurityContext")
def security(node: Node) -> Faults:
    """What contradicts itself in a container's security."""
    body = node.body
    yield from user(node)
    if flag(body, "allowPrivilegeEscalation") is False:
        if flag(body, "privileged") is True:
            yield Fault(
                "allowPrivilegeEscalation", "is false, and privileged is true", "a privileged container escalates"
            )
        if "CAP_SYS_ADMIN" in items(body, "capabilities.add"):
            yield Fault("allowPrivilegeEscalation", "is false, and CAP_SYS_ADMIN is added", "drop one of them")


@rule("core.v1.PodSecurityContext")
def user(node: Node) -> Faults:
    """Users and groups are numbers from 0 to 2147483647."""
    for member in ("runAsUser", "runAsGroup", "fsGroup"):
        yield from at_least(member, node.body.get(member), 0, _HIGHEST_USER)
    for index, group in enumerate(items(node.body, "supplementalGroups")):
        yield from at_least(f"supplementalGroups[{index}]", group, 0, _HIGHEST_USER)


@rule("core.v1.SeccompProfile", "core.v1.AppArmorProfile")
def profile(node: Node) -> Faults:
    """A local profile is named, the others are not."""
    local = text(node.body, "type") == "Localhost"
    named = node.body.get("localhostProfile") is not None
    if local and not named:
        yield Fault("localhostProfile", "is needed with type Localhost and missing")
    if named and not local and known(node.body.get("type")):
        yield Fault("localhostProfile", "goes with type Localhost alone", "leave it out")


def whole(amount: Decimal | None) -> bool:
    """Tell whether an amount is a whole number, or not known."""
    return amount is None or amount == amount.to_integral_value()
