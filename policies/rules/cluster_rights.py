"""Rules over rights inside the cluster that lead to others, and over what stands open there."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import critical, high, medium
from policies.rule import object_rule, release_rule
from policies.view import UNKNOWN, Resource

_ROLES: Final = ("Role", "ClusterRole")
_WRITES: Final = ("create", "update", "patch", "*")
_PODS: Final = ("pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs")
_ENTERS: Final = ("pods/exec", "pods/attach", "pods/portforward", "nodes/proxy", "pods/ephemeralcontainers")


def _allowed(role: Resource, verbs: Sequence[str], resources: Sequence[str]) -> Iterator[str]:
    """Yield a rule's path and the first of these resources that it lets these verbs do."""
    for rule in role.places("rules"):
        named = [each for each in resources if each in role.items(f"{rule}.resources")]
        if named and set(verbs) & set(role.items(f"{rule}.verbs")):
            yield f"{rule} allows {named[0]}"


@object_rule(
    "role-no-new-pods",
    "No role lets its holder start pods",
    *_ROLES,
    about=high(
        "A pod takes any account and any secret of the namespace.",
        "Leave create of pods and of what makes them out.",
        "CIS EKS 4.1.4",
    ),
)
def role_no_new_pods(role: Resource) -> Iterator[str]:
    for found in _allowed(role, ("create", "*"), _PODS):
        yield f"{found} to be created, with any account; leave it out"


@object_rule(
    "role-no-entering-pods",
    "No role lets its holder enter pods",
    *_ROLES,
    about=high(
        "Who breaks into one pod reads the memory and secrets of all others.",
        "Leave pods/exec, pods/attach and nodes/proxy out.",
        "CKV2_K8S_2",
    ),
)
def role_no_entering_pods(role: Resource) -> Iterator[str]:
    for found in _allowed(role, ("create", "get", "*"), _ENTERS):
        yield f"{found}, and so every pod to be entered; leave it out"


@object_rule(
    "role-no-webhooks",
    "No role lets its holder change admission",
    *_ROLES,
    about=critical(
        "Its holder reads and changes every object that anybody makes.",
        "Leave webhook configurations and admission policies out.",
        "CKV_K8S_155",
    ),
)
def role_no_webhooks(role: Resource) -> Iterator[str]:
    hooks = ("mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies")
    for found in _allowed(role, _WRITES, hooks):
        yield f"{found} to be changed; leave it out"


@object_rule(
    "role-no-tokens",
    "No role lets its holder make tokens or certificates",
    *_ROLES,
    about=critical(
        "Its holder becomes any account of the cluster.",
        "Leave serviceaccounts/token and the approval of signing requests out.",
        "CKV_K8S_156",
    ),
)
def role_no_tokens(role: Resource) -> Iterator[str]:
    made = ("serviceaccounts/token", "certificatesigningrequests/approval")
    for found in _allowed(role, _WRITES, made):
        yield f"{found}, which is another identity; leave it out"


@object_rule(
    "role-no-volumes",
    "No role lets its holder make volumes by hand",
    *_ROLES,
    about=high(
        "A volume of the kind hostPath is any folder of any node.",
        "Leave create of persistentvolumes out; claims are enough.",
    ),
)
def role_no_volumes(role: Resource) -> Iterator[str]:
    for found in _allowed(role, ("create", "*"), ("persistentvolumes",)):
        yield f"{found} to be created; claims are enough"


@object_rule(
    "namespace-holds-standard",
    "A namespace refuses pods below the Pod Security Standards",
    "Namespace",
    about=medium(
        "The next chart brings a privileged pod, and nothing refuses it.",
        "Set the label pod-security.kubernetes.io/enforce to baseline or restricted.",
    ),
)
def namespace_holds_standard(namespace: Resource) -> Iterator[str]:
    """A namespace whose pods own the node, such as a mesh's, says privileged where everybody sees it."""
    stated = namespace.properties_at("metadata.labels")
    unknown = UNKNOWN in (namespace.value("metadata.labels"), namespace.value("metadata"))
    if not unknown and "pod-security.kubernetes.io/enforce" not in stated:
        yield "the label pod-security.kubernetes.io/enforce is not set; set restricted"


@release_rule(
    "namespace-closed-at-first",
    "In a release's own namespace nothing is connected that no policy names",
    about=high(
        "Who breaks into one pod reaches all others.",
        "Add a NetworkPolicy with an empty podSelector and no rules.",
        "CKV2_K8S_6",
        "CIS EKS 4.3.2",
    ),
)
def namespace_closed_at_first(objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    policies = [each for each in objects if each.type == "NetworkPolicy"]
    for namespace in objects:
        if namespace.type != "Namespace" or not policies:
            continue
        if not any(_closes(policy, namespace.name) for policy in policies):
            yield namespace, "no NetworkPolicy selects every pod and allows nothing; add one"


def _closes(policy: Resource, namespace: str) -> bool:
    spec, pods = policy.value("spec"), policy.value("spec.podSelector")
    here = policy.value("metadata.namespace") in (namespace, UNKNOWN)
    if here and UNKNOWN in (spec, pods):
        return True
    allows = policy.places("spec.ingress") or policy.places("spec.egress")
    return here and policy.names("spec.podSelector") == [] and not allows


@object_rule(
    "service-no-outside-addresses",
    "A service takes no address of its own choice",
    "Service",
    about=high(
        "It takes traffic that is meant for somebody else (CVE-2020-8554).",
        "Leave externalIPs out.",
    ),
)
def service_no_outside_addresses(service: Resource) -> Iterator[str]:
    if service.items("spec.externalIPs"):
        yield "externalIPs is set; leave it out"


@object_rule(
    "entry-through-platform",
    "Requests enter through the platform's load balancer alone",
    "Ingress",
    "Gateway",
    about=medium(
        "A second load balancer stands on the internet, without firewall and limits.",
        "Expose the service in the workload file.",
    ),
)
def entry_through_platform(entry: Resource) -> Iterator[str]:
    yield f"{entry.type} {entry.name} makes an entry of its own; expose the service in the workload file"


@object_rule(
    "secret-refreshed",
    "A secret that was changed arrives in the cluster",
    "ExternalSecret",
    about=medium(
        "After the next rotation the pods hold a password that is no longer taken.",
        "State a refreshInterval of an hour or less.",
    ),
)
def secret_refreshed(secret: Resource) -> Iterator[str]:
    if secret.value("spec.refreshInterval") in ("0", "0s", "0h", 0):
        yield "refreshInterval is 0, so that it is fetched once; state 1h"


@object_rule(
    "volume-class-encrypted",
    "Volumes that pods claim are encrypted",
    "StorageClass",
    about=high(
        "Whoever gets hold of a volume or its snapshot reads it.",
        "Set the parameter encrypted to true, and kmsKeyId.",
        "CKV_AWS_3",
    ),
)
def volume_class_encrypted(found: Resource) -> Iterator[str]:
    ours = found.value("provisioner") == "ebs.csi.aws.com"
    if ours and found.value("parameters.encrypted") not in ("true", UNKNOWN):
        yield "parameters.encrypted is not true; set it"


@object_rule(
    "node-class-metadata-v2",
    "Karpenter's nodes answer metadata requests only with a token and only to themselves",
    "EC2NodeClass",
    about=high(
        "A pod takes the node's credentials.",
        "Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1.",
        "CKV_AWS_341",
    ),
)
def node_class_metadata_v2(found: Resource) -> Iterator[str]:
    tokens = found.is_set("spec.metadataOptions.httpTokens", "required")
    if not tokens or not found.is_set("spec.metadataOptions.httpPutResponseHopLimit", 1):
        yield "metadataOptions must be httpTokens: required, httpPutResponseHopLimit: 1"


@object_rule(
    "node-class-disk-encrypted",
    "Karpenter's nodes have encrypted disks",
    "EC2NodeClass",
    about=medium(
        "Whoever gets hold of a disk or its snapshot reads it.",
        "Set ebs.encrypted in each of blockDeviceMappings.",
    ),
)
def node_class_disk_encrypted(found: Resource) -> Iterator[str]:
    for disk in found.places("spec.blockDeviceMappings"):
        if not found.is_set(f"{disk}.ebs.encrypted"):
            yield f"{disk}.ebs.encrypted is off; switch it on"


@object_rule(
    "node-pool-bounded",
    "Karpenter starts no more machines than somebody decided on",
    "NodePool",
    about=medium(
        "A fault, or an attack, that asks for pods is paid for without end.",
        "State limits.cpu and limits.memory.",
    ),
)
def node_pool_bounded(pool: Resource) -> Iterator[str]:
    if not pool.has("spec.limits.cpu") and not pool.has("spec.limits.memory"):
        yield "limits is not set; state cpu and memory"


RULES = (
    role_no_new_pods,
    role_no_entering_pods,
    role_no_webhooks,
    role_no_tokens,
    role_no_volumes,
    namespace_holds_standard,
    namespace_closed_at_first,
    service_no_outside_addresses,
    entry_through_platform,
    secret_refreshed,
    volume_class_encrypted,
    node_class_metadata_v2,
    node_class_disk_encrypted,
    node_pool_bounded,
)
