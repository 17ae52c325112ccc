"""Rules over the pods and jobs of releases: their account, their images, their room, their number."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, low, medium
from policies.credentials import holds_credential, is_secret
from policies.images import registry
from policies.parameters import Parameter
from policies.pods import LASTING, WITH_PODS, containers, security, spec_of
from policies.rule import PRODUCTION, Level, object_rule, release_rule
from policies.view import MISSING, UNKNOWN, Resource

_SAFE_SYSCTLS: Final = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
)
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/, baseline."""
REGISTRIES: Parameter[tuple[str, ...]] = Parameter(
    "pod-image-of-known-registry",
    "registries",
    ("docker.io", "public.ecr.aws", "amazonaws.com", "ghcr.io", "quay.io", "registry.k8s.io", "gcr.io", "pkg.dev"),
    "ends of the host names of registries that images may come from",
)


@object_rule(
    "pod-containers-apart",
    "Containers of a pod do not see each other's processes",
    *WITH_PODS,
    about=medium(
        "What runs beside the program reads its memory, and the secrets in it.",
        "Leave shareProcessNamespace out.",
    ),
)
def pod_containers_apart(found: Resource) -> Iterator[str]:
    if found.value(f"{spec_of(found)}.shareProcessNamespace") is True:
        yield "shareProcessNamespace is on; leave it out"


@object_rule(
    "pod-image-of-known-registry",
    "Images come from registries that somebody decided on",
    *WITH_PODS,
    level=Level.ADVISORY,
    about=medium(
        "A stranger's program runs, or one that a stranger can replace.",
        "Use the platform's registry, or list the registry in the rule's parameter registries.",
    ),
)
def pod_image_of_known_registry(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        host = registry(found.value(f"{path}.image"))
        if host and not host.endswith(REGISTRIES.value):
            yield f"container {name} comes from {host}; use a registry that is listed"


@object_rule(
    "pod-own-account",
    "Pods run under a service account of their own",
    *WITH_PODS,
    about=medium(
        "Rights that are given to one program are everybody's in the namespace.",
        "Name an account in serviceAccountName.",
        "CKV_K8S_41",
        "CIS EKS 4.1.5",
    ),
)
def pod_own_account(found: Resource) -> Iterator[str]:
    if found.value(f"{spec_of(found)}.serviceAccountName") in (MISSING, "default"):
        yield "it runs under the default account; name one of its own"


@object_rule(
    "pod-kernel-settings-safe",
    "Pods change no setting of the kernel that others share",
    *WITH_PODS,
    about=high(
        "One pod changes the network or the memory of the whole node.",
        "Leave sysctls out, but for those of the Pod Security Standards' baseline.",
    ),
)
def pod_kernel_settings_safe(found: Resource) -> Iterator[str]:
    for place in found.places(f"{spec_of(found)}.securityContext.sysctls"):
        name = found.value(f"{place}.name")
        if isinstance(name, str) and name not in _SAFE_SYSCTLS:
            yield f"sysctl {name} is the node's too; leave it out"


@object_rule(
    "pod-proc-masked",
    "Containers see /proc as the runtime shows it",
    *WITH_PODS,
    about=high(
        "The container changes the node's kernel through /proc.",
        "Leave procMount at Default.",
    ),
)
def pod_proc_masked(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if security(found, path, "procMount") == "Unmasked":
            yield f"container {name}: procMount is Unmasked; leave it out"


@object_rule(
    "scratch-bounded",
    "A folder for scratch has a bound",
    *WITH_PODS,
    about=medium(
        "One pod fills its node's disk, and the pods beside it are ended.",
        "State sizeLimit in emptyDir.",
    ),
)
def scratch_bounded(found: Resource) -> Iterator[str]:
    for volume in found.places(f"{spec_of(found)}.volumes"):
        stated = found.value(f"{volume}.emptyDir")
        if stated not in (MISSING, UNKNOWN) and not found.has(f"{volume}.emptyDir.sizeLimit"):
            yield f"volume {found.value(f'{volume}.name')} has no sizeLimit; state one"


@object_rule(
    "job-one-at-a-time",
    "A scheduled job does not pile up",
    "CronJob",
    about=low(
        "Runs that hang stand beside each other until the namespace is full.",
        "Set concurrencyPolicy to Forbid or Replace, or activeDeadlineSeconds of the job.",
    ),
)
def job_one_at_a_time(job: Resource) -> Iterator[str]:
    bounded = job.has("spec.jobTemplate.spec.activeDeadlineSeconds")
    if job.value("spec.concurrencyPolicy") in (MISSING, "Allow") and not bounded:
        yield "runs pile up where one hangs; set concurrencyPolicy to Forbid"


@object_rule(
    "config-no-secrets",
    "A ConfigMap holds no credential",
    "ConfigMap",
    about=high(
        "Whoever may read the namespace's objects reads it.",
        "Keep it in Secrets Manager, and let an ExternalSecret fetch it.",
    ),
)
def config_no_secrets(found: Resource) -> Iterator[str]:
    for name, value in found.properties_at("data").items():
        whole_file = isinstance(value, str) and "\n" in value
        if isinstance(value, str) and (holds_credential(value) if whole_file else is_secret(name, value)):
            yield f"{name} holds a credential; take it from an ExternalSecret"


def _fewest(found: Resource, objects: Sequence[Resource]) -> int | None:
    """How many pods there are at least, by the object itself or by what scales it; None where nothing says so."""
    for scaler in objects:
        target = scaler.value("spec.scaleTargetRef.name"), scaler.value("spec.scaleTargetRef.kind")
        if scaler.type == "HorizontalPodAutoscaler" and target == (found.name, found.type):
            least = scaler.value("spec.minReplicas")
            return int(least) if isinstance(least, int | float) else None
    replicas = found.value("spec.replicas")
    return int(replicas) if isinstance(replicas, int | float) else None


@release_rule(
    "pods-apart-when-scaled",
    "In production pods that are scaled do not share one node or zone",
    environments=PRODUCTION,
    about=medium(
        "One node that fails takes every pod with it.",
        "State topologySpreadConstraints or podAntiAffinity.",
    ),
)
def pods_apart_when_scaled(objects: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """What states its replicas itself is judged by pod-spread."""
    for found in objects:
        if found.type not in LASTING or found.has("spec.replicas"):
            continue
        spec = spec_of(found)
        apart = found.has(f"{spec}.topologySpreadConstraints") or found.has(f"{spec}.affinity.podAntiAffinity")
        if (_fewest(found, objects) or 0) > 1 and not apart:
            yield found, "nothing keeps its pods apart; state topologySpreadConstraints"


@object_rule(
    "scaled-from-two",
    "In production what is scaled never goes down to one pod",
    "HorizontalPodAutoscaler",
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "A node that is upgraded takes the only pod away.",
        "Set minReplicas to 2 or more.",
    ),
)
def scaled_from_two(scaler: Resource) -> Iterator[str]:
    least = scaler.value("spec.minReplicas")
    if least is MISSING or (isinstance(least, int | float) and least < 2):  # noqa: PLR2004 -- the rule's name
        yield "minReplicas is less than 2; set 2 or more"


@object_rule(
    "budget-lets-pods-go",
    "A disruption budget lets a pod go",
    "PodDisruptionBudget",
    about=medium(
        "No node can be drained, and no cluster upgraded.",
        "Set maxUnavailable to 1 or more.",
    ),
)
def budget_lets_pods_go(budget: Resource) -> Iterator[str]:
    if budget.value("spec.maxUnavailable") in (0, "0", "0%") or budget.value("spec.minAvailable") == "100%":
        yield "no pod may ever go; set maxUnavailable to 1"


RULES = (
    pod_containers_apart,
    pod_image_of_known_registry,
    pod_own_account,
    pod_kernel_settings_safe,
    pod_proc_masked,
    scratch_bounded,
    job_one_at_a_time,
    config_no_secrets,
    pods_apart_when_scaled,
    scaled_from_two,
    budget_lets_pods_go,
)
