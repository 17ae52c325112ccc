"""What a product is made smaller by in an environment that is not production."""

from pydantic import Field

from settings.base import Settings
from settings.types import Name
from settings.workload.container import Resources
from settings.workload.nodes import NodePool


class ServiceSize(Settings):
    resources: Resources
    """CPU and memory of one pod."""


class EnvironmentChanges(Settings):
    """Values that replace the product's own in one environment."""

    services: dict[Name, ServiceSize] = Field(default={})
    """How large the pods of a service are."""
    node_pools: dict[Name, NodePool] = Field(default={})
    """Node pools by name; they are made even where the product runs as single pods."""
