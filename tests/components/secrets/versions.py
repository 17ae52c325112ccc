"""A Secrets Manager with one secret, which behaves as its guide says."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from components.secrets.rotation_function.steps import Event, Kind, rotate

NAME = "shop/prod/JWT_SECRET"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Secret:
    """One secret with versions and stages; `new` is the version that the first rotation is to fill."""

    def __init__(self, value: str) -> None:
        self.values = {"old": value}
        self.stages: dict[str, list[str]] = {"old": ["AWSCURRENT"], "new": ["AWSPENDING"]}

    @property
    def current(self) -> str:
        (version,) = [version for version, stages in self.stages.items() if "AWSCURRENT" in stages]
        return self.values[version]

    def describe_secret(self, *, SecretId: str) -> Mapping[str, Any]:  # noqa: N803
        return {"Name": NAME, "VersionIdsToStages": {version: list(held) for version, held in self.stages.items()}}

    def get_secret_value(self, *, SecretId: str, VersionId: str, VersionStage: str) -> Mapping[str, Any]:  # noqa: N803
        if VersionId not in self.values or VersionStage not in self.stages[VersionId]:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")
        return {"SecretString": self.values[VersionId]}

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        VersionStages: Sequence[str],  # noqa: N803
    ) -> Mapping[str, Any]:
        self.values[ClientRequestToken] = SecretString
        self.stages[ClientRequestToken] = list(VersionStages)
        return {}

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str,  # noqa: N803
    ) -> Mapping[str, Any]:
        self.stages[RemoveFromVersionId] = ["AWSPREVIOUS"]
        self.stages[MoveToVersionId].append(VersionStage)
        return {}


def event(step: Any, token: str = "new") -> Event:
    """Return what Secrets Manager sends for one step."""
    return {"SecretId": f"arn:aws:secretsmanager:us-east-1:1:secret:{NAME}", "ClientRequestToken": token, "Step": step}


def run(secret: Secret, kind: Kind, *steps: str, token: str = "new") -> None:
    """Run steps of a rotation, all of them where none is named."""
    secret.stages.setdefault(token, ["AWSPENDING"])
    for step in steps or STEPS:
        rotate(event(step, token), secret, {NAME: kind})
