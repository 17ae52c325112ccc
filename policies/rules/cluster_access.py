"""Rules over who reaches what inside the cluster: roles, bindings, services, network policies, secrets."""

from collections.abc import Iterator

from policies.about import critical, high, medium
from policies.rule import object_rule
from policies.view import UNKNOWN, Resource

_ROLES = ("Role", "ClusterRole")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_READS = ("get", "list", "watch")
_EVERYBODY = ("system:authenticated", "system:unauthenticated", "system:anonymous", "system:serviceaccounts")


@object_rule(
    "role-no-wildcards",
    "A role names verbs, resources and groups",
    *_ROLES,
    about=high(
        "What is installed tomorrow is allowed without anybody's decision.",
        "Name the verbs, resources and groups that are used.",
        "CKV_K8S_49",
        "CIS EKS 4.1.3",
    ),
)
def role_no_wildcards(role: Resource) -> Iterator[str]:
    for rule in role.places("rules"):
        found = [key for key in ("verbs", "resources", "apiGroups") if "*" in role.items(f"{rule}.{key}")]
        if found:
            yield f"{rule} has * in {', '.join(found)}; name what is used"


@object_rule(
    "role-no-rights-over-rights",
    "No role lets its holder raise its own rights",
    *_ROLES,
    about=critical(
        "Who breaks into one pod becomes the cluster's administrator.",
        "Leave the verbs bind, escalate and impersonate out.",
        "CKV_K8S_157",
        "CKV_K8S_158",
        "CIS EKS 4.1.8",
    ),
)
def role_no_rights_over_rights(role: Resource) -> Iterator[str]:
    for rule in role.places("rules"):
        found = {"bind", "escalate", "impersonate"} & set(role.items(f"{rule}.verbs"))
        if found:
            yield f"{rule} allows {', '.join(sorted(found))}; leave it out"


@object_rule(
    "role-secrets-named",
    "A role that reads secrets names them",
    *_ROLES,
    about=high(
        "Who breaks into one pod reads the secrets of all others.",
        "Name the secrets in resourceNames.",
        "CKV2_K8S_5",
        "CIS EKS 4.1.2",
    ),
)
def role_secrets_named(role: Resource) -> Iterator[str]:
    for rule in role.places("rules"):
        reads = {*_READS, "*"} & set(role.items(f"{rule}.verbs"))
        if reads and "secrets" in role.items(f"{rule}.resources") and not role.has(f"{rule}.resourceNames"):
            yield f"{rule} reads every secret; name them in resourceNames"


@object_rule(
    "binding-not-administrator",
    "No account of a release is the cluster's administrator",
    *_BINDINGS,
    about=critical(
        "Who breaks into one pod owns the cluster.",
        "Bind a role that names what is used.",
        "CIS EKS 4.1.1",
    ),
)
def binding_not_administrator(binding: Resource) -> Iterator[str]:
    if binding.value("roleRef.name") == "cluster-admin":
        yield "cluster-admin is bound; bind a role that names what is used"


@object_rule(
    "binding-not-everybody",
    "A role is bound to accounts and groups that are meant",
    *_BINDINGS,
    about=critical(
        "Every pod and every person who reaches the API gets the role.",
        "Name the account or the group.",
    ),
)
def binding_not_everybody(binding: Resource) -> Iterator[str]:
    for subject in binding.places("subjects"):
        name = binding.value(f"{subject}.name")
        if name in _EVERYBODY:
            yield f"{name} is everybody; name the account or the group"


@object_rule(
    "service-inside",
    "A service is reached through the platform's load balancer",
    "Service",
    about=medium(
        "A way in stands open that no firewall, certificate or log knows of.",
        "Leave the type ClusterIP, and expose the port in the workload file.",
    ),
)
def service_inside(service: Resource) -> Iterator[str]:
    kind = service.value("spec.type")
    if kind in ("NodePort", "LoadBalancer"):
        yield f"its type is {kind}; use ClusterIP behind the platform's load balancer"


@object_rule(
    "network-policy-not-open",
    "No network policy lets everything in, or anything out to anywhere on any port",
    "NetworkPolicy",
    about=high(
        "The policy is there and forbids nothing.",
        "Name peers, ports, or both, in each rule.",
        "CIS EKS 4.3.2",
    ),
)
def network_policy_not_open(policy: Resource) -> Iterator[str]:
    for side, peers in (("ingress", "from"), ("egress", "to")):
        for rule in policy.places(f"spec.{side}"):
            if policy.value(rule) is UNKNOWN or policy.has(f"{rule}.ports"):
                continue
            if not policy.has(f"{rule}.{peers}") or any(
                _anybody(policy, each) for each in policy.places(f"{rule}.{peers}")
            ):
                yield f"{rule.removeprefix('spec.')} allows every peer on every port; name peers or ports"


def _anybody(policy: Resource, peer: str) -> bool:
    return policy.value(f"{peer}.ipBlock.cidr") in ("0.0.0.0/0", "::/0") and not policy.has(f"{peer}.ipBlock.except")


@object_rule(
    "release-no-secrets",
    "A release brings no secret of its own",
    "Secret",
    about=high(
        "The secret stands in clear in the release's history and in the state.",
        "Keep it in Secrets Manager, and let an ExternalSecret fetch it.",
        "CIS EKS 4.4.2",
    ),
)
def release_no_secrets(secret: Resource) -> Iterator[str]:
    held = [*secret.names("data"), *secret.names("stringData")]
    if held:
        yield f"it holds {', '.join(held)}; let an ExternalSecret fetch it"


@object_rule(
    "object-not-in-default-namespace",
    "Nothing runs in the default namespace",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Pod",
    "Service",
    about=medium(
        "No policy, quota or right of the product's namespace holds there.",
        "Name the product's namespace.",
        "CKV_K8S_21",
        "CIS EKS 4.5.2",
    ),
)
def object_not_in_default_namespace(found: Resource) -> Iterator[str]:
    if found.value("metadata.namespace") == "default":
        yield "it is made in the default namespace; name the product's"


RULES = (
    role_no_wildcards,
    role_no_rights_over_rights,
    role_secrets_named,
    binding_not_administrator,
    binding_not_everybody,
    service_inside,
    network_policy_not_open,
    release_no_secrets,
    object_not_in_default_namespace,
)
