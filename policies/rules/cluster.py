"""Rules over the Kubernetes cluster and its nodes."""

from collections.abc import Iterator

from policies.addresses import WIDEST_PREFIX, open_to_everybody
from policies.rule import PRODUCTION, resource_rule
from policies.view import UNKNOWN, Resource

_CLUSTER = "aws:eks/cluster:Cluster"
_LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_CONTROL_PLANE_LOGS = {"api", "audit", "authenticator", "controllerManager", "scheduler"}


@resource_rule("cluster-secrets-encrypted", "Kubernetes secrets are encrypted with a customer key", _CLUSTER)
def cluster_secrets_encrypted(cluster: Resource) -> Iterator[str]:
    if not cluster.has("encryptionConfig.provider.keyArn"):
        yield "encryptionConfig has no key; set provider.keyArn to a customer KMS key for resources [secrets]"


@resource_rule("cluster-endpoint-not-public", "The Kubernetes API is not open to everybody", _CLUSTER)
def cluster_endpoint_not_public(cluster: Resource) -> Iterator[str]:
    public = cluster.value("vpcConfig.endpointPublicAccess")
    if public is UNKNOWN or public is False:
        return
    ranges = cluster.items("vpcConfig.publicAccessCidrs")
    if not ranges:
        yield "the endpoint is open to 0.0.0.0/0; switch public access off or list publicAccessCidrs"
    elif open_to_everybody(ranges):
        yield f"publicAccessCidrs hold more than a /{WIDEST_PREFIX} together; list the ranges of offices and pipelines"


@resource_rule("cluster-private-endpoint", "Nodes reach the Kubernetes API inside the VPC", _CLUSTER)
def cluster_private_endpoint(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("vpcConfig.endpointPrivateAccess"):
        yield "vpcConfig.endpointPrivateAccess is off; switch it on"


@resource_rule("cluster-control-plane-logs", "All control-plane logs are kept", _CLUSTER)
def cluster_control_plane_logs(cluster: Resource) -> Iterator[str]:
    if cluster.value("enabledClusterLogTypes") is UNKNOWN:
        return
    missing = _CONTROL_PLANE_LOGS - set(cluster.items("enabledClusterLogTypes"))
    if missing:
        yield f"enabledClusterLogTypes lacks {', '.join(sorted(missing))}"


@resource_rule("cluster-access-by-api", "Access to the cluster is granted by access entries alone", _CLUSTER)
def cluster_access_by_api(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("accessConfig.authenticationMode", "API"):
        yield "accessConfig.authenticationMode must be API: the aws-auth ConfigMap can lock everybody out"


@resource_rule(
    "cluster-deletion-protection", "A production cluster refuses to be deleted", _CLUSTER, environments=PRODUCTION
)
def cluster_deletion_protection(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("deletionProtection"):
        yield "deletionProtection is off; switch it on"


@resource_rule(
    "node-metadata-v2", "Nodes answer metadata requests only with a token and only to themselves", _LAUNCH_TEMPLATE
)
def node_metadata_v2(template: Resource) -> Iterator[str]:
    if not template.is_set("metadataOptions.httpTokens", "required"):
        yield "metadataOptions.httpTokens must be required (IMDSv2)"
    if not template.is_set("metadataOptions.httpPutResponseHopLimit", 1):
        yield "metadataOptions.httpPutResponseHopLimit must be 1, or pods can take the node's role"


@resource_rule("node-disk-encrypted", "Node disks are encrypted", _LAUNCH_TEMPLATE)
def node_disk_encrypted(template: Resource) -> Iterator[str]:
    disks = template.items("blockDeviceMappings")
    if not disks and template.value("blockDeviceMappings") is not UNKNOWN:
        yield "blockDeviceMappings is not set; state an encrypted root volume"
    for index in range(len(disks)):
        if template.value(f"blockDeviceMappings.{index}.ebs.encrypted") not in (True, "true", UNKNOWN):
            yield f"blockDeviceMappings.{index}.ebs.encrypted is off; switch it on"


RULES = (
    cluster_secrets_encrypted,
    cluster_endpoint_not_public,
    cluster_private_endpoint,
    cluster_control_plane_logs,
    cluster_access_by_api,
    cluster_deletion_protection,
    node_metadata_v2,
    node_disk_encrypted,
)
