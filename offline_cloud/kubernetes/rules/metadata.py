"""Names, labels and selectors, wherever they stand.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from collections.abc import Sequence
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, items, known, text
from offline_cloud.kubernetes.objects import join, mapping
from offline_cloud.kubernetes.quantity import quantity
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.typed import Node, at_key

_ANNOTATIONS_LIMIT: Final = 256 * 1024
_SHOWN: Final = 40
_METRIC: Final = ".metric.selector"
_VALUED: Final = ("In", "NotIn")
_BARE: Final = ("Exists", "DoesNotExist")


@rule("meta.v1.ObjectMeta")
def metadata(node: Node) -> Faults:
    """Labels and annotations; names depend on the kind."""
    for key, value in mapping(node.body, "labels").items():
        yield from formed(at_key("labels", key), key, forms.qualified)
        if isinstance(value, str):
            yield from formed(at_key("labels", key), value, forms.label_value)
    annotations = mapping(node.body, "annotations")
    for key in annotations:
        yield from formed(at_key("annotations", key), key.lower(), forms.qualified)
    size = sum(len(key) + len(value) for key, value in annotations.items() if isinstance(value, str))
    if size > _ANNOTATIONS_LIMIT:
        yield Fault("annotations", f"{size} bytes; annotations have at most {_ANNOTATIONS_LIMIT}")
    for index, finalizer in enumerate(items(node.body, "finalizers")):
        if isinstance(finalizer, str):
            yield from formed(f"finalizers[{index}]", finalizer, forms.qualified)


@rule("meta.v1.LabelSelector")
def selector(node: Node) -> Faults:
    """The labels that a selector asks for."""
    for key, value in mapping(node.body, "matchLabels").items():
        yield from formed(at_key("matchLabels", key), key, forms.qualified)
        # A metric's labels are the metrics server's, not Kubernetes' own.
        if isinstance(value, str) and not node.path.endswith(_METRIC):
            yield from formed(at_key("matchLabels", key), value, forms.label_value)


@rule("meta.v1.LabelSelectorRequirement")
def requirement(node: Node) -> Faults:
    """In and NotIn take values, Exists and DoesNotExist none."""
    operator, values = text(node.body, "operator"), node.body.get("values")
    if operator is not None:
        yield from one_of("operator", operator, (*_VALUED, *_BARE))
    yield from operands(operator, values)
    yield from formed("key", text(node.body, "key"), forms.qualified)
    for index, value in enumerate(items(node.body, "values")):
        if isinstance(value, str) and _METRIC not in node.path:
            yield from formed(f"values[{index}]", value, forms.label_value)


def operands(operator: str | None, values: object) -> Faults:
    """Whether an operator has the values that it takes."""
    if values is UNKNOWN:
        return
    if operator in _VALUED and not values:
        yield Fault("values", f"{operator} needs at least one value")
    if operator in _BARE and values:
        yield Fault("values", f"{operator} takes no values", "leave them out")


@rule("Quantity")
def amount(node: Node) -> Faults:
    """An amount such as 500m or 2Gi."""
    if node.value is not None and known(node.value) and quantity(node.value) is None:
        yield Fault("", f"{node.value!r} is not a quantity", "as in 500m, 2, 128Mi or 20Gi, without a space")


def formed(path: str, value: str | None, form: forms.Form) -> Faults:
    """Refuse a value that is not of a form."""
    allowed = form(value) if value is not None else ""
    if value is not None and allowed:
        yield Fault(path, f"{shown(value)} is not valid; allowed: {allowed}")


def shown(value: str) -> str:
    """Quote a value; a long one by its beginning and its length."""
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}… ({len(value)} characters)"


def one_of(path: str, value: object, allowed: tuple[str, ...]) -> Faults:
    """Refuse a value that is none of a few; what is not known or absent passes."""
    if value is not None and value is not UNKNOWN and value not in allowed:
        yield Fault(path, f"{value!r} is not allowed; allowed: {', '.join(allowed)}")


def at_least(path: str, value: object, lowest: int, highest: int | None = None) -> Faults:
    """Refuse a number outside a range; what is not known or absent passes."""
    if isinstance(value, bool) or not isinstance(value, int):
        return
    if value < lowest or (highest is not None and value > highest):
        allowed = f"{lowest} or more" if highest is None else f"{lowest}-{highest}"
        yield Fault(path, f"{value} is not allowed; allowed: {allowed}")


def needed(node: Node, *members: str) -> Faults:
    """Refuse a value that lacks a member, or holds an empty text or list in its place."""
    for member in members:
        value = node.body.get(member)
        if value is None or value in ("", [], {}):
            yield Fault(member, "is needed and missing", f"state {member}")


def exactly_one(node: Node, what: str, *members: str) -> Faults:
    """Refuse a value that has none of some members, or several."""
    found = [member for member in members if node.body.get(member) is not None]
    if len(found) != 1:
        has = ", ".join(found) or "none"
        yield Fault("", f"{what}: exactly one of {', '.join(members)} is needed; it has {has}")


def at_most_one(node: Node, *members: str) -> Faults:
    """Refuse a value that has several of some members."""
    found = [member for member in members if node.body.get(member) is not None]
    if len(found) > 1:
        yield Fault("", f"{' and '.join(found)} exclude each other", "keep one")


def unique(path: str, what: str, values: Sequence[object], member: str = "name") -> Faults:
    """Refuse a member of a list's items that stands twice; what is absent or not known does not count."""
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value is None or value is UNKNOWN:
            continue
        if value in seen:
            yield Fault(join(f"{path}[{index}]", member), f"{what} {value!r} stands twice", "keep one")
        seen.add(value)
