"""Rules over how a product runs on the cluster: versions, room, health, and what survives the loss of a node."""

from collections.abc import Iterator, Sequence

from policies.about import high, medium
from policies.credentials import is_secret
from policies.images import unpinned
from policies.pods import LASTING, WITH_PODS, containers, labels, spec_of
from policies.rule import PRODUCTION, Level, object_rule, release_rule
from policies.view import UNKNOWN, Absent, Resource

_ROOM = ("requests.cpu", "requests.memory", "limits.memory")


@object_rule(
    "pod-image-pinned",
    "Pods name the version of their images",
    *WITH_PODS,
    about=medium(
        "The next start runs what nobody tested.",
        "Name a tag that does not move, or a digest.",
        "CKV_K8S_14",
    ),
)
def pod_image_pinned(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if unpinned(found.value(f"{path}.image")):
            yield f"container {name} runs an image without a version; name a tag or a digest"


@object_rule(
    "pod-room-stated",
    "Containers say what they need, and where their memory ends",
    *WITH_PODS,
    about=medium(
        "One pod takes the node's memory, and others are ended for it.",
        "State requests for CPU and memory, and a limit for memory.",
        "CKV_K8S_10",
        "CKV_K8S_12",
        "CKV_K8S_13",
    ),
)
def pod_room_stated(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        missing = [each for each in _ROOM if not found.has(f"{path}.resources.{each}")]
        if missing:
            yield f"container {name} states no {', '.join(missing)}; state them"


@object_rule(
    "pod-no-plain-secrets",
    "A pod's variables hold no secret",
    *WITH_PODS,
    about=high(
        "Whoever may read the object, or the release's history, reads the secret.",
        "Keep it in Secrets Manager, and let an ExternalSecret fetch it.",
        "CIS EKS 4.4.2",
    ),
)
def pod_no_plain_secrets(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        for variable in found.places(f"{path}.env"):
            called = str(found.value(f"{variable}.name"))
            if is_secret(called, found.value(f"{variable}.value")):
                yield f"container {name}: variable {called} holds a secret; take it from an ExternalSecret"


@object_rule(
    "pod-probed",
    "Pods that last say when they are ready and when they hang",
    *LASTING,
    level=Level.ADVISORY,
    about=medium(
        "Requests reach a pod that cannot answer, and one that hangs is never replaced.",
        "State a readiness and a liveness probe.",
        "CKV_K8S_8",
        "CKV_K8S_9",
    ),
)
def pod_probed(found: Resource) -> Iterator[str]:
    """Of several containers one answers for the pod: the others serve it."""
    paths = [path for path, _ in containers(found, started_first=False)]
    for probe in ("readinessProbe", "livenessProbe"):
        if paths and not any(found.has(f"{path}.{probe}") for path in paths):
            yield f"no container has a {probe}; state one"


def _replicas(found: Resource) -> int:
    """Give how many pods there are at least, as far as the object says."""
    replicas = found.value("spec.replicas")
    return replicas if isinstance(replicas, int) else 0


@object_rule(
    "pod-spread",
    "In production the pods of a service do not share one node or zone",
    *LASTING,
    environments=PRODUCTION,
    about=medium(
        "One node that fails takes every pod with it.",
        "State topologySpreadConstraints or podAntiAffinity.",
    ),
)
def pod_spread(found: Resource) -> Iterator[str]:
    spec = spec_of(found)
    spread = found.has(f"{spec}.topologySpreadConstraints") or found.has(f"{spec}.affinity.podAntiAffinity")
    if _replicas(found) > 1 and not spread:
        yield "nothing keeps its pods apart; state topologySpreadConstraints"


@release_rule(
    "pod-disruption-budget",
    "In production a service's pods are not all taken away at once",
    environments=PRODUCTION,
    about=medium(
        "A node group's upgrade drains every pod of a service together.",
        "Add a PodDisruptionBudget that selects its pods.",
    ),
)
def pod_disruption_budget(objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    budgets = [each for each in objects if each.type == "PodDisruptionBudget"]
    for found in objects:
        if found.type in LASTING and _replicas(found) > 1 and not any(_selects(each, found) for each in budgets):
            yield found, "no PodDisruptionBudget selects its pods; add one"


def _selects(budget: Resource, found: Resource) -> bool:
    path = "spec.selector.matchLabels"
    stated = labels(found)
    if stated is None:
        return True
    wanted = budget.properties_at(path)
    return UNKNOWN in wanted.values() or all(stated.get(name) in (value, UNKNOWN) for name, value in wanted.items())


@release_rule(
    "pod-token-needed",
    "Only a pod that talks to the Kubernetes API holds a token for it",
    about=medium(
        "Who breaks into the pod speaks to the API in its name.",
        "Set automountServiceAccountToken to false, or bind a role to the pod's account.",
        "CKV_K8S_38",
        "CIS EKS 4.1.6",
    ),
)
def pod_token_needed(objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """An account that a role of the same release is bound to has need of its token."""
    accounts = {each.name: each for each in objects if each.type == "ServiceAccount"}
    bound = {
        each.value(f"{subject}.name")
        for each in objects
        if each.type in ("RoleBinding", "ClusterRoleBinding")
        for subject in each.places("subjects")
    }
    for found in objects:
        if found.type not in WITH_PODS or bound & {_account(found), UNKNOWN}:
            continue
        account = accounts.get(str(_account(found)))
        if not _kept_away(found, spec_of(found), account):
            yield (
                found,
                "a token is mounted and no role is bound to its account; set automountServiceAccountToken: false",
            )


def _account(found: Resource) -> object:
    account = found.value(f"{spec_of(found)}.serviceAccountName")
    return account if not isinstance(account, Absent) or account is UNKNOWN else "default"


def _kept_away(found: Resource, spec: str, account: Resource | None) -> bool:
    """Whether no token is mounted: what the pod says stands before what its account says."""
    key = "automountServiceAccountToken"
    if found.has(f"{spec}.{key}"):
        return found.is_set(f"{spec}.{key}", wanted=False)
    return account is not None and account.is_set(key, wanted=False)


RULES = (
    pod_image_pinned,
    pod_room_stated,
    pod_no_plain_secrets,
    pod_probed,
    pod_spread,
    pod_disruption_budget,
    pod_token_needed,
)
