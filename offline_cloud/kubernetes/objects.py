"""Kubernetes objects as rendered from a chart, and the parts of them that several checks read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value, at, known, text
from offline_cloud.cloud.model import objects as dictionaries

_CLUSTER_SCOPED: Final = frozenset(
    {
        "APIService",
        "ClusterExternalSecret",
        "ClusterImageCatalog",
        "ClusterImagePolicy",
        "ClusterIssuer",
        "ClusterPushSecret",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "CSIDriver",
        "CustomResourceDefinition",
        "EC2NodeClass",
        "IngressClass",
        "IngressClassParams",
        "MutatingWebhookConfiguration",
        "Namespace",
        "NodeClaim",
        "NodeOverlay",
        "NodePool",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttributesClass",
    }
)

# Where each kind keeps the template of the pods it makes; "" means that the object is itself a pod.
_POD_TEMPLATES: Final = {
    "Pod": "",
    "Deployment": "spec.template",
    "StatefulSet": "spec.template",
    "DaemonSet": "spec.template",
    "ReplicaSet": "spec.template",
    "Job": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
}


@dataclass(frozen=True)
class ObjectDiagnostic:
    """What is wrong with one object: ``refused`` by the API server or its controller, or else only worth a note."""

    subject: str
    path: str
    reason: str
    fix: str = ""
    refused: bool = True

    def __str__(self) -> str:
        where = f"{self.subject}: {self.path}: " if self.path else f"{self.subject}: "
        return f"{where}{self.reason}" + (f"; {self.fix}" if self.fix else "")


@dataclass(frozen=True)
class PodTemplate:
    """The template of the pods that an object makes; ``path`` is where it stands in the object."""

    path: str
    body: Properties

    @property
    def labels(self) -> Properties:
        """The labels the pods will carry."""
        return mapping(self.body, "metadata.labels")

    @property
    def spec(self) -> Properties:
        """The pod specification."""
        return mapping(self.body, "spec")

    @property
    def spec_path(self) -> str:
        """Where the pod specification stands in the object."""
        return f"{self.path}.spec" if self.path else "spec"

    def containers(self) -> Iterator[tuple[str, Properties]]:
        """Give every container with its path, init containers first."""
        for group in ("initContainers", "containers"):
            for index, container in enumerate(dictionaries(self.spec, group)):
                yield f"{self.spec_path}.{group}[{index}]", container


@dataclass(frozen=True)
class KubernetesObject:
    """One object; ``release`` is ``namespace/name`` of the Helm release that owns it."""

    body: Properties
    default_namespace: str
    release: str = ""

    @property
    def kind(self) -> str:
        """The kind, such as Deployment."""
        return text(self.body, "kind") or ""

    @property
    def api_version(self) -> str:
        """The group and version, such as apps/v1."""
        return text(self.body, "apiVersion") or ""

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The object's name."""
        return text(self.body, "metadata.name") or ""

    @property
    def namespace(self) -> str:
        """The namespace; empty for what belongs to the cluster as a whole."""
        if self.kind in _CLUSTER_SCOPED:
            return ""
        return text(self.body, "metadata.namespace") or self.default_namespace

    @property
    def subject(self) -> str:
        """How messages name it: the kind and the name."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What may exist once in a cluster."""
        return (self.group, self.kind, self.namespace, self.name)

    @cached_property
    def hooks(self) -> tuple[str, ...]:
        """The Helm hooks it is, such as pre-install; empty for an ordinary object."""
        annotation = mapping(self.body, "metadata.annotations").get("helm.sh/hook")
        return tuple(part.strip() for part in annotation.split(",")) if isinstance(annotation, str) else ()

    @property
    def hook_weight(self) -> int:
        """Its place among the hooks of the same event; lower runs earlier."""
        weight = mapping(self.body, "metadata.annotations").get("helm.sh/hook-weight")
        return int(weight) if isinstance(weight, str) and weight.lstrip("-").isdigit() else 0

    @property
    def is_test(self) -> bool:
        """Whether only ``helm test`` would create it."""
        return bool(self.hooks) and all(hook.startswith("test") for hook in self.hooks)

    @property
    def is_dormant(self) -> bool:
        """Whether it comes into being only with a test or when the release goes."""
        return bool(self.hooks) and all(hook.startswith("test") or hook.endswith("-delete") for hook in self.hooks)

    @cached_property
    def pods(self) -> PodTemplate | None:
        """The pods it makes, if it makes any."""
        path = _POD_TEMPLATES.get(self.kind)
        if path is None:
            return None
        body = self.body if path == "" else at(self.body, path)
        return PodTemplate(path, body) if isinstance(body, dict) else None

    def diagnostic(self, path: str, reason: str, fix: str = "") -> ObjectDiagnostic:
        """Say that the API server or a controller would refuse this object."""
        return ObjectDiagnostic(self.subject, path, reason, fix)

    def note(self, path: str, reason: str, fix: str = "") -> ObjectDiagnostic:
        """Say what is odd about this object without refusing it."""
        return ObjectDiagnostic(self.subject, path, reason, fix, refused=False)


def mapping(properties: Mapping[str, Value], path: str) -> Properties:
    """Look up an object; empty when it is absent, unknown or something else."""
    value = at(properties, path)
    return value if isinstance(value, dict) else {}


def strings(value: Value) -> Iterator[tuple[str, str]]:
    """Give every string of a nested value with its path."""
    if isinstance(value, str):
        yield "", value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from ((join(key, path), found) for path, found in strings(below))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from ((join(f"[{index}]", path), found) for path, found in strings(below))


def join(head: str, tail: str) -> str:
    """Join two parts of a path; list indexes take no dot."""
    if not head or not tail:
        return head or tail
    return f"{head}{tail}" if tail.startswith("[") else f"{head}.{tail}"


def has_unknown(value: Value) -> bool:
    """Tell whether anything in a nested value is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(below) for below in value.values())
    if isinstance(value, list):
        return any(has_unknown(below) for below in value)
    return value is UNKNOWN


def selects(selector: Properties, labels: Mapping[str, Value]) -> bool:
    """Apply a label selector (``matchLabels``, ``matchExpressions``); what is not known yet counts as a match."""
    wanted = mapping(selector, "matchLabels")
    if any(known(value) and known(labels.get(key, "")) and labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(expression, labels) for expression in dictionaries(selector, "matchExpressions"))


def _expression(expression: Properties, labels: Mapping[str, Value]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    values = at(expression, "values")
    if key is None or operator is None or labels.get(key) is UNKNOWN or values is UNKNOWN:
        return True
    allowed = values if isinstance(values, list) else []
    verdicts = {
        "In": labels.get(key) in allowed,
        "NotIn": labels.get(key) not in allowed,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return verdicts.get(operator, True)


def find(objects: Iterable[KubernetesObject], kind: str, namespace: str, name: str) -> KubernetesObject | None:
    """Find an object by kind, namespace and name."""
    for candidate in objects:
        if candidate.kind == kind and candidate.name == name and candidate.namespace == namespace:
            return candidate
    return None
