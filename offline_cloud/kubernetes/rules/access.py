"""Roles and bindings.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from typing import Final

from offline_cloud.cloud.model import objects, text
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.metadata import formed, needed, one_of
from offline_cloud.kubernetes.typed import Node

_GROUP: Final = "rbac.authorization.k8s.io"


@rule("rbac.v1.PolicyRule")
def policy_rule(node: Node) -> Faults:
    """Verbs on resources, or on addresses."""
    yield from needed(node, "verbs")
    if node.body.get("nonResourceURLs"):
        if node.body.get("resources") or node.body.get("apiGroups") or node.body.get("resourceNames"):
            yield Fault("nonResourceURLs", "goes with no resources", "make them two rules")
        return
    yield from needed(node, "apiGroups", "resources")


@rule("rbac.v1.Role")
def role(node: Node) -> Faults:
    """A namespace has no addresses."""
    for index, each in enumerate(objects(node.body, "rules")):
        if each.get("nonResourceURLs"):
            yield Fault(f"rules[{index}].nonResourceURLs", "goes with a ClusterRole alone")


@rule("rbac.v1.RoleBinding")
def binding(node: Node) -> Faults:
    """A binding within a namespace."""
    yield from one_of("roleRef.kind", text(node.body, "roleRef.kind"), ("Role", "ClusterRole"))


@rule("rbac.v1.ClusterRoleBinding")
def cluster_binding(node: Node) -> Faults:
    """A binding for the whole cluster; an account is in no namespace of its own accord there."""
    yield from one_of("roleRef.kind", text(node.body, "roleRef.kind"), ("ClusterRole",))
    for index, each in enumerate(objects(node.body, "subjects")):
        if text(each, "kind") == "ServiceAccount" and each.get("namespace") in (None, ""):
            yield Fault(f"subjects[{index}].namespace", "is needed and missing", "state the account's namespace")


@rule("rbac.v1.AggregationRule")
def aggregation(node: Node) -> Faults:
    """Which roles are gathered."""
    yield from needed(node, "clusterRoleSelectors")


@rule("rbac.v1.RoleRef")
def reference(node: Node) -> Faults:
    """The role that is bound."""
    yield from needed(node, "name")
    yield from one_of("apiGroup", node.body.get("apiGroup") or None, (_GROUP,))


@rule("rbac.v1.Subject")
def subject(node: Node) -> Faults:
    """Who is bound."""
    kind = text(node.body, "kind")
    yield from needed(node, "name")
    yield from one_of("kind", kind, ("ServiceAccount", "User", "Group"))
    if kind == "ServiceAccount":
        yield from formed("name", text(node.body, "name") or None, forms.subdomain)
        yield from one_of("apiGroup", node.body.get("apiGroup") or None, ("",))
    elif kind is not None:
        yield from one_of("apiGroup", node.body.get("apiGroup") or None, (_GROUP,))
