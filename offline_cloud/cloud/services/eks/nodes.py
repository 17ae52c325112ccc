"""Which machines and add-ons EKS offers."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, text

_FAMILY: Final = re.compile(r"^([a-z-]+)(\d+)([a-z-]*)\.")
# https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
_ADD_ONS: Final = frozenset(
    """
    adot amazon-cloudwatch-observability amazon-sagemaker-hyperpod-taskgovernance
    amazon-sagemaker-hyperpod-training-operator aws-ebs-csi-driver aws-efs-csi-driver aws-fsx-csi-driver
    aws-guardduty-agent aws-mountpoint-s3-csi-driver aws-network-flow-monitoring-agent aws-privateca-connector
    aws-secrets-store-csi-driver-provider cert-manager coredns eks-node-monitoring-agent eks-pod-identity-agent
    external-dns fluent-bit kube-proxy kube-state-metrics metrics-server prometheus-node-exporter
    snapshot-controller vpc-cni
    amazon-sagemaker-hyperpod-inference amazon-sagemaker-spaces aws-dataplane-controller
    """.split()  # noqa: SIM905 - one word each
)


def processors(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """The image of a node group is for the processor of its instance types: Graviton's families have a g."""
    image = text(inputs, "amiType") or ""
    for where, kind in facts.strings_at(inputs, "instanceTypes[]"):
        family = _FAMILY.match(kind)
        if family is None or not ("ARM_64" in image or "x86_64" in image):
            continue
        is_arm = "g" in family[3] or (family[1], family[2]) == ("a", "1")
        if is_arm != ("ARM_64" in image):
            processor = "Arm" if is_arm else "x86"
            reason = f"[{kind}] is not a valid instance type for requested amiType {image}: it is {processor}"
            fix = f"use an image type for {processor}, or other instance types"
            yield reject(where, "InvalidParameterException", reason, fix)


def check_add_on(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """AWS's add-ons are these; those of the marketplace have their vendor in front: ``kubecost_kubecost``."""
    name = text(inputs, "addonName")
    if name is not None and "_" not in name and name not in _ADD_ONS:
        fix = "use a name of `aws eks describe-addon-versions`"
        yield reject("addonName", "InvalidParameterException", f"Addon {name} specified is not supported", fix)
