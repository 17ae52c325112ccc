"""How the machine that runs the program reaches the Kubernetes API, which is private unless a stack says otherwise."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import Network
from settings.vocabulary import Means

ApiAccess = Literal["public", "tunnel", "network"]


class ApiPeering(Settings):
    """A VPC of the same account and region that the program makes a peering connection to, with routes both ways."""

    vpc_id: Annotated[
        str, Field(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"), Means("a VPC's id", "vpc-0123456789abcdef0")
    ]
    """The VPC that the runner stands in."""
    route_table_ids: tuple[
        Annotated[
            str,
            Field(pattern=r"^rtb-([0-9a-f]{8}|[0-9a-f]{17})$"),
            Means("a route table's id", "rtb-0123456789abcdef0"),
        ],
        ...,
    ] = Field(min_length=1)
    """Route tables of the runner's subnets; each gets a route to this network."""


class NetworkAccess(Settings):
    """Private ranges that the cluster's security group lets in, and how they are connected."""

    cidrs: tuple[Network, ...] = Field(min_length=1)
    """Private ranges that may reach the Kubernetes API."""
    peering: ApiPeering | None = None
    """Make a peering connection to the runner's VPC; without it, the ranges are connected already."""
