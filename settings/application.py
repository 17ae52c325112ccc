"""What one stack makes of its product: how much of it runs, from which images, and with which variables."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import Days, Name, Region, VariableName
from settings.vocabulary import Means
from settings.workload.service import Egress


class ServiceChanges(Settings):
    """What this stack states otherwise about one service."""

    environment: dict[VariableName, str] = Field(default={})
    """Environment variables, in place of the product's own of the same names or beside them."""
    egress: tuple[Egress, ...] = ()
    """Addresses outside that the pods may connect to, beside the product's own."""


class ApplicationSettings(Settings):
    """How the product itself is scaled, where its images come from, and which of it runs."""

    scale: Literal["workload", "pilot", "single"]
    """The product's replica values, one pod of each service that grows to them under load, or one pod of each."""
    images_from: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9]+([._/:-][a-z0-9]+)*$", max_length=255),
        Means("a registry and path in lower case, without a slash at the end", "registry.example.com/mirror"),
    ] = None
    """Registry and path that replace the registry of every image; not of the product's own with `registry: ecr`."""
    registry: Literal["upstream", "ecr"] = "upstream"
    """Where the product's images come from: as the workload file says, or from <product>/<image> in ECR."""
    repositories: bool = False
    """Make an ECR repository for each of the product's images; one stack of an account and region does."""
    images_kept: int = Field(default=100, ge=2, le=1000)
    """Newest tagged images that each repository keeps."""
    replicate_images_to: tuple[Region, ...] = ()
    """Regions that get a copy of each image as it is pushed; the one such list of the account's whole registry."""
    untagged_image_days: Days = 14
    """How long a repository keeps images without a tag."""
    without: tuple[Name, ...] = ()
    """Services of the product that this stack does not run; nothing outside may lead to them."""
    include: tuple[Name, ...] = ()
    """Optional services of the product that this stack runs."""
    services: dict[Name, ServiceChanges] = Field(default={})
    """What this stack changes about a service of the product, by the service's name."""
    toolbox: bool = False
    """Keep a pod with psql and redis-cli beside the product, for operators."""
    stopped: bool = False
    """Run no pod or task of the product, and none of its jobs, until this is false again."""
