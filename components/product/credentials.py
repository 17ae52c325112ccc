"""Values that a product is given as secrets: who they are for, and how each is put together.

No value passes through here. On a cluster External Secrets fills a text in; for a task it is composed as a secret
output and stored whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from settings.workload.container import pieces
from settings.workload.outputs import SecretOutput
from settings.workload.secrets import TextSecret, WiredSecret
from settings.workload.service import WiredOutput


@dataclass(frozen=True)
class FromOutput:
    """The part of a text that is an output of the platform."""

    name: WiredOutput


@dataclass(frozen=True)
class FromCredential:
    """The part of a text that is half of a credential; `in_url` escapes it for a URL."""

    credential: str
    half: Literal["username", "password"]
    in_url: bool = False


@dataclass(frozen=True)
class FromSecret:
    """The part of a text that is another declared secret."""

    name: str


Part = str | FromOutput | FromCredential | FromSecret
Text = tuple[Part, ...]
"""A secret value in parts: plain text, outputs, halves of credentials, and other secrets."""

_SECRETS = "secrets."


def _parts(composed: str, texts: Mapping[SecretOutput, Text]) -> Text | None:
    """Take a composed text apart, down to credentials; None where it names a secret output that this stack has not."""
    found: list[Part] = []
    for piece in pieces(composed):
        if isinstance(piece, str):
            found.append(piece)
        elif piece.name in get_args(SecretOutput) or piece.name in texts:
            text = texts.get(cast("SecretOutput", piece.name))
            if text is None:
                return None
            found += text
        elif piece.name.startswith(_SECRETS) and piece.name not in get_args(WiredOutput):
            found.append(FromSecret(piece.name.removeprefix(_SECRETS)))
        else:
            # The settings have held the name against those that there are.
            found.append(FromOutput(cast("WiredOutput", piece.name)))
    return tuple(found)


def text_of(secret: WiredSecret | TextSecret, texts: Mapping[SecretOutput, Text]) -> Text | None:
    """Return how a secret is put together; None for one that is made from what this stack has not."""
    return texts.get(secret.output) if isinstance(secret, WiredSecret) else _parts(secret.text, texts)


def secrets_in(text: Text) -> tuple[str, ...]:
    """Name the declared secrets that a text is made from, each once."""
    return tuple(dict.fromkeys(part.name for part in text if isinstance(part, FromSecret)))


def credentials_in(text: Text) -> tuple[str, ...]:
    """Name the credentials that a text is made from, each once."""
    return tuple(dict.fromkeys(part.credential for part in text if isinstance(part, FromCredential)))


def acting_as(texts: Mapping[SecretOutput, Text], acting: Mapping[str, str]) -> dict[SecretOutput, Text]:
    """Put other credentials in the places of those that texts name."""

    def acted(part: Part) -> Part:
        if not isinstance(part, FromCredential):
            return part
        return replace(part, credential=acting.get(part.credential, part.credential))

    return {output: tuple(acted(part) for part in text) for output, text in texts.items()}


def user_in_url(credential: str) -> Text:
    """Return `username:password@`, as it stands in a URL."""
    return (FromCredential(credential, "username"), ":", FromCredential(credential, "password", in_url=True), "@")
