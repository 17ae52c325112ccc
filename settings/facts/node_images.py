"""The machine images of EKS nodes, by the architecture of their instance types."""

import re
from collections.abc import Sequence
from typing import Final

_GRAVITON: Final = re.compile(r"^[a-z]+[0-9]+g[a-z]*\.")
"""The letter g after the generation: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"""


def ami_type(instance_types: Sequence[str]) -> str:
    """Return the AL2023 image type for instance types of one architecture. Raises ValueError when they are mixed.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html#AmazonEKS-Type-Nodegroup-amiType
    """
    graviton = [each for each in instance_types if _GRAVITON.match(each)]
    if not graviton:
        return "AL2023_x86_64_STANDARD"
    if len(graviton) < len(instance_types):
        raise ValueError(f"instance types of one node group share an architecture; {', '.join(graviton)} are arm64")
    return "AL2023_ARM_64_STANDARD"
