"""Rotate a generated secret. The environment holds `ROTATED`, JSON of secret name to a shape."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict, cast

from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

from components.secrets.rotation_function.steps import Event, SecretsManager, rotate


class Shape(TypedDict):
    """How long a value is, how it is written, and what is kept beside it.

    A `list` holds `tokens` of them in one comma list, newest first; a `pair` is JSON of `current` and `previous`.
    """

    bytes: int
    encoding: Literal["hex", "base64"]
    form: NotRequired[Literal["list", "pair"]]
    tokens: NotRequired[int]


@dataclass(frozen=True)
class Generated:
    """Random values of one shape. Nothing but the secret's readers has to know of a new one."""

    shape: Shape

    def next_content(self, current: str) -> str:
        """Return a fresh value, and beside it what the shape keeps of those before."""
        fresh = new_value(self.shape)
        form = self.shape.get("form")
        if form == "list":
            return ",".join([fresh, *current.split(",")][: self.shape.get("tokens", 1)])
        if form == "pair":
            return json.dumps({"current": fresh, "previous": json.loads(current)["current"]})
        return fresh

    def set(self, current: str, pending: str) -> None:
        """Do nothing: a value is valid once it is read."""

    def test(self, pending: str) -> None:
        """Raise ValueError for a value of another length or encoding."""
        encoding, length = self.shape["encoding"], self.shape["bytes"]
        for value in self._values(pending):
            decoded = bytes.fromhex(value) if encoding == "hex" else base64.b64decode(value, validate=True)
            if len(decoded) != length:
                raise ValueError(f"a pending value has {len(decoded)} bytes, not {length}")

    def _values(self, content: str) -> list[str]:
        form = self.shape.get("form")
        if form == "pair":
            return list(json.loads(content).values())
        return content.split(",") if form == "list" else [content]


def handler(event: Event, _context: object) -> None:
    """Run one step of a rotation."""
    session = cast("Any", get_session())
    client = cast("SecretsManager", session.create_client("secretsmanager"))
    shapes = cast("dict[str, Shape]", json.loads(os.environ["ROTATED"]))
    rotate(event, client, {name: Generated(shape) for name, shape in shapes.items()})


def new_value(shape: Shape) -> str:
    """Return fresh random bytes, written as the shape says."""
    value = secrets.token_bytes(shape["bytes"])
    return value.hex() if shape["encoding"] == "hex" else base64.b64encode(value).decode()
