"""The managed add-ons' versions for each cluster version: the one place to change for an upgrade.

`aws eks describe-addon-versions --kubernetes-version <version>` lists what AWS offers. Add-ons move together with the
cluster version, since AWS refuses a pair it does not support.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ADD_ON_VERSIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "1.35": {
            "vpc-cni": "v1.21.1-eksbuild.8",
            "kube-proxy": "v1.35.3-eksbuild.5",
            "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
            "coredns": "v1.14.2-eksbuild.4",
            "aws-ebs-csi-driver": "v1.59.0-eksbuild.1",
            "aws-efs-csi-driver": "v3.3.0-eksbuild.1",
            "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
            "amazon-cloudwatch-observability": "v5.3.0-eksbuild.1",
        },
    }
)


def add_on_version(cluster_version: str, add_on: str) -> str:
    """Return the pinned version of a managed add-on. Raises ValueError for a cluster version without a row."""
    row = ADD_ON_VERSIONS.get(cluster_version)
    if row is None:
        known = ", ".join(ADD_ON_VERSIONS)
        raise ValueError(f"cluster version {cluster_version} has no row of add-on versions; there are rows for {known}")
    return row[add_on]
