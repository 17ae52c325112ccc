"""Stacks to check, against moto's account or none; nothing here reaches a real one."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import botocore.session
import yaml

from components.checked import refuse_unbuildable
from settings import PlatformSettings, load
from settings.raw import Raw, merged
from tools.ready.account import Account
from tools.ready.case import Case
from tools.ready.line import Line

ROOT = Path(__file__).parents[3]
NO_CREDENTIALS = "there are no AWS credentials here"


def stack(name: str = "prod", **changes: Raw) -> PlatformSettings:
    """The settings of Pulumi.<name>.yaml with some of its keys changed."""
    return _stack(name, json.dumps(changes))


@cache
def _stack(name: str, changes: str) -> PlatformSettings:
    config = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text(encoding="utf-8"))["config"]
    stated: dict[str, Raw] = {key.partition(":")[2]: value for key, value in config.items()}
    settings = load(name, merged(stated, json.loads(changes)), ROOT / "workloads")
    refuse_unbuildable(settings)
    return settings


def aws(service: str, region: str = "us-east-1") -> Any:
    """A client of moto's account."""
    return cast("Any", botocore.session.Session()).create_client(service, region_name=region)


def nobody(region: str = "us-east-1") -> Account:
    """The account of a machine without credentials."""
    return Account(region, None, NO_CREDENTIALS)


def everything(program: str) -> str:
    """A PATH on which every program is."""
    return f"/usr/bin/{program}"


def case(
    settings: PlatformSettings,
    account: Account | None = None,
    *,
    project: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = everything,
) -> Case:
    return Case(
        settings=settings,
        account=account or nobody(),
        project=project,
        environment=environment or {},
        which=which,
    )


def quota_answers(values: Mapping[str, int]) -> Callable[[str, str], Any]:
    """Make clients of which Service Quotas' knows these codes, which moto does not; the rest is moto's."""

    def make(service: str, region: str) -> Any:
        client = aws(service, region)
        if service == "service-quotas":
            client.meta.events.register("before-call.service-quotas.GetServiceQuota", answer)
        return client

    def answer(params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        code = json.loads(params["body"])["QuotaCode"]
        if code not in values:
            absent = {"Error": {"Code": "NoSuchResourceException", "Message": code}, "ResponseMetadata": {}}
            return _Answer(400), absent
        return _Answer(200), {"Quota": {"QuotaCode": code, "Value": float(values[code])}, "ResponseMetadata": {}}

    return make


class _Answer:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


def states(lines: list[Line], subject: str) -> list[str]:
    return [line.state for line in lines if line.subject == subject]


def one(lines: list[Line], subject: str) -> Line:
    found = [line for line in lines if line.subject == subject]
    assert len(found) == 1, [line.subject for line in lines]
    return found[0]
