"""Values of the cluster chart: nodes, volumes, priorities, the secret store, and how the nodes go."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import NotEmpty
from components.chart_values.types import DISTINCT, Name, Positive, RegionName, Text
from settings.facts.volumes import GP3_IOPS, GP3_MIB

CapacityTypes = Annotated[tuple[Literal["on-demand", "spot"], ...], Field(min_length=1)]
Category = Annotated[str, Field(pattern=r"^[a-z]{1,4}$")]
DiskGib = Annotated[int, Field(ge=20)]


class Nodes(ChartValues):
    """The pool that every product shares."""

    architecture: Literal["amd64", "arm64"]
    capacity_types: Annotated[CapacityTypes, DISTINCT]
    instance_categories: Annotated[tuple[Category, ...], Field(min_length=1), DISTINCT]
    minimum_generation: Positive
    cpu: Positive
    """vCPU over all nodes of the pool."""
    memory_gib: Positive
    """GiB over all nodes of the pool."""
    disk_gib: DiskGib
    """Encrypted root volume of each node, in GiB."""
    expire_after_hours: Positive
    termination_grace_hours: Positive
    """Hours that a node may take to drain: no pod that runs to an end runs longer."""
    maximum_pods: Annotated[int, Field(ge=10, le=250)]
    instance_profile: Out[Text]
    security_group: Out[Text]
    volume_key: Out[Text]
    """ARN of the KMS key of node and pod volumes."""
    tags: dict[str, str]
    subnets: tuple[Text, ...] | None = None
    """Ids of the subnets that nodes start in; without them, those that carry the cluster's name in a tag."""


class PoolLimits(ConditionalValues):
    """What a process may have on a node of the pool."""

    conditions = (NotEmpty(),)

    open_files: Annotated[int, Field(ge=1024)] | None = None
    processes_per_pod: Annotated[int, Field(ge=64)] | None = None


class Pool(ChartValues):
    """A pool of the product's own. Bandwidth is in Mbit/s and memory in MiB, as Karpenter's labels are."""

    instance_types: tuple[Text, ...]
    instance_categories: tuple[Category, ...]
    minimum_generation: Positive
    minimum_cpu: Positive
    maximum_cpu: Positive
    minimum_memory_mib: Annotated[int, Field(ge=0)]
    minimum_network_mbps: Annotated[int, Field(ge=0)]
    capacity_types: CapacityTypes
    cpu: Positive
    """vCPU over all nodes of the pool."""
    disk_gib: DiskGib
    disk_iops: Annotated[int, Field(ge=GP3_IOPS[0], le=GP3_IOPS[1])]
    disk_throughput_mib: Annotated[int, Field(ge=GP3_MIB[0], le=GP3_MIB[1])]
    limits: PoolLimits | None = None


class SecretStore(ChartValues):
    """The way to Secrets Manager."""

    namespaces: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Namespaces that may read through the store."""


class Kubectl(ChartValues):
    """What takes the nodes away before their controller goes."""

    image: Text


class ClusterValues(ChartValues):
    cluster: Annotated[str, Field(min_length=1, max_length=100)]
    """The cluster's name in EKS; subnets carry it in the tag karpenter.sh/discovery."""
    region: RegionName
    zones: Annotated[tuple[Text, ...], Field(min_length=1), DISTINCT]
    nodes: Nodes
    encrypted_network: bool | None = None
    """Launch only machines whose network cards encrypt every packet between them."""
    pools: dict[Name, Pool] | None = None
    """The product's own pools by name, tainted for the pods that name them."""
    secrets: SecretStore
    kubectl: Kubectl
