"""What EKS accepts of clusters, node groups and permissions. Source: the EKS user guide and API reference."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, items, text

_INVALID: Final = "InvalidParameterException"
_WORKER_POLICIES: Final = ("AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy")
_VERSION: Final = re.compile(r"^1\.(\d+)$")


def check_cluster(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    public, private = flag(inputs, "vpcConfig.endpointPublicAccess"), flag(inputs, "vpcConfig.endpointPrivateAccess")
    if public is False and private is not True:
        reason = "Private and public endpoint access cannot be disabled at the same time"
        yield reject("vpcConfig.endpointPrivateAccess", _INVALID, reason, "enable the private endpoint")


_WITHOUT_EKS: Final = ("use1-az3", "usw1-az2", "cac1-az3")
"""Zones in which EKS puts no network interfaces. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""


def in_zones_of_eks(record: Record, world: World) -> Iterator[Diagnostic]:
    """No subnet of a cluster is in a zone that EKS does not serve."""
    for subnet in facts.subnet_records(record.inputs, "vpcConfig.subnetIds", world):
        zone = text(subnet.inputs, "availabilityZoneId") or text(subnet.outputs, "availabilityZoneId")
        if zone in _WITHOUT_EKS:
            yield reject(
                "vpcConfig.subnetIds", "UnsupportedAvailabilityZoneException",
                f"Cannot create the cluster because {facts.zone_of(subnet)} ({zone}) does not have sufficient capacity"
                " to support it", "use subnets in other zones, by the zones' ids",
            )  # fmt: skip


def keeps_its_zones(old: Record, new: Record, world: World) -> Iterator[Diagnostic]:
    """Subnets change within the zones that the cluster was made with.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    before, after = (_zones(each, world) for each in (old, new))
    if before and not after <= before:
        reason = (
            f"Provided subnets belong to the AZs '{','.join(sorted(after))}'. But they should belong to the exact set"
            f" of AZs '{','.join(sorted(before))}' in which subnets were provided during cluster creation"
        )
        yield reject("vpcConfig.subnetIds", _INVALID, reason, "leave the other zone to nodes, which may stand there")


def _zones(cluster: Record, world: World) -> set[str]:
    subnets = facts.subnet_records(cluster.inputs, "vpcConfig.subnetIds", world)
    return {zone for zone in map(facts.zone_of, subnets) if zone is not None}


def nodes_can_join(record: Record, world: World) -> Iterator[Diagnostic]:
    """Nodes join when their role may talk to the cluster and the cluster has a network plugin to give them."""
    role = _role_of(text(record.inputs, "nodeRoleArn"), world)
    if role is not None and not _is_worker(role, world):
        reason = f"Instances failed to join the kubernetes cluster: {facts.label(role)} has no {_WORKER_POLICIES[0]}"
        fix = "attach the policy, and add depends_on=[attachment] so that it is there first"
        yield reject("nodeRoleArn", "NodeCreationFailure", reason, fix)
    cluster = facts.named(world, facts.CLUSTER, text(record.inputs, "clusterName") or "", record.region)
    if cluster is None or flag(cluster.inputs, "bootstrapSelfManagedAddons") is not False:
        return
    if flag(cluster.inputs, "computeConfig.enabled") is True or _addon(cluster, "vpc-cni", world):
        return
    yield reject(
        "clusterName", "NodeCreationFailure",
        "Unhealthy nodes in the kubernetes cluster: container runtime network not ready, cni plugin not initialized",
        "install the vpc-cni add-on before the nodes, with depends_on=[vpc_cni]",
    )  # fmt: skip


def _role_of(arn: str | None, world: World) -> Record | None:
    return world.by_arn(arn) if arn else None


def _is_worker(role: Record, world: World) -> bool:
    for user in world.mentioning(role.id):
        if user.type == facts.ROLE_POLICY:
            return True
        policy = user.inputs.get("policyArn")
        worker = not isinstance(policy, str) or policy.rsplit("/", 1)[-1] in _WORKER_POLICIES
        if user.type == facts.ROLE_ATTACHMENT and worker:
            return True
    managed = items(role.inputs, "managedPolicyArns")
    return any(not isinstance(arn, str) or arn.rsplit("/", 1)[-1] in _WORKER_POLICIES for arn in managed)


def _addon(cluster: Record, name: str, world: World) -> bool:
    for user in world.of_type(facts.ADDON):
        owners = (None, cluster.id, text(cluster.inputs, "name"))
        if text(user.inputs, "addonName") == name and text(user.inputs, "clusterName") in owners:
            return True
    return False


def entry_exists(record: Record, world: World) -> Iterator[Diagnostic]:
    """An access policy is associated with a principal that has an access entry."""
    cluster, principal = text(record.inputs, "clusterName"), text(record.inputs, "principalArn")
    if cluster is None or principal is None:
        return
    for entry in world.of_type(facts.ACCESS_ENTRY):
        if facts.is_unknown(entry.inputs, "principalArn") or facts.is_unknown(entry.inputs, "clusterName"):
            return
        if text(entry.inputs, "clusterName") == cluster and text(entry.inputs, "principalArn") == principal:
            return
    reason = f"The specified principalArn could not be found: {principal} has no access entry on {cluster}"
    fix = "take principalArn from the access entry's output, so that the entry is created first"
    yield reject("principalArn", "ResourceNotFoundException", reason, fix)


def upgrades_one_step(old: Record, new: Record, world: World) -> Iterator[Diagnostic]:  # noqa: ARG001 - a rule's signature
    """A cluster goes up one minor version at a time, and never back."""
    before, after = (_VERSION.match(text(it.inputs, "version") or "") for it in (old, new))
    if before is None or after is None or int(after[1]) - int(before[1]) in (0, 1):
        return
    reason = f"Unsupported Kubernetes minor version update from {before[0]} to {after[0]}"
    fix = f"upgrade to 1.{int(before[1]) + 1} first" if int(after[1]) > int(before[1]) else "a cluster never goes back"
    yield reject("version", _INVALID, reason, fix)


def keeps_access_entries(old: Record, new: Record, world: World) -> Iterator[Diagnostic]:  # noqa: ARG001 - a rule's signature
    """The authentication mode goes from the ConfigMap to the API and never back."""
    order = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
    before, after = (text(it.inputs, "accessConfig.authenticationMode") for it in (old, new))
    if before in order and after in order and order.index(after) < order.index(before):
        reason = f"Unsupported authentication mode update from {before} to {after}"
        yield reject("accessConfig.authenticationMode", "InvalidRequestException", reason, "keep the present mode")
