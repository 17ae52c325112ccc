"""Rules over the Kubernetes cluster and its nodes."""

from collections.abc import Iterator

from policies.about import critical, high, medium
from policies.addresses import WIDEST_PREFIX, open_to_everybody
from policies.rule import PRODUCTION, resource_rule
from policies.view import UNKNOWN, Resource

_CLUSTER = "aws:eks/cluster:Cluster"
_LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_CONTROL_PLANE_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@resource_rule(
    "cluster-secrets-encrypted",
    "Kubernetes secrets are encrypted with a customer key",
    _CLUSTER,
    about=high(
        "Whoever reads the cluster's store reads every Kubernetes secret.",
        "Set encryptionConfig.provider.keyArn to a customer key, for resources [secrets].",
        "CKV_AWS_58",
        "CIS EKS 5.3.1",
        "PCI DSS 3.5.1",
    ),
)
def cluster_secrets_encrypted(cluster: Resource) -> Iterator[str]:
    if not cluster.has("encryptionConfig.provider.keyArn"):
        yield "encryptionConfig has no key; set provider.keyArn to a customer KMS key for resources [secrets]"


@resource_rule(
    "cluster-endpoint-not-public",
    "The Kubernetes API is not open to everybody",
    _CLUSTER,
    about=critical(
        "A stolen token, or a flaw of the API server, is enough to enter from anywhere.",
        "Switch endpointPublicAccess off, or list publicAccessCidrs.",
        "CKV_AWS_38",
        "CIS EKS 5.4.1",
        "PCI DSS 1.3.1",
    ),
)
def cluster_endpoint_not_public(cluster: Resource) -> Iterator[str]:
    public = cluster.value("vpcConfig.endpointPublicAccess")
    if public is UNKNOWN or public is False:
        return
    ranges = cluster.items("vpcConfig.publicAccessCidrs")
    if not ranges:
        yield "the endpoint is open to 0.0.0.0/0; switch public access off or list publicAccessCidrs"
    elif open_to_everybody(ranges):
        yield f"publicAccessCidrs hold more than a /{WIDEST_PREFIX} together; list the ranges of offices and pipelines"


@resource_rule(
    "cluster-private-endpoint",
    "Nodes reach the Kubernetes API inside the VPC",
    _CLUSTER,
    about=medium(
        "Nodes reach the API over the internet, and stop where that is cut.",
        "Switch vpcConfig.endpointPrivateAccess on.",
        "CIS EKS 5.4.2",
    ),
)
def cluster_private_endpoint(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("vpcConfig.endpointPrivateAccess"):
        yield "vpcConfig.endpointPrivateAccess is off; switch it on"


@resource_rule(
    "cluster-control-plane-logs",
    "All control-plane logs are kept",
    _CLUSTER,
    about=high(
        "An intrusion into the cluster leaves no trace.",
        "List all five types in enabledClusterLogTypes.",
        "CKV_AWS_37",
        "CIS EKS 2.1.1",
        "PCI DSS 10.2.1.1",
    ),
)
def cluster_control_plane_logs(cluster: Resource) -> Iterator[str]:
    missing = cluster.lacks("enabledClusterLogTypes", *_CONTROL_PLANE_LOGS)
    if missing:
        yield f"enabledClusterLogTypes lacks {', '.join(missing)}"


@resource_rule(
    "cluster-access-by-api",
    "Access to the cluster is granted by access entries alone",
    _CLUSTER,
    about=medium(
        "A mistake in the aws-auth ConfigMap locks everybody out, and a change of it shows in no trail.",
        "Set accessConfig.authenticationMode to API.",
        "CIS EKS 4.1.7",
    ),
)
def cluster_access_by_api(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("accessConfig.authenticationMode", "API"):
        yield "accessConfig.authenticationMode must be API: the aws-auth ConfigMap can lock everybody out"


@resource_rule(
    "cluster-deletion-protection",
    "A production cluster refuses to be deleted",
    _CLUSTER,
    about=high(
        "One wrong command takes the whole platform down.",
        "Switch deletionProtection on.",
    ),
    environments=PRODUCTION,
)
def cluster_deletion_protection(cluster: Resource) -> Iterator[str]:
    if not cluster.is_set("deletionProtection"):
        yield "deletionProtection is off; switch it on"


@resource_rule(
    "node-metadata-v2",
    "Nodes answer metadata requests only with a token and only to themselves",
    _LAUNCH_TEMPLATE,
    about=high(
        "A request that a program is tricked into sends the node's credentials away.",
        "Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1.",
        "CKV_AWS_79",
        "CKV_AWS_341",
        "CIS AWS 5.7",
        "PCI DSS 8.2.8",
        "SOC 2 CC7.2",
    ),
)
def node_metadata_v2(template: Resource) -> Iterator[str]:
    if not template.is_set("metadataOptions.httpTokens", "required"):
        yield "metadataOptions.httpTokens must be required (IMDSv2)"
    if not template.is_set("metadataOptions.httpPutResponseHopLimit", 1):
        yield "metadataOptions.httpPutResponseHopLimit must be 1, or pods can take the node's role"


@resource_rule(
    "node-disk-encrypted",
    "Node disks are encrypted",
    _LAUNCH_TEMPLATE,
    about=medium(
        "Whoever gets hold of a disk or its snapshot reads it.",
        "Set ebs.encrypted for each of blockDeviceMappings.",
        "CIS AWS 5.1.1",
        "PCI DSS 3.5.1",
    ),
)
def node_disk_encrypted(template: Resource) -> Iterator[str]:
    disks = template.places("blockDeviceMappings")
    if not disks and template.value("blockDeviceMappings") is not UNKNOWN:
        yield "blockDeviceMappings is not set; state an encrypted root volume"
    for disk in disks:
        if template.value(f"{disk}.ebs.encrypted") not in (True, "true", UNKNOWN):
            yield f"{disk}.ebs.encrypted is off; switch it on"


@resource_rule(
    "node-no-open-ssh",
    "Nobody logs in on nodes from everywhere",
    "aws:eks/nodeGroup:NodeGroup",
    about=high(
        "The nodes' SSH answers to every address that reaches them.",
        "Leave remoteAccess out and use Session Manager, or name sourceSecurityGroupIds.",
        "CKV_AWS_100",
    ),
)
def node_no_open_ssh(group: Resource) -> Iterator[str]:
    if group.has("remoteAccess.ec2SshKey") and not group.has("remoteAccess.sourceSecurityGroupIds"):
        yield "remoteAccess opens SSH to every address; name sourceSecurityGroupIds or leave it out"


RULES = (
    cluster_secrets_encrypted,
    cluster_endpoint_not_public,
    cluster_private_endpoint,
    cluster_control_plane_logs,
    cluster_access_by_api,
    cluster_deletion_protection,
    node_metadata_v2,
    node_disk_encrypted,
    node_no_open_ssh,
)
