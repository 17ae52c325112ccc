"""Admission webhooks and policies, and definitions of custom resources.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from typing import Final

from offline_cloud.cloud.model import Properties, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes import expressions
from offline_cloud.kubernetes.objects import has_unknown, mapping
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.containers import numbered
from offline_cloud.kubernetes.rules.metadata import at_least, exactly_one, formed, needed, one_of, unique
from offline_cloud.kubernetes.typed import Node

_SIDE_EFFECTS: Final = ("None", "NoneOnDryRun")
_SCHEMA_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_REVIEWS: Final = ("v1", "v1beta1")
_VARIABLES: Final = frozenset(
    {"object", "oldObject", "request", "params", "namespaceObject", "variables", "authorizer"}
)
_PARTS: Final = 3
"""A webhook's name has three parts at least, as in images.shop.example.com."""
_LONGEST: Final = 30


@rule(
    "admissionregistration.v1.ValidatingWebhookConfiguration", "admissionregistration.v1.MutatingWebhookConfiguration"
)
def names(node: Node) -> Faults:
    """Webhooks by names of their own."""
    yield from unique("webhooks", "name", [at(each, "name") for each in objects(node.body, "webhooks")])


@rule("admissionregistration.v1.ValidatingWebhook", "admissionregistration.v1.MutatingWebhook")
def webhook(node: Node) -> Faults:
    """Who is asked, about what, for how long."""
    body = node.body
    name = text(body, "name")
    yield from needed(node, "name", "sideEffects", "admissionReviewVersions")
    yield from formed("name", name or None, forms.subdomain)
    if name and len(name.split(".")) < _PARTS:
        yield Fault("name", f"{name!r} is not fully qualified; allowed: a name of three parts, as in a.example.com")
    yield from one_of("sideEffects", body.get("sideEffects"), _SIDE_EFFECTS)
    yield from at_least("timeoutSeconds", body.get("timeoutSeconds"), 1, _LONGEST)
    versions = items(body, "admissionReviewVersions")
    yield from unique("admissionReviewVersions", "version", versions, "")
    if versions and not has_unknown(versions) and not set(_REVIEWS) & {str(version) for version in versions}:
        yield Fault("admissionReviewVersions", f"{versions} has none that the API server speaks: {', '.join(_REVIEWS)}")
    conditions = objects(body, "matchConditions")
    yield from unique("matchConditions", "name", [at(each, "name") for each in conditions])
    for index, condition in enumerate(conditions):
        yield from formed(f"matchConditions[{index}].name", text(condition, "name"), forms.qualified)
        yield from _expression(f"matchConditions[{index}].expression", condition.get("expression"))


@rule("admissionregistration.v1.WebhookClientConfig")
def client(node: Node) -> Faults:
    """Where a webhook is asked."""
    yield from exactly_one(node, "a webhook's place", "url", "service")
    url = text(node.body, "url")
    if url is not None and not url.lower().startswith("https://"):
        yield Fault("url", f"{url!r} is not allowed; allowed: https")


@rule("admissionregistration.v1.ServiceReference")
def service(node: Node) -> Faults:
    """A Service that answers, at a port."""
    yield from needed(node, "name", "namespace")
    yield from numbered("port", node.body.get("port"))
    path = text(node.body, "path")
    if path and not path.startswith("/"):
        yield Fault("path", f"{path!r} does not begin with '/'")
    elif path and any(forms.subdomain(part) for part in path.strip("/").split("/")):
        yield Fault("path", f"{path!r} is not valid; allowed: DNS subdomains between slashes")


@rule("admissionregistration.v1.RuleWithOperations", "admissionregistration.v1.NamedRuleWithOperations")
def operations(node: Node) -> Faults:
    """What is asked about."""
    yield from needed(node, "operations", "apiGroups", "apiVersions", "resources")
    for member in ("apiVersions", "resources"):
        if "" in items(node.body, member):
            yield Fault(member, "an entry is empty", "leave it out")
    for member in ("operations", "apiGroups", "apiVersions"):
        values = items(node.body, member)
        if "*" in values and len(values) > 1:
            yield Fault(member, "'*' goes with no other", "keep '*' alone")


@rule("admissionregistration.v1.ValidatingAdmissionPolicySpec")
def policy(node: Node) -> Faults:
    """Expressions that hold, or that are written down."""
    if not node.body.get("validations") and not node.body.get("auditAnnotations"):
        yield Fault("validations", "validations or auditAnnotations is needed")
    for index, each in enumerate(objects(node.body, "validations")):
        yield from _expression(f"validations[{index}].expression", each.get("expression"))
    annotations = objects(node.body, "auditAnnotations")
    yield from unique("auditAnnotations", "key", [at(each, "key") for each in annotations], "key")
    for index, each in enumerate(annotations):
        yield from formed(f"auditAnnotations[{index}].key", text(each, "key"), forms.qualified)
        yield from _expression(f"auditAnnotations[{index}].valueExpression", each.get("valueExpression"))
    if not objects(node.body, "matchConstraints.resourceRules") and known(node.body.get("matchConstraints", "")):
        yield Fault("matchConstraints.resourceRules", "is needed and missing")


def _expression(path: str, written: Value) -> Faults:
    if written == "":
        yield Fault(path, "is needed and missing")
    elif isinstance(written, str) and (fault := expressions.fault(written, _VARIABLES)):
        yield Fault(path, f"is no CEL expression: {fault}")


@rule("apiextensions.v1.CustomResourceDefinition")
def definition(node: Node) -> Faults:
    """A definition bears its kind's plural and group as name."""
    wanted = f"{text(node.body, 'spec.names.plural')}.{text(node.body, 'spec.group')}"
    name = text(node.body, "metadata.name")
    if name is not None and name != wanted and not has_unknown(mapping(node.body, "spec")):
        yield Fault("metadata.name", f"{name!r} is not <plural>.<group>, {wanted!r}", "make them agree")


@rule("apiextensions.v1.CustomResourceDefinitionSpec")
def versions(node: Node) -> Faults:
    """One version is stored, and each has a schema."""
    body = node.body
    yield from one_of("scope", body.get("scope"), ("Cluster", "Namespaced"))
    yield from formed("names.plural", text(body, "names.plural"), forms.service_name)
    for member in ("kind", "listKind", "singular"):
        name = text(body, f"names.{member}")
        if name or (name == "" and member == "kind"):
            yield from formed(f"names.{member}", name if member == "singular" else name.lower(), forms.service_name)
    stated = objects(body, "versions")
    stored = [each for each in stated if flag(each, "storage") is True]
    if len(stored) != 1 and not has_unknown([*stated]):
        yield Fault("versions", f"{len(stored)} versions are stored; allowed: exactly one")
    yield from unique("versions", "name", [at(each, "name") for each in stated])
    for index, each in enumerate(stated):
        yield from formed(f"versions[{index}].name", text(each, "name"), forms.service_name)
        yield from _schema(f"versions[{index}].schema.openAPIV3Schema", mapping(each, "schema.openAPIV3Schema"))


def _schema(path: str, schema: Properties) -> Faults:
    if not schema:
        yield Fault(path, "is needed and missing")
    elif text(schema, "type") != "object" and known(schema.get("type", "")):
        yield Fault(f"{path}.type", "is needed, and has to be object")
    else:
        yield from _structural(path, schema)


def _structural(path: str, schema: Properties) -> Faults:
    """Each part of a structural schema says what type it is."""
    kind = schema.get("type")
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if not free and known(kind if kind is not None else "") and kind not in _SCHEMA_TYPES:
        yield Fault(f"{path}.type", f"{kind!r} is not allowed; allowed: {', '.join(_SCHEMA_TYPES)}")
    for name, below in mapping(schema, "properties").items():
        if isinstance(below, dict):
            yield from _structural(f"{path}.properties.{name}", below)
    for member in ("items", "additionalProperties"):
        below = schema.get(member)
        if isinstance(below, dict):
            yield from _structural(f"{path}.{member}", below)
