"""Pods: their containers together, scheduling, names, DNS.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
"""

from collections.abc import Sequence
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.metadata import at_least, formed, needed, one_of, operands, unique
from offline_cloud.kubernetes.typed import Node, at_key

_ONLY_LASTING: Final = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
_SYSTEMS: Final = ("linux", "windows")
_GRACE: Final = 30
"""Seconds a pod has to end unless stated."""
_NAMESERVERS, _SEARCHES, _HIGHEST = 3, 32, 2**31 - 1


@rule("core.v1.PodSpec")
def names(node: Node) -> Faults:
    """Containers and volumes have a name each, and what is mounted is there."""
    body = node.body
    if not body.get("containers"):
        yield Fault("containers", "a pod needs at least one container")
    seen: set[str] = set()
    for group in ("initContainers", "containers"):
        for index, container in enumerate(objects(body, group)):
            name = text(container, "name")
            if name is not None and name in seen:
                yield Fault(f"{group}[{index}].name", f"two containers are called {name!r}", "give each its own name")
            seen.add(name or "")
    yield from unique("volumes", "volume name", [at(volume, "name") for volume in objects(body, "volumes")])


@rule("core.v1.Pod")
def bare(node: Node) -> Faults:
    """A pod mounts volumes that it has."""
    yield from mounted("spec", mapping(node.body, "spec"))


@rule("apps.v1.DeploymentSpec", "apps.v1.DaemonSetSpec", "apps.v1.ReplicaSetSpec", "batch.v1.JobSpec")
def templated(node: Node) -> Faults:
    """So do pods that are made from a template."""
    yield from mounted("template.spec", mapping(node.body, "template.spec"))


@rule("apps.v1.StatefulSetSpec")
def claimed(node: Node) -> Faults:
    """A StatefulSet's pods have a volume of each claim as well."""
    stated = objects(node.body, "volumeClaimTemplates")
    if any(at(each, "metadata.name") is UNKNOWN for each in stated):
        return
    claims = [text(each, "metadata.name") for each in stated]
    yield from mounted("template.spec", mapping(node.body, "template.spec"), claims)


def mounted(path: str, pods: Properties, claims: Sequence[str | None] = ()) -> Faults:
    """Refuse a mount of a volume that is not there."""
    stated = objects(pods, "volumes")
    volumes = [*(text(each, "name") for each in stated), *claims]
    if not known(pods.get("volumes", "")) or any(each.get("name") is UNKNOWN for each in stated):
        return
    for group in ("initContainers", "containers"):
        for index, container in enumerate(objects(pods, group)):
            for place, mount in enumerate(objects(container, "volumeMounts")):
                name = text(mount, "name")
                if name and name not in volumes:
                    there = ", ".join(each for each in volumes if each) or "none"
                    where = f"{path}.{group}[{index}].volumeMounts[{place}].name"
                    yield Fault(where, f"no volume is called {name!r}; declared: {there}", "declare it under volumes")


@rule("core.v1.PodSpec")
def figures(node: Node) -> Faults:
    """Seconds, names and choices of a pod."""
    body = node.body
    yield from at_least("activeDeadlineSeconds", body.get("activeDeadlineSeconds"), 1, _HIGHEST)
    for member in ("serviceAccountName", "priorityClassName", "runtimeClassName", "nodeName"):
        yield from formed(member, text(body, member) or None, forms.subdomain)
    for member in ("hostname", "subdomain"):
        yield from formed(member, text(body, member) or None, forms.label)
    for key, value in mapping(body, "nodeSelector").items():
        yield from formed(at_key("nodeSelector", key), key, forms.qualified)
        yield from formed(at_key("nodeSelector", key), value if isinstance(value, str) else None, forms.label_value)
    yield from one_of("os.name", at(body, "os.name"), _SYSTEMS)
    grace = body.get("terminationGracePeriodSeconds")
    yield from _sleep(body, grace if isinstance(grace, int) else None if grace is UNKNOWN else _GRACE)
    if flag(body, "hostPID") is True and flag(body, "shareProcessNamespace") is True:
        yield Fault("shareProcessNamespace", "hostPID and shareProcessNamespace exclude each other", "keep one")


def _sleep(body: Properties, grace: int | None) -> Faults:
    for index, container in enumerate(objects(body, "containers")):
        for hook in ("preStop", "postStart"):
            seconds = at(container, f"lifecycle.{hook}.sleep.seconds")
            if grace is not None and isinstance(seconds, int) and seconds > max(grace, 1):
                where = f"containers[{index}].lifecycle.{hook}.sleep.seconds"
                yield Fault(where, f"{seconds} is above terminationGracePeriodSeconds {grace}", "raise that one")


@rule("core.v1.PodSpec")
def name_service(node: Node) -> Faults:
    """The pod's own resolver: dnsPolicy None needs servers, and there are limits.

    https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config
    """
    servers = items(node.body, "dnsConfig.nameservers")
    if text(node.body, "dnsPolicy") == "None" and not servers and known(node.body.get("dnsConfig", "")):
        yield Fault("dnsConfig.nameservers", "dnsPolicy None needs at least one nameserver")
    if len(servers) > _NAMESERVERS:
        yield Fault("dnsConfig.nameservers", f"{len(servers)} nameservers; allowed: {_NAMESERVERS} at most")
    if len(items(node.body, "dnsConfig.searches")) > _SEARCHES:
        yield Fault("dnsConfig.searches", f"allowed: {_SEARCHES} at most")
    for index, domain in enumerate(items(node.body, "dnsConfig.searches")):
        bare = domain.removesuffix(".").replace("_", "-") if isinstance(domain, str) else None
        yield from formed(f"dnsConfig.searches[{index}]", bare, forms.subdomain)
    for index, option in enumerate(objects(node.body, "dnsConfig.options")):
        if option.get("name") in (None, ""):
            yield Fault(f"dnsConfig.options[{index}].name", "is needed and missing")
    for index, server in enumerate(servers):
        yield from formed(f"dnsConfig.nameservers[{index}]", server if isinstance(server, str) else None, forms.address)


@rule("core.v1.PodSpec")
def beginning(node: Node) -> Faults:
    """Init containers end by themselves, so what speaks of running ones is for sidecars alone."""
    for index, container in enumerate(objects(node.body, "initContainers")):
        if at(container, "restartPolicy") is not None:
            continue
        for member in _ONLY_LASTING:
            if container.get(member) is not None:
                where = f"initContainers[{index}].{member}"
                yield Fault(
                    where, "an init container that is no sidecar takes none", "leave it out, or restart it always"
                )


@rule("core.v1.PodSpec")
def mounts(node: Node) -> Faults:
    """Mounts propagate both ways from privileged containers alone."""
    for group in ("initContainers", "containers"):
        for index, container in enumerate(objects(node.body, group)):
            for place, mount in enumerate(objects(container, "volumeMounts")):
                both = text(mount, "mountPropagation") == "Bidirectional"
                if both and flag(container, "securityContext.privileged") is not True:
                    where = f"{group}[{index}].volumeMounts[{place}].mountPropagation"
                    yield Fault(where, "Bidirectional is for privileged containers alone", "use HostToContainer")


@rule("core.v1.PodSpec")
def host_ports(node: Node) -> Faults:
    """On the host's network a container's port is the host's; elsewhere each host port is taken once."""
    on_host = flag(node.body, "hostNetwork") is True
    taken: list[object] = []
    for index, container in enumerate(objects(node.body, "containers")):
        for place, port in enumerate(objects(container, "ports")):
            wanted, own = at(port, "hostPort"), at(port, "containerPort")
            where = f"containers[{index}].ports[{place}].hostPort"
            if on_host and wanted not in (None, 0) and known(wanted) and known(own) and wanted != own:
                yield Fault(where, f"{wanted} is not the containerPort {own}", "they are one on the host's network")
            if not known(wanted) or wanted in (None, 0):
                continue
            key = (wanted, text(port, "protocol") or "TCP", text(port, "hostIP") or "")
            if key in taken:
                yield Fault(where, f"{wanted} is taken by another port of the pod", "use another")
            taken.append(key)


@rule("core.v1.PodSpec")
def spread(node: Node) -> Faults:
    """One constraint for each key and way.

    https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """
    pairs: list[object] = [
        (text(each, "topologyKey"), text(each, "whenUnsatisfiable"))
        for each in objects(node.body, "topologySpreadConstraints")
    ]
    yield from unique("topologySpreadConstraints", "topologyKey and whenUnsatisfiable", pairs, "")


@rule("core.v1.TopologySpreadConstraint")
def constraint(node: Node) -> Faults:
    """How evenly pods are spread."""
    body = node.body
    yield from needed(node, "topologyKey")
    yield from at_least("maxSkew", body.get("maxSkew"), 1)
    yield from at_least("minDomains", body.get("minDomains"), 1)
    yield from _distinguished(node)
    if body.get("minDomains") is not None and text(body, "whenUnsatisfiable") == "ScheduleAnyway":
        yield Fault("minDomains", "goes with whenUnsatisfiable: DoNotSchedule alone", "leave it out")


def _distinguished(node: Node) -> Faults:
    """Labels by which pods of one revision are counted apart from others."""
    keys = items(node.body, "matchLabelKeys")
    if keys and node.body.get("labelSelector") is None:
        yield Fault("matchLabelKeys", "goes with a labelSelector alone")
    for index, key in enumerate(keys):
        yield from formed(f"matchLabelKeys[{index}]", key if isinstance(key, str) else None, forms.qualified)


@rule("core.v1.Toleration")
def toleration(node: Node) -> Faults:
    """Which taints a pod bears.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """
    body = node.body
    operator = "Equal" if body.get("operator") in (None, "") else body["operator"]
    yield from one_of("operator", operator, ("Equal", "Exists"))
    yield from formed("key", text(body, "key") or None, forms.qualified)
    if operator == "Exists" and body.get("value"):
        yield Fault("value", "Exists takes no value", "leave it out, or use Equal")
    if operator == "Equal":
        yield from formed("value", text(body, "value"), forms.label_value)
        if not body.get("key") and known(body.get("key", "")):
            yield Fault("operator", "without a key it has to be Exists, which bears every taint")
    effect = body.get("effect", "")
    if body.get("tolerationSeconds") is not None and known(effect) and effect != "NoExecute":
        yield Fault("effect", "tolerationSeconds goes with NoExecute alone")


@rule("core.v1.PodAffinityTerm")
def affinity(node: Node) -> Faults:
    """Pods near others, or away from them."""
    yield from needed(node, "topologyKey")
    yield from formed("topologyKey", text(node.body, "topologyKey") or None, forms.qualified)


@rule("core.v1.WeightedPodAffinityTerm", "core.v1.PreferredSchedulingTerm")
def weight(node: Node) -> Faults:
    """How much a preference counts."""
    yield from at_least("weight", node.body.get("weight"), 1, 100)


@rule("core.v1.NodeSelector")
def terms(node: Node) -> Faults:
    """A node has to fit one of the terms."""
    yield from needed(node, "nodeSelectorTerms")


@rule("core.v1.NodeSelectorRequirement")
def node_requirement(node: Node) -> Faults:
    """What a node's label has to be."""
    operator, values = text(node.body, "operator"), node.body.get("values")
    yield from formed("key", text(node.body, "key"), forms.qualified)
    yield from operands(operator, values)
    for index, value in enumerate(items(node.body, "values") if operator in ("In", "NotIn") else []):
        yield from formed(f"values[{index}]", value if isinstance(value, str) else None, forms.label_value)
    if operator in ("Gt", "Lt") and not _is_one_number(values):
        yield Fault("values", f"{operator} takes one whole number; it has {values}")


def _is_one_number(values: Value) -> bool:
    if not isinstance(values, list):
        return False
    return len(values) == 1 and (not known(values[0]) or str(values[0]).lstrip("-").isdigit())


@rule("core.v1.HostAlias")
def alias(node: Node) -> Faults:
    """A line of /etc/hosts."""
    yield from formed("ip", text(node.body, "ip"), forms.address)
    for index, name in enumerate(items(node.body, "hostnames")):
        yield from formed(f"hostnames[{index}]", name if isinstance(name, str) else None, forms.subdomain)


@rule("core.v1.PodSpec")
def own_users(node: Node) -> Faults:
    """What goes with user namespaces, or does not.

    https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    apart = flag(node.body, "hostUsers") is False
    for member in ("hostNetwork", "hostPID", "hostIPC") if apart else ():
        if flag(node.body, member) is True:
            yield Fault(member, "is not allowed where hostUsers is false", "leave one of them out")
    for group in ("initContainers", "containers"):
        for index, container in enumerate(objects(node.body, group)):
            if text(container, "securityContext.procMount") == "Unmasked" and not apart:
                where = f"{group}[{index}].securityContext.procMount"
                yield Fault(where, "Unmasked goes with hostUsers: false alone", "leave it out")


@rule("core.v1.Pod")
def new(node: Node) -> Faults:
    """What a pod cannot be made with."""
    spec = mapping(node.body, "spec")
    for group in ("initContainers", "containers"):
        for index, container in enumerate(objects(spec, group)):
            image = text(container, "image") or ""
            if image != image.strip():
                where = f"spec.{group}[{index}].image"
                yield Fault(where, f"{image!r} begins or ends with a space", "leave the space out")
    if spec.get("ephemeralContainers"):
        yield Fault("spec.ephemeralContainers", "are added to a pod that runs", "leave them out")


@rule("core.v1.PodReadinessGate")
def readiness_gate(node: Node) -> Faults:
    """A condition that a pod waits for before it is ready."""
    yield from formed("conditionType", text(node.body, "conditionType"), forms.qualified)


@rule("core.v1.PodSchedulingGate")
def scheduling_gate(node: Node) -> Faults:
    """A gate that keeps a pod from being scheduled."""
    yield from formed("name", text(node.body, "name"), forms.qualified)


@rule("core.v1.PodSecurityContext")
def kernel_parameters(node: Node) -> Faults:
    """Kernel parameters, each once.

    https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    """
    stated = objects(node.body, "sysctls")
    yield from unique("sysctls", "sysctl", [at(each, "name") for each in stated])
    for index, each in enumerate(stated):
        yield from formed(f"sysctls[{index}].name", text(each, "name"), forms.sysctl)


@rule("core.v1.PodSpec")
def network_parameters(node: Node) -> Faults:
    """On the host's network its kernel parameters are the host's own."""
    for index, each in enumerate(objects(node.body, "securityContext.sysctls")):
        name = (text(each, "name") or "").replace("/", ".")
        if name.startswith("net.") and flag(node.body, "hostNetwork") is True:
            yield Fault(f"securityContext.sysctls[{index}].name", f"{name} is the host's where hostNetwork is true")
