"""Work that runs to its end: on a schedule, or once after every rollout."""

from pydantic import Field

from settings.types import Cron, FolderPath, Name, VariableName
from settings.workload.aws_caller import AwsCaller
from settings.workload.outputs import Use
from settings.workload.service import Amount, Egress, EnvironmentValue, Flow, Image, Resources


class Job(AwsCaller):
    """A Job with the image of a service, or with its own."""

    service: Name
    """Service whose image, unless another is given, and whose user the Job gets."""
    image: Image | None = None
    """Image of the Job; without it, the service's."""
    schedule: Cron | None = None
    """When, in UTC; without it the Job runs once after every rollout, which fails with it."""
    command: tuple[str, ...] = ()
    """Command that replaces the image's entry point."""
    arguments: tuple[str, ...] = ()
    """Arguments that replace the image's own."""
    resources: Resources = Resources(
        requests=Amount(cpu="250m", memory="256Mi"), limits=Amount(cpu="1", memory="512Mi")
    )
    """CPU and memory of the Job's pod."""
    environment: dict[VariableName, EnvironmentValue] = Field(default={})
    """Environment variables: text, or an output of the platform."""
    secrets: tuple[VariableName, ...] = ()
    """Declared secrets that the Job gets as environment variables."""
    writable_paths: tuple[FolderPath, ...] = ("/tmp",)  # noqa: S108 -- inside the container
    """Scratch directories."""
    uses: tuple[Use, ...] = ()
    """Platform components that the Job may connect to."""
    calls: tuple[Flow, ...] = ()
    """Services of the same product that the Job may connect to."""
    egress: tuple[Egress, ...] = ()
    """Addresses outside that the Job may connect to."""
    deadline_seconds: int = Field(default=600, ge=10, le=86400)
    """The Job fails after this time."""
    retries: int = Field(default=2, ge=0, le=20)
    """How often a failed pod is replaced."""
