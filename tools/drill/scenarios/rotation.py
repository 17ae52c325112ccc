"""The cache user's password is rotated under load, by the function that Secrets Manager calls."""

import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from valkey.cluster import ValkeyCluster
from valkey.exceptions import ValkeyClusterException, ValkeyError

from components.capabilities.cache.access import application_access
from components.secrets.rotation_function.cache_user import CacheUser
from components.secrets.rotation_function.passwords import login
from components.secrets.rotation_function.steps import CURRENT, PENDING, Event, SecretsManager, rotate
from tools.drill.bucket import aws, client_of
from tools.drill.checks import Check, Outcome, at_most, same
from tools.drill.place import Place
from tools.drill.product import DrillError
from tools.drill.scenarios.cache import shape
from tools.drill.valkey import Node, cluster

NAME: Final = "rotation"
_SECRET: Final = "cache-application"  # noqa: S105 - the secret's name
_USER: Final = "application"
_ROTATIONS: Final = 3
_READ_SECONDS: Final = 1.0
"""How often a pod's Secret is read anew; External Secrets does it each hour, and rotations are days apart."""
_CONNECTIONS: Final = 20
"""Connections that are opened before the first rotation, and after each."""
_PATIENCE_SECONDS: Final = 120
_STEPS: Final = ("createSecret", "setSecret", "testSecret", "finishSecret")


@dataclass(frozen=True)
class Users:
    """ElastiCache's two calls that a rotation makes, played on every node: it has no interface on this machine."""

    nodes: Sequence[Node]

    def describe_users(self, *, UserId: str) -> Mapping[str, Any]:  # noqa: N803 -- AWS's names
        """Return the user with the number of its passwords, of the node that knows the fewest."""
        kept = min(len(node.client.acl_getuser(UserId)["passwords"]) for node in self.nodes)
        return {"Users": [{"UserId": UserId, "Status": "active", "Authentication": {"PasswordCount": kept}}]}

    def modify_user(self, *, UserId: str, Passwords: Sequence[str]) -> Mapping[str, Any]:  # noqa: N803
        """Put these passwords in the place of those that the user has."""
        for node in self.nodes:
            node.ask("ACL", "SETUSER", UserId, "resetpass", *(f">{password}" for password in Passwords))
        return {}


@dataclass
class Clients:
    """A pod that keeps no connection: each is opened with the credentials that were read last, used, and closed."""

    nodes: Sequence[Node]
    manager: Any
    opened: int = 0
    refused: list[str] = field(default_factory=list[str])
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Clients":
        self._thread = threading.Thread(target=self._connect, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join(timeout=_PATIENCE_SECONDS)

    def await_connections(self, count: int) -> None:
        """Wait until so many more were tried. Raises DrillError after two minutes."""
        wanted, last = self.opened + len(self.refused) + count, time.monotonic() + _PATIENCE_SECONDS
        while self.opened + len(self.refused) < wanted:
            if time.monotonic() > last:
                raise DrillError(f"No {count} connections were tried in {_PATIENCE_SECONDS} s.")
            time.sleep(0.05)

    def _connect(self) -> None:
        content, read = "", 0.0
        while not self._stopped.is_set():
            if time.monotonic() - read > _READ_SECONDS:
                content, read = current(self.manager), time.monotonic()
            try:
                write(self.nodes[0], content, self.opened)
                self.opened += 1
            except (ValkeyError, ValkeyClusterException) as error:
                self.refused.append(str(error))


def write(node: Node, content: str, number: int) -> None:
    """Open a connection to the cluster with these credentials, set a key, and close it.

    Raises ValkeyError, ValkeyClusterException.
    """
    known = login(content)
    client: Any = ValkeyCluster(
        host="127.0.0.1", port=node.port, username=known["username"], password=known["password"], socket_timeout=5
    )
    try:
        client.set(f"connection:{number}", "opened")
    finally:
        client.close()


def current(manager: Any) -> str:
    """Return what the secret holds now."""
    # Moto gives the first version where no stage is named.
    return str(manager.get_secret_value(SecretId=_SECRET, VersionStage=CURRENT)["SecretString"])


def drill(place: Place) -> Outcome:
    """Rotate three times while connections are opened all the time; what was rotated away opens none any more."""
    shards, replicas, eviction = shape(place)
    with aws() as endpoint, cluster(place.folder / "cache", shards, replicas, eviction) as made:
        nodes = [node for shard in made for node in (shard.primary, *shard.replicas)]
        manager, first = client_of(endpoint, "secretsmanager"), _first()
        for node in nodes:
            node.ask("ACL", "SETUSER", _USER, *application_access().split(), f">{login(first)['password']}")
        manager.create_secret(Name=_SECRET, SecretString=first)
        user = CacheUser(Users(nodes), _USER)
        with Clients(nodes, manager) as clients:
            clients.await_connections(_CONNECTIONS)
            for _ in range(_ROTATIONS):
                _rotate(manager, user)
                # A reader has a whole period to read what is current.
                time.sleep(2 * _READ_SECONDS)
                clients.await_connections(_CONNECTIONS)
        manager.delete_secret(SecretId=_SECRET, ForceDeleteWithoutRecovery=True)
        return Outcome(
            drill=NAME,
            failure="account_key",
            checks=(
                Check(what="rotations", measured=_ROTATIONS),
                Check(what="connections opened", measured=clients.opened),
                at_most("connections refused", len(clients.refused), {"drill": 0}, ""),
                same("the first password", _answer(nodes[0], first), "is refused"),
            ),
        )


def _first() -> str:
    return json.dumps({"username": _USER, "password": secrets.token_hex(24)})


def _rotate(manager: Any, user: CacheUser) -> None:
    """Call the function for each step, as Secrets Manager does once it has made a pending version."""
    token = secrets.token_hex(16)
    manager.put_secret_value(
        SecretId=_SECRET, ClientRequestToken=token, SecretString=user.next_content(current(manager)),
        VersionStages=[PENDING],
    )  # fmt: skip
    for step in _STEPS:
        event = cast("Event", {"SecretId": _SECRET, "ClientRequestToken": token, "Step": step})
        rotate(event, cast("SecretsManager", manager), {_SECRET: user})
    stages = manager.describe_secret(SecretId=_SECRET)["VersionIdsToStages"]
    if CURRENT not in stages[token]:
        raise DrillError("The rotation left the version before as the current one.")


def _answer(node: Node, content: str) -> str:
    try:
        write(node, content, 0)
    except (ValkeyError, ValkeyClusterException):
        return "is refused"
    return "opens a connection"
