"""Who changed a resource, as far as CloudTrail's event history knows: 90 days, without what only reads.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from tools.drift.refresh import Drift
from tools.ready.account import Account

_GLOBAL: Final = "us-east-1"
"""Where CloudTrail keeps the events of IAM, Route 53 and CloudFront."""
_SECONDS: Final = 0.5
"""LookupEvents takes two requests a second for each account and region."""
_LATEST: Final = 3
_ASKED: Final = 20
_NAMES: Final = ("identifier", "replicationGroupId", "bucket", "functionName", "name")


@dataclass(frozen=True)
class Deed:
    """One call that changed something."""

    when: datetime
    who: str
    call: str

    def __str__(self) -> str:
        return f"{self.who}, {self.call}, {self.when.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def deeds(drift: Drift, account: Account, pause: Callable[[float], None] = time.sleep) -> list[Deed]:
    """Give the latest calls that changed a resource, the newest first. Raises ``NotAskedError``."""
    for name in names(drift):
        found = list(_called(account, name, region(drift)))
        if found:
            return sorted(found, key=lambda each: each.when, reverse=True)[:_LATEST]
        pause(_SECONDS)
    return []


def names(drift: Drift) -> list[str]:
    """Give what CloudTrail may call a resource: by its name, its id or its ARN, as the service does."""
    stated = [drift.outputs.get(key) or drift.before.get(key) for key in _NAMES]
    candidates = [*stated, drift.id, drift.outputs.get("arn")]
    return list(dict.fromkeys(str(each) for each in candidates if each))


def region(drift: Drift) -> str:
    """Give the region whose events tell of it."""
    arn = str(drift.outputs.get("arn") or "").split(":")
    stated = arn[3] if len(arn) > 5 else str(drift.outputs.get("region") or "")  # noqa: PLR2004 - the parts of an ARN
    return stated or _GLOBAL


def _called(account: Account, name: str, place: str) -> Iterator[Deed]:
    asked: list[Mapping[str, str]] = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    answer = account.ask(
        "cloudtrail", "lookup_events", place, LookupAttributes=asked, PaginationConfig={"MaxItems": _ASKED}
    )
    for event in cast("list[Mapping[str, Any]]", answer.get("Events") or []):
        if str(event.get("ReadOnly")).lower() != "true":
            yield Deed(event["EventTime"], _who(event), str(event["EventName"]))


def _who(event: Mapping[str, Any]) -> str:
    """Name the identity: its ARN, which has the session of whoever took a role, or the service that acted."""
    told = cast("Mapping[str, Any]", json.loads(event.get("CloudTrailEvent") or "{}"))
    identity = cast("Mapping[str, Any]", told.get("userIdentity") or {})
    return str(identity.get("arn") or identity.get("invokedBy") or event.get("Username") or "unknown")
