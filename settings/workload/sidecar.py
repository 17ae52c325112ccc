"""A container beside a service's own, in the same pod."""

from pydantic import Field

from settings.base import Settings
from settings.types import FolderPath, PortName, VariableName
from settings.workload.container import EnvironmentValue, Image, Port, Probes, Resources


class Sidecar(Settings):
    """A container that starts before the service's own and ends after it, under the same user.

    It shares the pod's network: the two reach each other at localhost, and what the service may connect to, it may.
    """

    image: Image
    """What runs."""
    command: tuple[str, ...] = ()
    """Command that replaces the image's entry point."""
    arguments: tuple[str, ...] = ()
    """Arguments that replace the image's own."""
    ports: dict[PortName, Port] = Field(default={})
    """Ports by name, each a port of the service's own Kubernetes Service; routes, calls and metrics may name them."""
    resources: Resources
    """CPU and memory of the container, beside the service's own."""
    probes: Probes = Probes()
    """How Kubernetes sees whether the container works; the pod is ready when all of its containers are."""
    environment: dict[VariableName, EnvironmentValue] = Field(default={})
    """Environment variables: text, or an output of the platform."""
    secrets: tuple[VariableName, ...] = ()
    """Declared secrets that the container gets as environment variables."""
    shares: tuple[FolderPath, ...] = ()
    """The service's volumes and scratch folders that this container sees too, at the same paths."""
    writable_paths: tuple[FolderPath, ...] = ("/tmp",)  # noqa: S108 -- inside the container
    """Scratch folders of its own."""
