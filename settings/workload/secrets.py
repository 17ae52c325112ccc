"""The kinds of secret a product may declare. A secret's value never stands in a workload file."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import VariableName
from settings.vocabulary import Means
from settings.workload.container import ComposedText
from settings.workload.outputs import SecretOutput


class GeneratedSecret(Settings):
    """Random values made once; raising `generation` makes a new one and restarts the pods that read it."""

    kind: Literal["generated"]
    """A random value, made once."""
    bytes: int = Field(default=32, ge=16, le=128)
    """Random bytes behind the value."""
    encoding: Literal["hex", "base64"] = "hex"
    """How the bytes are written."""
    generation: int = Field(default=1, ge=1)
    """Raise it to make a new value."""
    tokens: int = Field(default=1, ge=1, le=8)
    """Values in one comma list, newest first: a new one takes the oldest's place, so the one before stays valid."""
    rotate_every_days: int | None = Field(default=None, ge=1, le=365)
    """Age after which the value is due for rotation; without it, it is never rotated."""
    renamed_from: VariableName | None = None
    """The name that it had: it keeps that one's value, and both hold it for as long as both are declared."""


class PreviousSecret(Settings):
    """The value before of a generated secret: it verifies what was signed before the last change.

    Until the first change it is a random value that nothing was signed with.
    """

    kind: Literal["previous"]
    """The value before of a generated secret."""
    of: VariableName
    """The generated secret."""


class SigningKeySecret(Settings):
    """An Ed25519 private key in base64 (RFC 8032), made once."""

    kind: Literal["signing_key"]
    """An Ed25519 private key in base64, made once."""
    form: Literal["seed", "pair"] = "seed"
    """The 32 bytes of RFC 8032, or 64 with the public key behind them, as Go's crypto/ed25519 and NaCl keep it."""
    generation: int = Field(default=1, ge=1)
    """Raise it to make a new key."""
    renamed_from: VariableName | None = None
    """The name that it had: it keeps that one's key, and both hold it for as long as both are declared."""


class User(Settings):
    role: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Means("letters, digits, _ and -, at most 64", "admin")
    ]
    """What the product lets the user do."""
    generation: int = Field(default=1, ge=1)
    """Raise it for a new password."""


UserName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$"),
    Means("a user's name: lower-case letters, digits, _ and -, a letter first", "admin"),
]


class UsersSecret(Settings):
    """Users as `name:bcrypt hash:role`, in one comma list; <product>/<stack>/<secret>/<user> holds each password."""

    kind: Literal["users"]
    """Users with generated passwords, of which the product gets bcrypt hashes alone."""
    users: dict[UserName, User] = Field(min_length=1, max_length=50)
    """The users by name."""


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


class TextSecret(Settings):
    """A value that the platform composes from text, outputs, and parts of other secrets.

    In braces may stand what `{output: …}` and a wired secret may name, and `secrets.NAME` for another declared secret.
    """

    kind: Literal["text"]
    """A value that the platform composes from text, outputs, and parts of other secrets."""
    text: ComposedText
    """Text with names in braces: `jdbc:postgresql://{database.host}/{database.name}?password={database.password}`."""


Secret = Annotated[
    GeneratedSecret
    | PreviousSecret
    | SigningKeySecret
    | UsersSecret
    | ProvidedSecret
    | ExternalSecret
    | WiredSecret
    | TextSecret,
    Field(discriminator="kind"),
]
