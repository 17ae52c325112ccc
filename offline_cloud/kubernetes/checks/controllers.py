"""What the controllers in the cluster would refuse: their resources against the cloud and against each other."""

from collections.abc import Callable, Mapping
from typing import Final

from offline_cloud import account
from offline_cloud.cloud.model import UNKNOWN, Properties, Record, Value, at, flag, items, known, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.cluster import tags_of
from offline_cloud.kubernetes.objects import KubernetesObject, find, has_unknown, mapping, selects
from offline_cloud.kubernetes.quantity import schedule_fault

_TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
_ROLE: Final = "aws:iam/role:Role"
_PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
_SUBNET: Final = "aws:ec2/subnet:Subnet"
_SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
_SPOT: Final = "spot.amazonaws.com"
_SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 — a type token


def check(scene: Scene) -> Diagnostics:
    """Check the release's custom resources."""
    for item in scene.own:
        verdict = _CHECKS.get((item.group, item.kind))
        if verdict is not None:
            yield from verdict(item, scene)


def _target_group_binding(item: KubernetesObject, scene: Scene) -> Diagnostics:
    arn = text(item.body, "spec.targetGroupARN")
    group = scene.world.by_arn(arn) if arn is not None else None
    if arn is not None and (group is None or group.type != _TARGET_GROUP):
        yield item.diagnostic("spec.targetGroupARN", f"no target group {arn}", "wire it from the target group's arn")
    if group is not None:
        yield from _target_type(item, group)
    yield from _backend(item, scene)


def _target_type(item: KubernetesObject, group: Record) -> Diagnostics:
    wanted = text(item.body, "spec.targetType")
    actual = text(group.inputs, "targetType") or "instance"
    if wanted is not None and known(at(group.inputs, "targetType") or "instance") and wanted != actual:
        yield item.diagnostic("spec.targetType", f"{wanted!r}, and the target group has {actual!r}", "make them agree")


def _backend(item: KubernetesObject, scene: Scene) -> Diagnostics:
    name, port = text(item.body, "spec.serviceRef.name"), at(item.body, "spec.serviceRef.port")
    if name is None:
        return
    service = find(scene.everything, "Service", item.namespace, name)
    if service is None and scene.is_opaque(item.namespace):
        return
    if service is None:
        there = ", ".join(scene.names("Service", item.namespace)) or "none"
        yield item.diagnostic(
            "spec.serviceRef.name",
            f"no Service {name!r} in namespace {item.namespace}; there: {there}",
            "correct the name",
        )
        return
    ports = objects(service.body, "spec.ports")
    offered: list[Value] = [
        value for entry in ports for value in (at(entry, "port"), at(entry, "name")) if known(value)
    ]
    if known(port) and port not in offered and not has_unknown(list(ports)):
        listed = ", ".join(str(value) for value in offered)
        yield item.diagnostic("spec.serviceRef.port", f"Service {name} has no port {port!r}; it has: {listed}")


def _external_secret(item: KubernetesObject, scene: Scene) -> Diagnostics:
    for path, store in _stores(item.body):
        kind, name = text(store, "kind") or "SecretStore", text(store, "name")
        namespace = "" if kind == "ClusterSecretStore" else item.namespace
        if name is None or store.get("kind") is UNKNOWN:
            continue
        if not scene.exists(kind, namespace, name):
            there = ", ".join(scene.names(kind, namespace)) or "none"
            yield item.diagnostic(f"{path}.name", f"no {kind} {name!r}; there: {there}", "install the store first")
    if not objects(item.body, "spec.data") and not objects(item.body, "spec.dataFrom") and not has_unknown(item.body):
        yield item.diagnostic("spec", "neither data nor dataFrom says what to fetch")
    keys = [text(entry, "remoteRef.key") for entry in objects(item.body, "spec.data")]
    keys += [text(entry, "extract.key") for entry in objects(item.body, "spec.dataFrom")]
    for key in sorted({key for key in keys if key is not None}):
        yield from _remote_key(item, key, scene)


def _stores(body: Properties) -> list[tuple[str, Properties]]:
    found = [("spec.secretStoreRef", mapping(body, "spec.secretStoreRef"))]
    for group in ("data", "dataFrom"):
        for index, entry in enumerate(objects(body, f"spec.{group}")):
            found.append((f"spec.{group}[{index}].sourceRef.storeRef", mapping(entry, "sourceRef.storeRef")))
    return [(path, store) for path, store in found if store]


def _remote_key(item: KubernetesObject, key: str, scene: Scene) -> Diagnostics:
    """A key that the program does not create may still be there: somebody else keeps it."""
    if key.startswith("arn:"):
        return
    secrets = scene.world.of_type(_SECRET)
    prefixes = [text(secret.inputs, "namePrefix") for secret in secrets]
    named = [text(secret.inputs, "name") for secret in secrets]
    if key not in named and not any(prefix and key.startswith(prefix) for prefix in prefixes):
        yield item.note("spec", f"no secret {key!r} is created by this program; it must be there when the pods start")


def _secret_store(item: KubernetesObject, scene: Scene) -> Diagnostics:
    account = mapping(item.body, "spec.provider.aws.auth.jwt.serviceAccountRef")
    name = text(account, "name")
    if name is None:
        return
    path = "spec.provider.aws.auth.jwt.serviceAccountRef"
    namespace = text(account, "namespace") or item.namespace
    if not namespace:
        yield item.diagnostic(f"{path}.namespace", "a ClusterSecretStore has to name the service account's namespace")
    elif namespace not in scene.namespaces:
        yield item.diagnostic(f"{path}.namespace", f"namespace {namespace!r} does not exist")
    elif not scene.exists("ServiceAccount", namespace, name) and not scene.is_opaque(namespace):
        yield item.diagnostic(f"{path}.name", f"no ServiceAccount {name!r} in namespace {namespace}")


def _node_pool(item: KubernetesObject, scene: Scene) -> Diagnostics:
    reference = mapping(item.body, "spec.template.spec.nodeClassRef")
    group, kind, name = text(reference, "group"), text(reference, "kind"), text(reference, "name")
    # EKS Auto Mode brings node classes of its own (eks.amazonaws.com), which are not seen here.
    if group == "karpenter.k8s.aws" and name is not None and kind and not scene.exists(kind, "", name):
        there = ", ".join(scene.names("EC2NodeClass", "")) or "none"
        yield item.diagnostic(
            "spec.template.spec.nodeClassRef.name", f"no {kind} {name!r} in the cluster; there: {there}"
        )
    for index, requirement in enumerate(objects(item.body, "spec.template.spec.requirements")):
        if text(requirement, "key") == "karpenter.sh/capacity-type" and "spot" in items(requirement, "values"):
            yield from _spot(item, f"spec.template.spec.requirements[{index}].values")
    for index, budget in enumerate(objects(item.body, "spec.disruption.budgets")):
        fault = schedule_fault(text(budget, "schedule") or "@daily")
        if fault:
            yield item.diagnostic(f"spec.disruption.budgets[{index}].schedule", fault, "as in '0 2 * * *'")


def _spot(item: KubernetesObject, path: str) -> Diagnostics:
    """Karpenter may not make the role of Spot itself, so without it no Spot instance starts.

    https://karpenter.sh/docs/troubleshooting/#missing-service-linked-role
    """
    present = account.service_roles()
    command = f"aws iam create-service-linked-role --aws-service-name {_SPOT}"
    if present is None:
        yield item.note(path, "needs a service-linked role that is in the account beforehand", command)
    elif _SPOT not in present:
        code = "AuthFailure.ServiceLinkedRoleCreationNotPermitted"
        reason = f"{code}: The provided credentials do not have permission to create the service-linked role for Spot"
        yield item.diagnostic(path, reason, f"make it beforehand: {command}")


def _node_class(item: KubernetesObject, scene: Scene) -> Diagnostics:
    role, profile = text(item.body, "spec.role"), text(item.body, "spec.instanceProfile")
    for path, name, kind, token in (
        ("role", role, "IAM role", _ROLE),
        ("instanceProfile", profile, "profile", _PROFILE),
    ):
        found = scene.world.of_type(token)
        names = [text(record.inputs, "name") or record.id for record in found]
        undetermined = any(not known(at(record.inputs, "name")) and not record.id for record in found)
        if name is not None and name not in names and not undetermined:
            yield item.diagnostic(f"spec.{path}", f"no {kind} {name!r}", "wire the name of the nodes' role")
    yield from _terms(item, scene, "spec.subnetSelectorTerms", _SUBNET, "subnet")
    yield from _terms(item, scene, "spec.securityGroupSelectorTerms", _SECURITY_GROUP, "security group")


def _terms(item: KubernetesObject, scene: Scene, path: str, token: str, kind: str) -> Diagnostics:
    records = scene.world.of_type(token)
    for index, term in enumerate(objects(item.body, path)):
        if has_unknown(term) or any(_term_matches(term, record) for record in records):
            continue
        if kind == "security group" and _is_cluster_group(term, scene):
            continue
        where = f"{path}[{index}]"
        if any(has_unknown([record.inputs.get("tags"), record.outputs.get("tagsAll")]) for record in records):
            yield item.note(where, f"whether any {kind} matches is not known yet")
        else:
            yield item.diagnostic(where, f"matches no {kind}", f"tag the {kind}s as the term says, or correct the term")


def _term_matches(term: Properties, record: Record) -> bool:
    identifier, name = text(term, "id"), text(term, "name")
    if identifier is not None:
        return record.id == identifier
    if name is not None and text(record.inputs, "name") != name:
        return False
    return _tags_match(mapping(term, "tags"), tags_of(record))


def _tags_match(wanted: Mapping[str, Value], tags: Mapping[str, Value]) -> bool:
    return all(tags.get(key) == value or (value == "*" and key in tags) for key, value in wanted.items())


def _is_cluster_group(term: Properties, scene: Scene) -> bool:
    """EKS makes one security group itself; it carries the tag kubernetes.io/cluster/<name>: owned."""
    name = scene.cluster.name
    own: Properties = {f"kubernetes.io/cluster/{name}": "owned", "aws:eks:cluster-name": name}
    identifier = text(scene.cluster.record.outputs, "vpcConfig.clusterSecurityGroupId")
    if text(term, "id") is not None:
        return text(term, "id") == identifier
    return bool(mapping(term, "tags")) and _tags_match(mapping(term, "tags"), own)


def _service_monitor(item: KubernetesObject, scene: Scene) -> Diagnostics:
    selector = mapping(item.body, "spec.selector")
    if flag(item.body, "spec.namespaceSelector.any") is True or at(item.body, "spec.namespaceSelector.matchNames"):
        return
    services = [
        other
        for other in scene.everything
        if other.kind == "Service"
        and other.namespace == item.namespace
        and selects(selector, mapping(other.body, "metadata.labels"))
    ]
    if not services and not scene.is_opaque(item.namespace):
        yield item.note("spec.selector", "matches no Service, so nothing is scraped")
    names = {text(port, "name") for service in services for port in objects(service.body, "spec.ports")}
    for index, endpoint in enumerate(objects(item.body, "spec.endpoints")):
        port = text(endpoint, "port")
        if services and port is not None and port not in names:
            listed = ", ".join(sorted(name for name in names if name)) or "none"
            yield item.diagnostic(
                f"spec.endpoints[{index}].port", f"no selected Service has a port called {port!r}; declared: {listed}"
            )


_CHECKS: Final[Mapping[tuple[str, str], Callable[[KubernetesObject, Scene], Diagnostics]]] = {
    ("elbv2.k8s.aws", "TargetGroupBinding"): _target_group_binding,
    ("external-secrets.io", "ExternalSecret"): _external_secret,
    ("external-secrets.io", "SecretStore"): _secret_store,
    ("external-secrets.io", "ClusterSecretStore"): _secret_store,
    ("karpenter.sh", "NodePool"): _node_pool,
    ("karpenter.k8s.aws", "EC2NodeClass"): _node_class,
    ("monitoring.coreos.com", "ServiceMonitor"): _service_monitor,
}
