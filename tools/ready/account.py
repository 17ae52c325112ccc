"""The account that this machine's credentials lead to, asked read-only."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

import botocore.session
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from tools.ready.actions import ACTIONS

_CONFIG = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 2})
_EC2_ASSET_TAG = Path("/sys/devices/virtual/dmi/id/board_asset_tag")
"""An EC2 instance's id, on one. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html"""

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden", "403")
_ABSENT = (
    *("NoSuchEntity", "NoSuchHostedZone", "NoSuchResourceException", "NoSuchBucket", "404"),
    *("ResourceNotFoundException", "RepositoryNotFoundException", "ImageNotFoundException", "NotFoundException"),
    *("InvalidVpcID.NotFound", "InvalidRouteTableID.NotFound"),
)


class NotAskedError(Exception):
    """One line on why AWS gave no answer."""


class UnreachableError(NotAskedError):
    """Nothing answered."""


class AbsentError(Exception):
    """AWS answered that there is no such thing."""


class Client(Protocol):
    """As much of a botocore client as is used here."""

    def can_paginate(self, operation_name: str) -> bool: ...
    def get_paginator(self, operation_name: str) -> Any: ...


class Account:
    """`why_not` says in a line why nothing is asked; without it every question goes to AWS, in `region` if not told."""

    def __init__(self, region: str, make_client: Callable[[str, str], Client] | None, why_not: str = "") -> None:
        self.region = region
        self.why_not = why_not
        self._make_client = make_client
        self._clients: dict[tuple[str, str], Client] = {}

    def ask(self, service: str, operation: str, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Return what AWS answers, all pages of it. Raises AbsentError, NotAskedError."""
        action = ACTIONS[service, operation]
        if self._make_client is None or self.why_not:
            raise NotAskedError(self.why_not)
        try:
            return self._call(self._client(service, region or self.region), operation, parameters)
        except ClientError as error:
            code = str(cast("dict[str, Any]", error.response).get("Error", {}).get("Code", ""))
            if code in _ABSENT:
                raise AbsentError(code) from None
            if code in _DENIED:
                raise NotAskedError(f"these credentials may not {action}") from None
            raise NotAskedError(one_line(error)) from None
        except (exceptions.ConnectionError, HTTPClientError) as error:
            raise UnreachableError(one_line(error)) from None
        except BotoCoreError as error:
            raise NotAskedError(one_line(error)) from None

    def _client(self, service: str, region: str) -> Client:
        key = service, region
        if key not in self._clients and self._make_client is not None:
            self._clients[key] = self._make_client(service, region)
        return self._clients[key]

    def _call(self, client: Client, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if client.can_paginate(operation):
            return client.get_paginator(operation).paginate(**parameters).build_full_result()
        return getattr(client, operation)(**parameters)


def connect(region: str) -> tuple[Account, str]:
    """Return the account, and what its credentials are; empty where there are none. Without any, nothing is asked."""
    try:
        session = cast("Any", botocore.session.Session())
        if not _on_ec2():
            # Elsewhere it would wait for an address that does not answer.
            session.get_component("credential_provider").remove("iam-role")
        if session.get_credentials() is None:
            return Account(region, None, "there are no AWS credentials here"), ""
        account = Account(
            region, lambda service, place: session.create_client(service, region_name=place, config=_CONFIG)
        )
        identity = account.ask("sts", "get_caller_identity")
    except UnreachableError as error:
        return Account(region, None, f"AWS is not reached from here ({error})"), ""
    except (BotoCoreError, NotAskedError) as error:
        return Account(region, None, "the AWS credentials do not work"), one_line(error)
    return account, f"{identity['Arn']} in account {identity['Account']}"


def _on_ec2() -> bool:
    try:
        return _EC2_ASSET_TAG.read_text().startswith("i-")
    except OSError:
        return False


def one_line(error: Exception) -> str:
    """Return an error's text as one line."""
    return " ".join(str(error).split())
