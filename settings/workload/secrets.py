"""The kinds of secret a product may declare. A secret's value never stands in a workload file."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings

SecretOutput = Literal["database.url", "database.reader_url", "database.password", "cache.url", "cache.password"]
"""Values that the platform composes from a credential and an endpoint."""


class GeneratedSecret(Settings):
    """A random value made once; raising `generation` makes a new one and restarts the pods that read it."""

    kind: Literal["generated"]
    bytes: int = Field(default=32, ge=16, le=128)
    encoding: Literal["hex", "base64"] = "hex"
    generation: int = Field(default=1, ge=1)
    rotate_every_days: int | None = Field(default=None, ge=1, le=365)


class ProvidedSecret(Settings):
    """A value that the operator sets in the stack's encrypted configuration (`secrets.<NAME>`)."""

    kind: Literal["provided"]
    required: bool = True


class ExternalSecret(Settings):
    """A value that somebody keeps in Secrets Manager; `name` defaults to <product>/<stack>/<secret>."""

    kind: Literal["external"]
    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$")


class WiredSecret(Settings):
    """A value that the platform composes, such as a database URL."""

    kind: Literal["wired"]
    output: SecretOutput


Secret = Annotated[
    GeneratedSecret | ProvidedSecret | ExternalSecret | WiredSecret, Field(discriminator="kind")
]
