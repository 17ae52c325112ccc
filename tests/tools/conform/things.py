"""A graph of a few resources, as a test states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROVIDER = "urn:provider"


@dataclass(frozen=True)
class Thing:
    """One registered resource."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    secret_inputs: frozenset[str] = frozenset()
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    provider: str = f"{PROVIDER}::provider-id"

    @property
    def urn(self) -> str:
        return PROVIDER if self.type.startswith("pulumi:providers:") else f"urn:{self.type}:{self.name}"

    @property
    def id(self) -> str:
        return f"{self.name}-id"


AWS = Thing(
    "pulumi:providers:aws",
    "provider",
    {"region": "us-east-1", "defaultTags": '{"tags": {"Stack": "prod"}}'},
)
VPC = Thing("aws:ec2/vpc:Vpc", "network", {"cidrBlock": "10.0.0.0/16"}, {"arn": "arn:aws:ec2:us-east-1:1:network-arn"})


def reading(property: str, value: Any, *sources: Thing, token: str = "aws:ec2/subnet:Subnet", **others: Any) -> Thing:
    """Make a resource whose property was made of what others compute."""
    urns = frozenset(each.urn for each in sources)
    return Thing(token, "reader", {property: value, **others}, property_dependencies={property: urns})
