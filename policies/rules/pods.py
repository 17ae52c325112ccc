"""Rules over the pods of releases: what they may do on their node."""

from collections.abc import Iterator

from policies.about import critical, high, medium
from policies.pods import WITH_PODS, containers, security, spec_of
from policies.rule import Level, object_rule
from policies.view import UNKNOWN, Resource


@object_rule(
    "pod-not-privileged",
    "No container is privileged",
    *WITH_PODS,
    about=critical(
        "Whoever takes over the container takes over the node, and the pods beside it.",
        "Leave securityContext.privileged off.",
        "CKV_K8S_16",
        "CIS EKS 4.2.1",
    ),
)
def pod_not_privileged(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if found.value(f"{path}.securityContext.privileged") is True:
            yield f"container {name} is privileged; switch it off"


@object_rule(
    "pod-not-root",
    "No container runs as root",
    *WITH_PODS,
    about=high(
        "A flaw of the kernel or the runtime makes root of the container root of the node.",
        "Set runAsNonRoot, and runAsUser to another user than 0.",
        "CKV_K8S_23",
    ),
)
def pod_not_root(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if security(found, path, "runAsNonRoot") not in (True, UNKNOWN) or security(found, path, "runAsUser") == 0:
            yield f"container {name} may run as root; set runAsNonRoot, and a runAsUser other than 0"


@object_rule(
    "pod-no-escalation",
    "No container gains rights that it did not start with",
    *WITH_PODS,
    about=high(
        "A program with the setuid bit makes root of an ordinary user.",
        "Set allowPrivilegeEscalation to false.",
        "CKV_K8S_20",
        "CIS EKS 4.2.5",
    ),
)
def pod_no_escalation(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if not found.is_set(f"{path}.securityContext.allowPrivilegeEscalation", wanted=False):
            yield f"container {name}: allowPrivilegeEscalation is not false; set it"


@object_rule(
    "pod-no-capabilities",
    "Containers have none of root's capabilities",
    *WITH_PODS,
    about=high(
        "With one of them a container reads the network, or leaves its own.",
        "Drop ALL, and add none.",
        "CKV_K8S_25",
        "CKV_K8S_28",
        "CKV_K8S_37",
    ),
)
def pod_no_capabilities(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        capabilities = f"{path}.securityContext.capabilities"
        if found.places(f"{capabilities}.add"):
            yield f"container {name} adds capabilities; add none"
        elif found.lacks(f"{capabilities}.drop", "ALL"):
            yield f"container {name} drops not all capabilities; drop ALL"


@object_rule(
    "pod-root-read-only",
    "No container writes where its image lies",
    *WITH_PODS,
    level=Level.ADVISORY,
    about=medium(
        "Who breaks in leaves a program behind.",
        "Set readOnlyRootFilesystem, and mount an emptyDir where something has to be written.",
        "CKV_K8S_22",
    ),
)
def pod_root_read_only(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if not found.is_set(f"{path}.securityContext.readOnlyRootFilesystem"):
            yield f"container {name}: readOnlyRootFilesystem is off; switch it on"


@object_rule(
    "pod-system-calls-confined",
    "Containers make the system calls of the runtime's list alone",
    *WITH_PODS,
    about=medium(
        "A flaw in a rare system call of the kernel lets a container out.",
        "Set seccompProfile.type to RuntimeDefault.",
        "CKV_K8S_31",
    ),
)
def pod_system_calls_confined(found: Resource) -> Iterator[str]:
    for path, name in containers(found):
        if security(found, path, "seccompProfile.type") not in ("RuntimeDefault", "Localhost", UNKNOWN):
            yield f"container {name} has no seccompProfile; set RuntimeDefault"


@object_rule(
    "pod-no-host-paths",
    "No pod sees its node's files",
    *WITH_PODS,
    about=high(
        "The pod reads the credentials of the node and of the pods beside it.",
        "Mount a claim or an emptyDir in place of hostPath.",
    ),
)
def pod_no_host_paths(found: Resource) -> Iterator[str]:
    for volume in found.places(f"{spec_of(found)}.volumes"):
        if isinstance(found.value(f"{volume}.hostPath.path"), str):
            yield f"volume {found.value(f'{volume}.name')} is a hostPath; mount a claim or an emptyDir"


@object_rule(
    "pod-own-network",
    "Pods have a network of their own",
    *WITH_PODS,
    about=high(
        "Network policies do not hold for the pod, and it reaches the node's metadata.",
        "Leave hostNetwork and hostPort out.",
        "CKV_K8S_19",
        "CKV_K8S_26",
        "CIS EKS 4.2.4",
    ),
)
def pod_own_network(found: Resource) -> Iterator[str]:
    if found.value(f"{spec_of(found)}.hostNetwork") is True:
        yield "hostNetwork is on; leave it out"
    for path, name in containers(found):
        ports = (found.value(f"{port}.hostPort") for port in found.places(f"{path}.ports"))
        if any(isinstance(port, int) for port in ports):
            yield f"container {name} takes a port of its node; leave hostPort out"


@object_rule(
    "pod-own-processes",
    "Pods see no process and no memory of their node",
    *WITH_PODS,
    about=high(
        "The pod reads the memory of others, and ends them.",
        "Leave hostPID and hostIPC out.",
        "CKV_K8S_17",
        "CKV_K8S_18",
        "CIS EKS 4.2.2",
        "CIS EKS 4.2.3",
    ),
)
def pod_own_processes(found: Resource) -> Iterator[str]:
    for key in ("hostPID", "hostIPC"):
        if found.value(f"{spec_of(found)}.{key}") is True:
            yield f"{key} is on; leave it out"


RULES = (
    pod_not_privileged,
    pod_not_root,
    pod_no_escalation,
    pod_no_capabilities,
    pod_root_read_only,
    pod_system_calls_confined,
    pod_no_host_paths,
    pod_own_network,
    pod_own_processes,
)
