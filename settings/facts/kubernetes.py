"""The Kubernetes versions of EKS: when it stops supporting each, and the add-ons that go with those a cluster may have.

The add-ons of a row are all that an upgrade needs. Source of the days, as of 2026-11: "Amazon EKS Kubernetes release
calendar" (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html). Standard support lasts 14 months
from EKS' release, extended support 12 months more. `aws eks describe-addon-versions --kubernetes-version <version>`
lists the add-ons that AWS supports with a version; it refuses other pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Release:
    """The first day without standard support, the first without any, and the version of each managed add-on.

    A cluster may not have a version without add-ons.
    """

    standard_ends: date
    extended_ends: date
    add_ons: Mapping[str, str] = field(default_factory=dict[str, str])


KUBERNETES: Final[Mapping[str, Release]] = MappingProxyType(
    {
        "1.32": Release(standard_ends=date(2026, 3, 23), extended_ends=date(2027, 3, 23)),
        "1.33": Release(standard_ends=date(2026, 7, 29), extended_ends=date(2027, 7, 29)),
        "1.34": Release(standard_ends=date(2026, 12, 2), extended_ends=date(2027, 12, 2)),
        "1.35": Release(
            standard_ends=date(2027, 3, 27),
            extended_ends=date(2028, 3, 27),
            add_ons={
                "vpc-cni": "v1.21.1-eksbuild.8",
                "kube-proxy": "v1.35.3-eksbuild.5",
                "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
                "coredns": "v1.14.2-eksbuild.4",
                "aws-ebs-csi-driver": "v1.59.0-eksbuild.1",
                "aws-efs-csi-driver": "v3.3.0-eksbuild.1",
                "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
                "amazon-cloudwatch-observability": "v5.3.0-eksbuild.1",
            },
        ),
    }
)
OFFERED: Final = tuple(version for version, release in KUBERNETES.items() if release.add_ons)
"""The versions that a cluster may have."""
NODE_ADD_ONS: Final = ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")
"""The add-ons of EKS that a node needs to become ready; all others run on nodes."""
