"""Rotate a generated secret: Secrets Manager calls this four times, once for each step.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html. The environment holds
`SHAPES`, JSON of secret name to a shape. No value is ever logged.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol, TypedDict, cast

from botocore.exceptions import ClientError
from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class Event(TypedDict):
    """What Secrets Manager sends."""

    SecretId: str
    ClientRequestToken: str
    Step: Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


class Shape(TypedDict):
    """How long a value is, how it is written, and what is kept beside it.

    A `list` holds `tokens` of them in one comma list, newest first; a `pair` is JSON of `current` and `previous`.
    """

    bytes: int
    encoding: Literal["hex", "base64"]
    form: NotRequired[Literal["list", "pair"]]
    tokens: NotRequired[int]


class SecretsManager(Protocol):
    """The four calls that a rotation makes."""

    def describe_secret(self, *, SecretId: str) -> Mapping[str, Any]: ...  # noqa: N803 -- AWS's names
    def get_secret_value(self, *, SecretId: str, VersionId: str, VersionStage: str) -> Mapping[str, Any]: ...  # noqa: N803
    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        VersionStages: Sequence[str],  # noqa: N803
    ) -> Mapping[str, Any]: ...
    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str,  # noqa: N803
    ) -> Mapping[str, Any]: ...


def handler(event: Event, _context: object) -> None:
    """Run one step of a rotation."""
    session = cast("Any", get_session())
    client = cast("SecretsManager", session.create_client("secretsmanager"))
    rotate(event, client, json.loads(os.environ["SHAPES"]))


def rotate(event: Event, client: SecretsManager, shapes: Mapping[str, Shape]) -> None:
    """Run the event's step. Raises ValueError for a secret that is not ours or a version that is not to be rotated."""
    secret, token = event["SecretId"], event["ClientRequestToken"]
    described = client.describe_secret(SecretId=secret)
    shape = shapes.get(described["Name"])
    if shape is None:
        raise ValueError(f"{described['Name']} is not among the secrets that rotate")
    stages = cast("Mapping[str, Sequence[str]]", described.get("VersionIdsToStages", {}))
    if token not in stages:
        raise ValueError(f"{described['Name']} has no version {token} to rotate")
    if CURRENT in stages[token]:
        return
    before = next(version for version, held in stages.items() if CURRENT in held)
    if event["Step"] == "createSecret":
        _create(client, secret, token, before, shape)
    elif event["Step"] == "testSecret":
        _test(client, secret, token, shape)
    elif event["Step"] == "finishSecret":
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=token, RemoveFromVersionId=before
        )


def new_value(shape: Shape) -> str:
    """Return fresh random bytes, written as the shape says."""
    value = secrets.token_bytes(shape["bytes"])
    return value.hex() if shape["encoding"] == "hex" else base64.b64encode(value).decode()


def next_content(shape: Shape, current: str) -> str:
    """Return what is stored next: a fresh value, and beside it what the shape keeps of those before."""
    fresh = new_value(shape)
    form = shape.get("form")
    if form == "list":
        return ",".join([fresh, *current.split(",")][: shape.get("tokens", 1)])
    if form == "pair":
        return json.dumps({"current": fresh, "previous": json.loads(current)["current"]})
    return fresh


def _values(shape: Shape, content: str) -> list[str]:
    form = shape.get("form")
    if form == "pair":
        return list(json.loads(content).values())
    return content.split(",") if form == "list" else [content]


def _create(client: SecretsManager, secret: str, token: str, before: str, shape: Shape) -> None:
    """Put a value, unless an earlier try has: the step may be repeated and must not change its mind."""
    try:
        client.get_secret_value(SecretId=secret, VersionId=token, VersionStage=PENDING)
    except ClientError as error:
        if cast("Any", error).response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        current = str(client.get_secret_value(SecretId=secret, VersionId=before, VersionStage=CURRENT)["SecretString"])
        content = next_content(shape, current)
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=token, SecretString=content, VersionStages=[PENDING]
        )


def _test(client: SecretsManager, secret: str, token: str, shape: Shape) -> None:
    content = str(client.get_secret_value(SecretId=secret, VersionId=token, VersionStage=PENDING)["SecretString"])
    for value in _values(shape, content):
        decoded = bytes.fromhex(value) if shape["encoding"] == "hex" else base64.b64decode(value, validate=True)
        if len(decoded) != shape["bytes"]:
            raise ValueError(f"a pending value has {len(decoded)} bytes, not {shape['bytes']}")
