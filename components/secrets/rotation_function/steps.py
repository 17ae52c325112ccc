"""The four steps of a rotation: Secrets Manager calls the function once for each of them.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html. A step may be
repeated, after a failure or because its answer was lost. A schedule that does not begin at once is tried with the third
(https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html). No value is ever logged.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, cast

from botocore.exceptions import ClientError

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class Event(TypedDict):
    """What Secrets Manager sends."""

    SecretId: str
    ClientRequestToken: str
    Step: Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


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


class Kind(Protocol):
    """A kind of secret: how its next content is made, and what must know of it before it is current."""

    def next_content(self, current: str) -> str:
        """Return what is stored next."""
        ...

    def set(self, current: str, pending: str) -> None:
        """Make the pending content valid, and leave the current one valid."""
        ...

    def test(self, pending: str) -> None:
        """Raise ValueError unless the pending content is good."""
        ...


def rotate(event: Event, client: SecretsManager, kinds: Mapping[str, Kind]) -> None:
    """Run the event's step on the secret that it names; `kinds` are the secrets that rotate, by their names.

    Raises ValueError for another secret, for a version that is not to be rotated, and for content that is no good.
    """
    secret, token = event["SecretId"], event["ClientRequestToken"]
    described = client.describe_secret(SecretId=secret)
    kind = kinds.get(described["Name"])
    if kind is None:
        raise ValueError(f"{described['Name']} is not among the secrets that rotate")
    stages = cast("Mapping[str, Sequence[str]]", described.get("VersionIdsToStages", {}))
    if token not in stages:
        raise ValueError(f"{described['Name']} has no version {token} to rotate")
    if CURRENT in stages[token]:
        return
    before = next(version for version, held in stages.items() if CURRENT in held)

    def current() -> str:
        return _content(client, secret, before, CURRENT)

    if event["Step"] == "createSecret":
        _create(client, secret, token, lambda: kind.next_content(current()))
    elif event["Step"] == "setSecret":
        kind.set(current(), _content(client, secret, token, PENDING))
    elif event["Step"] == "testSecret":
        # A schedule that begins later is tried by this step alone, on a version that holds nothing new.
        pending = _pending(client, secret, token)
        if pending is not None and pending != current():
            kind.test(pending)
    else:
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=token, RemoveFromVersionId=before
        )


def _content(client: SecretsManager, secret: str, version: str, stage: str) -> str:
    return str(client.get_secret_value(SecretId=secret, VersionId=version, VersionStage=stage)["SecretString"])


def _pending(client: SecretsManager, secret: str, token: str) -> str | None:
    """Return what an earlier step put into the version; None where none has."""
    try:
        return _content(client, secret, token, PENDING)
    except ClientError as error:
        if cast("Any", error).response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def _create(client: SecretsManager, secret: str, token: str, make: Callable[[], str]) -> None:
    """Put a value, unless an earlier try has: the step may be repeated and must not change its mind."""
    if _pending(client, secret, token) is None:
        client.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString=make(), VersionStages=[PENDING])
