"""The EC2 instance types that can carry a whole small product, for the form with one host.

Source: https://aws.amazon.com/ec2/instance-types/ (vCPU, memory, processor of each type)
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class HostType:
    """`vcpu` and `memory_gib` are the whole machine's."""

    vcpu: int
    memory_gib: int
    architecture: Literal["amd64", "arm64"]

    @property
    def units(self) -> int:
        """CPU units, of which 1024 are one vCPU."""
        return self.vcpu * 1024

    @property
    def task_mebibytes(self) -> int:
        """What is left for tasks: the operating system and ECS's agent keep a tenth (3,800 MiB of 4 GiB register)."""
        return self.memory_gib * 1024 * 9 // 10


HOST_TYPES: dict[str, HostType] = {
    "t4g.small": HostType(2, 2, "arm64"),
    "t4g.medium": HostType(2, 4, "arm64"),
    "t4g.large": HostType(2, 8, "arm64"),
    "t4g.xlarge": HostType(4, 16, "arm64"),
    "m7g.medium": HostType(1, 4, "arm64"),
    "m7g.large": HostType(2, 8, "arm64"),
    "m7g.xlarge": HostType(4, 16, "arm64"),
    "t3.small": HostType(2, 2, "amd64"),
    "t3.medium": HostType(2, 4, "amd64"),
    "t3.large": HostType(2, 8, "amd64"),
    "t3.xlarge": HostType(4, 16, "amd64"),
    "m7i.large": HostType(2, 8, "amd64"),
    "m7i.xlarge": HostType(4, 16, "amd64"),
}
