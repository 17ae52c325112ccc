"""Outputs of EKS clusters and node groups, with the security group EKS makes for each cluster."""

import base64

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, digest

CREATED_AT = "2026-01-01T00:00:00Z"


def cluster_security_group(name: str, region: str, urn: str) -> str:
    """Give the id of the security group that EKS creates for a cluster and puts on its nodes."""
    return f"sg-0{digest('cluster security group', name, region, urn, length=16)}"


def cluster(subject: Subject) -> Properties:
    identifier = subject.hex(32, "endpoint").upper()
    host = f"{identifier}.{subject.hex(3, 'shard')}.{subject.region}.eks.amazonaws.com"
    authority = f"-----BEGIN CERTIFICATE-----\n{subject.letters(64, 'authority')}\n-----END CERTIFICATE-----\n"
    outputs: Properties = {
        "arn": subject.arn("eks", f"cluster/{subject.id}"),
        "endpoint": f"https://{host}",
        "certificateAuthority": {"data": base64.b64encode(authority.encode()).decode()},
        "identities": [{"oidcs": [{"issuer": f"https://oidc.eks.{subject.region}.amazonaws.com/id/{identifier}"}]}],
        "platformVersion": "eks.1",
        "status": "ACTIVE",
        "createdAt": CREATED_AT,
    }
    network = subject.inputs.get("vpcConfig")
    if isinstance(network, dict):
        outputs["vpcConfig"] = _vpc_config(subject, network)
    addresses = subject.inputs.get("kubernetesNetworkConfig")
    if isinstance(addresses, dict):
        outputs["kubernetesNetworkConfig"] = {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4", **addresses}
    return outputs


def _vpc_config(subject: Subject, network: Properties) -> Properties:
    defaults: Properties = {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"],
    }
    vpc_id = subject.network("vpcConfig.subnetIds")
    group = cluster_security_group(subject.id, subject.region, subject.record.urn)
    return {**defaults, **network, "vpcId": vpc_id, "clusterSecurityGroupId": group}


def access_entry(subject: Subject) -> Properties:
    cluster_name, principal = subject.input("clusterName"), subject.input("principalArn")
    owner = principal.split(":")[4] if principal.count(":") >= 5 else ""  # noqa: PLR2004 - an ARN has six fields
    kind, _, rest = principal.rsplit(":", 1)[-1].partition("/")
    return {
        "accessEntryArn": subject.arn(
            "eks", f"access-entry/{cluster_name}/{kind}/{owner}/{rest.rsplit('/', 1)[-1]}/{subject.uuid()}"
        ),
        "createdAt": CREATED_AT,
        "modifiedAt": CREATED_AT,
        "type": subject.input("type", "STANDARD"),
        "userName": subject.input("userName", principal),
    }
