"""Node pools that a product wants for itself."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.facts.volumes import GP3_IOPS, GP3_MIB
from settings.types import InstanceType
from settings.vocabulary import Means


class NodePool(Settings):
    """Nodes for the pods that name the pool, and for no others; made where the product runs at its own scale."""

    instance_types: tuple[InstanceType, ...] = ()
    """EC2 instance types to choose from; without them, every one that fits the values below."""
    instance_categories: tuple[
        Annotated[str, Field(pattern=r"^[a-z]{1,4}$"), Means("an EC2 instance category: c, m, r, t …", "m")], ...
    ] = Field(default=("c", "m", "r"), min_length=1)
    """EC2 instance categories to choose from."""
    minimum_generation: int = Field(default=6, ge=1, le=20)
    """Oldest instance generation to choose."""
    minimum_cpu: int = Field(default=2, ge=2, le=448)
    """vCPU of a node at least."""
    maximum_cpu: int = Field(default=64, ge=2, le=448)
    """vCPU of a node at most."""
    minimum_memory_gib: int = Field(default=4, ge=1, le=24576)
    """Memory of a node at least."""
    minimum_network_gbps: int | None = Field(default=None, ge=1, le=600)
    """Network bandwidth that a node sustains at least, not the rate it bursts to."""
    capacity_types: tuple[Literal["on-demand", "spot"], ...] = Field(default=("on-demand",), min_length=1)
    """Purchase options to choose from."""
    maximum_nodes: int = Field(default=10, ge=1, le=500)
    """Nodes at most, counted at their largest size."""
    disk_gib: int = Field(default=100, ge=20, le=16384)
    """Encrypted root volume of each node."""
    disk_iops: int = Field(default=GP3_IOPS[0], ge=GP3_IOPS[0], le=GP3_IOPS[1])
    """I/O operations a second of the root volume."""
    disk_throughput_mib: int = Field(default=GP3_MIB[0], ge=GP3_MIB[0], le=GP3_MIB[1])
    """MiB a second of the root volume."""
    open_files: int | None = Field(default=None, ge=1024, le=1_048_576)
    """Files that a process may hold open; without it what the machine image allows."""
    processes_per_pod: int | None = Field(default=None, ge=64, le=4_194_304)
    """Processes and threads of a pod at most; without it the node's own limit."""
