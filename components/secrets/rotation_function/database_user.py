"""Rotate the password of a PostgreSQL role. The environment holds `ROTATED`, JSON of secret name to a role's place.

PostgreSQL keeps one password of a role, so a role has two log-ins that take turns: itself, and a clone that becomes the
role as it connects. The one whose turn it is not gets the new password; the other goes on with its own for a whole
period. "Alternating users" in
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-strategy.html.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypedDict, cast

import pg8000.native
import scramp
from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

from components.secrets.rotation_function.passwords import Login, login, with_new_password
from components.secrets.rotation_function.steps import Event, SecretsManager, rotate

CLONE = "_clone"
_LONGEST = 63
_SCRAM = "SCRAM-SHA-256"
_ITERATIONS = 4096
"""PostgreSQL's own number, src/include/common/scram-common.h."""
_LISTS = ("search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries")
"""Settings whose stored value is a list that is quoted already, as pg_dumpall knows them."""

Connect = Callable[[Login, str], Any]
"""Opens a connection as somebody to a database."""


class Place(TypedDict):
    """Where a role is: the server, one of its databases, and the secret of whoever may change the role."""

    host: str
    port: int
    database: str
    role: str
    administrator: str


@dataclass(frozen=True)
class DatabaseUser:
    """A role with two log-ins; `administrator` is who changes them, asked for when it is needed."""

    role: str
    database: str
    administrator: Callable[[], Login]
    connect: Connect

    @property
    def clone(self) -> str:
        """Name the log-in beside the role itself."""
        return clone_of(self.role)

    def next_content(self, current: str) -> str:
        """Return the other log-in with a new password. Raises ValueError for a secret of somebody else."""
        turns = {self.role: self.clone, self.clone: self.role}
        user = login(current)["username"]
        if user not in turns:
            raise ValueError(f"{user} is no log-in of the role {self.role}")
        return with_new_password(current, turns[user])

    def set(self, current: str, pending: str) -> None:
        """Give the pending log-in its password, and a clone whatever the role has; the current one is left alone."""
        wanted = login(pending)
        if wanted["username"] == login(current)["username"]:
            raise ValueError(f"{wanted['username']} is in use")
        with closing(self.connect(self.administrator(), "postgres")) as server:
            server.run("BEGIN")
            if wanted["username"] == self.clone:
                self._make_clone(server)
            user = _name(wanted["username"])
            server.run(f"ALTER ROLE {user} LOGIN PASSWORD {_text(verifier(wanted['password']))}")
            server.run("COMMIT")

    def test(self, pending: str) -> None:
        """Log in. Raises ValueError where that does not lead to the role."""
        with closing(self.connect(login(pending), self.database)) as server:
            ((became,),) = server.run("SELECT current_user::text")
        if became != self.role:
            raise ValueError(f"{login(pending)['username']} becomes {became}, not {self.role}")

    def _make_clone(self, server: Any) -> None:
        """Make a log-in that becomes the role, with the role's own limits, which count for who logs in."""
        role, clone = _name(self.role), _name(self.clone)
        if not server.run("SELECT FROM pg_roles WHERE rolname = :name", name=self.clone):
            server.run(f"CREATE ROLE {clone}")
        server.run(f"ALTER ROLE {clone} NOCREATEDB NOCREATEROLE")
        server.run(f"GRANT {role} TO {clone}")
        server.run(f"ALTER ROLE {clone} RESET ALL")
        limits = server.run(
            "SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole "
            "WHERE rolname = :name AND setdatabase = 0",
            name=self.role,
        )
        for ((name, _, value),) in ((each.partition("="),) for (each,) in limits):
            server.run(f"ALTER ROLE {clone} SET {_name(name)} = {value if name in _LISTS else _text(value)}")
        server.run(f"ALTER ROLE {clone} SET role = {_text(self.role)}")


def clone_of(role: str) -> str:
    """Name the second log-in of a role, within the length of a name."""
    return f"{role[: _LONGEST - len(CLONE)]}{CLONE}"


def verifier(password: str) -> str:
    """Return what PostgreSQL keeps of a password: the clear text reaches neither its log nor its statistics."""
    mechanism = cast("Any", scramp.ScramMechanism(_SCRAM))
    made = mechanism.make_auth_info(password, iteration_count=_ITERATIONS, salt=secrets.token_bytes(16))
    salt, stored, server = (base64.b64encode(each).decode() for each in made[:3])
    return f"{_SCRAM}${_ITERATIONS}:{salt}${stored}:{server}"


def _name(name: str) -> str:
    return str(cast("Any", pg8000.native).identifier(name))


def _text(value: str) -> str:
    return pg8000.native.literal(value)


def handler(event: Event, _context: object) -> None:
    """Run one step of a rotation."""
    session = cast("Any", get_session())
    client = session.create_client("secretsmanager")
    places = cast("dict[str, Place]", json.loads(os.environ["ROTATED"]))
    users = {name: _user(client, place) for name, place in places.items()}
    rotate(event, cast("SecretsManager", client), users)


def _user(client: Any, place: Place) -> DatabaseUser:
    def administrator() -> Login:
        return login(client.get_secret_value(SecretId=place["administrator"])["SecretString"])

    def connect(who: Login, database: str) -> Any:
        return pg8000.native.Connection(
            who["username"],
            host=place["host"],
            port=place["port"],
            password=who["password"],
            database=database,
            # RDS refuses plain connections; as everywhere, its certificate is not held against a name.
            ssl_context=True,
            timeout=10,
        )

    return DatabaseUser(place["role"], place["database"], administrator, connect)
