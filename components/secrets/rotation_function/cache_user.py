"""Rotate the password of an ElastiCache user. The environment holds `ROTATED`, JSON of secret name to the user's id.

ElastiCache keeps two passwords of a user, and either opens a connection: the new one is added beside the current one,
and the one before it goes. So whoever still has the current one when it is replaced may go on with it for a whole
period (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/User-Secrets-Manager.html).
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

from components.secrets.rotation_function.passwords import login, with_new_password
from components.secrets.rotation_function.steps import Event, SecretsManager, rotate

PAUSE_SECONDS, PATIENCE_SECONDS = 5, 600
_KEPT = 2


class ElastiCache(Protocol):
    """The two calls that a rotation makes."""

    def describe_users(self, *, UserId: str) -> Mapping[str, Any]: ...  # noqa: N803 -- AWS's names
    def modify_user(self, *, UserId: str, Passwords: Sequence[str]) -> Mapping[str, Any]: ...  # noqa: N803


@dataclass(frozen=True)
class CacheUser:
    """A user of ElastiCache; a change of it is done once it is active again, on every node."""

    client: ElastiCache
    user_id: str

    def next_content(self, current: str) -> str:
        """Return the same user with a new password."""
        return with_new_password(current)

    def set(self, current: str, pending: str) -> None:
        """Let the user in by the current password and the new one. Raises ValueError for a user that stays busy."""
        self._active()
        passwords = [login(pending)["password"], login(current)["password"]]
        self.client.modify_user(UserId=self.user_id, Passwords=passwords)

    def test(self, pending: str) -> None:
        """Wait until every node knows. Raises ValueError where it does not come to that."""
        kept = self._active()["Authentication"]["PasswordCount"]
        if kept != _KEPT:
            raise ValueError(f"the user {self.user_id} has {kept} passwords, not {_KEPT}")

    def _active(self) -> Mapping[str, Any]:
        """Wait for the user: while it changes, ElastiCache takes no other change."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            (user,) = self.client.describe_users(UserId=self.user_id)["Users"]
            if user["Status"] == "active":
                return cast("Mapping[str, Any]", user)
            if time.monotonic() >= until:
                raise ValueError(f"the user {self.user_id} is {user['Status']}, not active")
            time.sleep(PAUSE_SECONDS)


def handler(event: Event, _context: object) -> None:
    """Run one step of a rotation."""
    session = cast("Any", get_session())
    client = cast("ElastiCache", session.create_client("elasticache"))
    users = {name: CacheUser(client, user_id) for name, user_id in json.loads(os.environ["ROTATED"]).items()}
    rotate(event, cast("SecretsManager", session.create_client("secretsmanager")), users)
