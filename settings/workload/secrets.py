"""The kinds of secret a product may declare. A secret's value never stands in a workload file."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.vocabulary import Means

SecretOutput = Literal[
    "database.url",
    "database.reader_url",
    "database.pooled_url",
    "database.password",
    "timeseries.url",
    "timeseries.reader_url",
    "timeseries.password",
    "event_bus.access_key",
    "event_bus.secret_key",
    "cache.url",
    "cache.password",
]
"""Values that the platform composes from a credential and an endpoint."""


class GeneratedSecret(Settings):
    """A random value made once; raising `generation` makes a new one and restarts the pods that read it."""

    kind: Literal["generated"]
    """A random value, made once."""
    bytes: int = Field(default=32, ge=16, le=128)
    """Random bytes behind the value."""
    encoding: Literal["hex", "base64"] = "hex"
    """How the bytes are written."""
    generation: int = Field(default=1, ge=1)
    """Raise it to make a new value."""
    rotate_every_days: int | None = Field(default=None, ge=1, le=365)
    """Age after which the value is due for rotation; without it, it is never rotated."""


class ProvidedSecret(Settings):
    """A value that the operator sets in the stack's encrypted configuration (`secrets.<NAME>`)."""

    kind: Literal["provided"]
    """A value in the stack's encrypted configuration."""
    required: bool = True
    """The platform is refused without the value."""


class ExternalSecret(Settings):
    """A value that somebody keeps in Secrets Manager; `name` defaults to <product>/<stack>/<secret>."""

    kind: Literal["external"]
    """A value that somebody keeps in Secrets Manager."""
    name: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$"),
        Means("letters, digits and / _ + = . @ -, at most 512", "example/prod/api-key"),
    ] = None
    """Name in Secrets Manager; without it <product>/<stack>/<secret>."""


class WiredSecret(Settings):
    """A value that the platform composes, such as a database URL."""

    kind: Literal["wired"]
    """A value that the platform composes."""
    output: SecretOutput
    """Which value."""


Secret = Annotated[GeneratedSecret | ProvidedSecret | ExternalSecret | WiredSecret, Field(discriminator="kind")]
