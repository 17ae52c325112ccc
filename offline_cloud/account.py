"""What stands in the offline account before any stack: its service-linked roles and its quotas.

``OFFLINE_CLOUD_ACCOUNT=fresh`` plays an account in which nothing was ever made;
``OFFLINE_CLOUD_ACCOUNT=ecs.amazonaws.com,…`` one that has the service-linked roles of these services and no others.
Without it the account has them all, and each `up` says which of them it could not have done without.

``OFFLINE_CLOUD_QUOTAS=fresh`` gives it the quotas that a new account may have, ``OFFLINE_CLOUD_QUOTAS=L-0263D0A3=5,…``
those of these codes of Service Quotas. Without it nothing runs out.

``OFFLINE_CLOUD_CALLER=arn:aws:iam::…:role/deploy`` is who runs the program, and so who makes its clusters; without it a
user.

``OFFLINE_CLOUD_STANDING=<file>`` names what else stands there: see ``offline_cloud.account_file``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offline_cloud.cloud.model import ACCOUNT_ID
from offline_cloud.faults import FaultSyntaxError

if TYPE_CHECKING:
    from offline_cloud.account_file import AccountFile

VARIABLE: Final = "OFFLINE_CLOUD_ACCOUNT"
FRESH: Final = "fresh"
QUOTAS: Final = "OFFLINE_CLOUD_QUOTAS"
STANDING: Final = "OFFLINE_CLOUD_STANDING"
CALLER: Final = "OFFLINE_CLOUD_CALLER"


def service_roles(environment: Mapping[str, str] = os.environ) -> frozenset[str] | None:
    """Give the services whose role the account has; ``None``: all of them."""
    stated = environment.get(VARIABLE, "").strip()
    if not stated:
        return None
    return frozenset() if stated == FRESH else frozenset(part.strip() for part in stated.split(",") if part.strip())


def caller(environment: Mapping[str, str] = os.environ) -> str:
    """Give the ARN of whoever runs the program."""
    return environment.get(CALLER, "").strip() or f"arn:aws:iam::{ACCOUNT_ID}:user/offline-cloud"


def standing(environment: Mapping[str, str] = os.environ) -> "AccountFile | None":
    """Read what a person says stands in the account; ``None`` when nobody said. Raises ``OfflineCloudError``."""
    if not environment.get(STANDING):
        return None
    from offline_cloud.account_file import read  # noqa: PLC0415  # its models take time to load, and few runs need them

    return read(Path(environment[STANDING]))


def quotas(fresh: Mapping[str, int], environment: Mapping[str, str] = os.environ) -> Mapping[str, int]:
    """Give the quotas by code, where `fresh` are a new account's. Raises FaultSyntaxError."""
    stated = environment.get(QUOTAS, "").strip()
    if stated == FRESH:
        return fresh
    parts = [part.strip() for part in stated.split(",") if part.strip()]
    for part in parts:
        if not part.partition("=")[2].isdigit():
            raise FaultSyntaxError(f"{QUOTAS}: write {FRESH}, or <code>=<number> with commas between, not {part}")
    return {code: int(value) for code, _, value in (part.partition("=") for part in parts)}
