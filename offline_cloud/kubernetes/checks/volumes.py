"""Encrypted volumes of machines and claims: whether those who ask EC2 for them may use their key.

https://karpenter.sh/docs/troubleshooting/#node-terminates-before-ready-on-failed-encrypted-ebs-volume
https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html
"""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.model import Record, World, items, objects, text
from offline_cloud.cloud.services.kms.key_use import SPOT, denied
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import KubernetesObject

_ASSOCIATION: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_DRIVER: Final = ("kube-system", "ebs-csi-controller-sa")


def check(scene: Scene) -> Diagnostics:
    """Check the release's node classes and storage classes."""
    for item in scene.of_kind("EC2NodeClass"):
        yield from _node_class(item, scene)
    for item in scene.of_kind("StorageClass"):
        if text(item.body, "provisioner") == "ebs.csi.aws.com":
            yield from _storage_class(item, scene)


def _node_class(item: KubernetesObject, scene: Scene) -> Diagnostics:
    callers = [*_roles(_karpenter(scene), scene), *([SPOT] if _launches_spot(item, scene) else [])]
    for index, mapping in enumerate(objects(item.body, "spec.blockDeviceMappings")):
        path = f"spec.blockDeviceMappings[{index}].ebs.kmsKeyID"
        for caller, missing in _refused(text(mapping, "ebs.kmsKeyID"), callers, scene.world):
            reason = f"{caller} may not {missing} with this key, so every node ends before it joins"
            yield item.diagnostic(path, reason, "allow it in the role's policy or in the key's, for EC2 in its name")


def _storage_class(item: KubernetesObject, scene: Scene) -> Diagnostics:
    key = text(item.body, "parameters.kmsKeyId")
    for caller, missing in _refused(key, list(_roles(_DRIVER, scene)), scene.world):
        reason = f"{caller} may not {missing} with this key, so no volume of this class is ever made"
        yield item.diagnostic("parameters.kmsKeyId", reason, "allow it in the driver's role or in the key's policy")


def _refused(key: str | None, callers: list[str], world: World) -> Iterator[tuple[str, str]]:
    for caller in callers if key is not None else ():
        missing = denied(key or "", caller, world)
        if missing:
            yield caller, ", ".join(missing)


def _karpenter(scene: Scene) -> tuple[str, str]:
    """Give the namespace and the service account that the controller was installed with."""
    for release in scene.cluster.others:
        if release.inputs.chart_name == "karpenter":
            return release.inputs.namespace, text(release.inputs.values, "serviceAccount.name") or "karpenter"
    return "kube-system", "karpenter"


def _roles(account: tuple[str, str], scene: Scene) -> Iterator[str]:
    """Give the role of a service account; none where it has it by another way than Pod Identity."""
    for record in scene.world.of_type(_ASSOCIATION):
        stated = (text(record.inputs, "namespace"), text(record.inputs, "serviceAccount"))
        role = text(record.inputs, "roleArn")
        if stated == account and role is not None and _is_of(record, scene):
            yield role


def _is_of(record: Record, scene: Scene) -> bool:
    return text(record.inputs, "clusterName") in (scene.cluster.name, scene.cluster.record.id)


def _launches_spot(item: KubernetesObject, scene: Scene) -> bool:
    for pool in scene.everything:
        if pool.kind == "NodePool" and text(pool.body, "spec.template.spec.nodeClassRef.name") == item.name:
            for requirement in objects(pool.body, "spec.template.spec.requirements"):
                if text(requirement, "key") == "karpenter.sh/capacity-type" and "spot" in items(requirement, "values"):
                    return True
    return False
