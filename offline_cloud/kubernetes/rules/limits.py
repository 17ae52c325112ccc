"""LimitRanges and ResourceQuotas.

https://kubernetes.io/docs/concepts/policy/limit-range/
https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from typing import Final

from offline_cloud.cloud.model import Properties, Value, at, items, known, objects, text
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.quantity import quantity
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.containers import RESOURCES, not_negative, whole
from offline_cloud.kubernetes.rules.metadata import needed, one_of, unique
from offline_cloud.kubernetes.typed import Node, at_key

_TYPES: Final = ("Container", "Pod", "PersistentVolumeClaim")
_COUNTED: Final = (
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
_LIMITED: Final = (*RESOURCES, "storage")
_STORAGE: Final = ("requests.storage", "storage")
_EXCLUDING: Final = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_AMOUNTS: Final = ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")
_ORDER: Final = (
    ("min", "max"),
    ("min", "defaultRequest"),
    ("min", "default"),
    ("defaultRequest", "default"),
    ("defaultRequest", "max"),
    ("default", "max"),
)
"""Pairs of which the first is not above the second."""


@rule("core.v1.LimitRangeSpec")
def types(node: Node) -> Faults:
    """One entry for each type."""
    yield from unique("limits", "type", [at(each, "type") for each in objects(node.body, "limits")], "type")


@rule("core.v1.LimitRangeItem")
def limits(node: Node) -> Faults:
    """Sizes of one type, in order."""
    body = node.body
    kind = text(body, "type")
    yield from needed(node, "type")
    if kind is not None and "/" not in kind:
        yield from one_of("type", kind, _TYPES)
    if kind == "Pod":
        for member in ("default", "defaultRequest"):
            if mapping(body, member):
                yield Fault(member, "goes with type Container alone", "leave it out")
    if kind == "PersistentVolumeClaim":
        sizes = [at(body, f"{member}.storage") for member in ("min", "max")]
        if not any(size is not None for size in sizes):
            yield Fault("", "type PersistentVolumeClaim needs min.storage or max.storage")
    for member in _AMOUNTS:
        for resource in mapping(body, member):
            if "/" not in resource and resource not in _LIMITED and not resource.startswith("hugepages-"):
                yield Fault(at_key(member, resource), f"no resource {resource!r}; allowed: {', '.join(_LIMITED)}")
    for resource in sorted({name for member in _AMOUNTS for name in mapping(body, member)}):
        yield from _in_order(body, resource)


def _in_order(body: Properties, resource: str) -> Faults:
    for lower, higher in _ORDER:
        low, high = mapping(body, lower).get(resource), mapping(body, higher).get(resource)
        smaller, larger = quantity(low), quantity(high)
        if smaller is not None and larger is not None and smaller > larger:
            yield Fault(at_key(lower, resource), f"{low} is above {higher} {high}", "put them in order")
    ratio = mapping(body, "maxLimitRequestRatio").get(resource)
    size = quantity(ratio)
    if size is not None and size < 1:
        yield Fault(at_key("maxLimitRequestRatio", resource), f"{ratio} is below 1; a limit is not below its request")


@rule("core.v1.ResourceQuotaSpec")
def quota(node: Node) -> Faults:
    """Amounts of resources that are counted."""
    for resource, amount in mapping(node.body, "hard").items():
        path = at_key("hard", resource)
        yield from _named(path, resource)
        yield from not_negative(path, amount)
        if _is_count(resource) and not whole(quantity(amount)):
            yield Fault(path, f"{amount} is not a whole number; {resource} are counted")
    scopes = items(node.body, "scopes")
    yield from _together(scopes, "scopes")
    for index, each in enumerate(objects(node.body, "scopeSelector.matchExpressions")):
        yield from _scope(f"scopeSelector.matchExpressions[{index}]", each)


def _scope(path: str, stated: Properties) -> Faults:
    operator = text(stated, "operator")
    if operator in ("In", "NotIn") and not stated.get("values") and known(stated.get("values", "")):
        yield Fault(f"{path}.values", f"{operator} needs at least one value")


def _together(scopes: list[Value], path: str) -> Faults:
    for one, other in _EXCLUDING:
        if one in scopes and other in scopes:
            yield Fault(path, f"{one} and {other} exclude each other", "keep one")


def _is_count(resource: str) -> bool:
    return resource in _COUNTED or resource.startswith("count/")


def _named(path: str, resource: str) -> Faults:
    bare = resource.removeprefix("requests.").removeprefix("limits.")
    standard = bare in RESOURCES or bare.startswith("hugepages-") or resource in _STORAGE
    if standard or _is_count(resource) or ("/" in resource and not forms.qualified(bare)):
        return
    if known(resource):
        allowed = "cpu, memory, requests.…, limits.…, count/<kind>.<group>, " + ", ".join(_COUNTED[:4]) + ", …"
        yield Fault(path, f"no resource {resource!r} is counted; allowed: {allowed}")
