"""What the variables beside a store's address say of it: user, password, database, port."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from tools.importing.addresses import NAMES_A_HOST, address_in
from tools.importing.found import Part, Variable
from tools.importing.interpolation import unset
from tools.importing.stores import DEFAULT_PORTS, Store, StoreKind

Role = Literal["host", "port", "user", "password", "name"]

_ROLES: Final[dict[str, Role]] = {
    **dict.fromkeys(("PASSWORD", "PASSWD", "PASS", "PWD", "AUTH"), "password"),
    **dict.fromkeys(("USER", "USERNAME", "LOGIN"), "user"),
    **dict.fromkeys(("DATABASE", "NAME", "DB", "DBNAME"), "name"),
    "PORT": "port",
}
_LIBPQ: Final[dict[str, Role]] = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGUSER": "user",
    "PGPASSWORD": "password",
    "PGDATABASE": "name",
}
_ABOUT: Final[dict[StoreKind, frozenset[str]]] = {
    "database": frozenset({"POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE", "SQL"}),
    "timeseries": frozenset({"POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE", "SQL", "TIMESCALE", "TIMESCALEDB"}),
    "cache": frozenset({"REDIS", "VALKEY", "CACHE"}),
    "event_bus": frozenset({"ROCKETMQ", "MQ"}),
}
_KINDS_OF_STORES: Final = frozenset({"postgres", "postgresql", "redis", "valkey", "timescaledb", "rocketmq", "db"})


def host_variables(part: Part, stores: Mapping[StoreKind, Store]) -> dict[StoreKind, list[str]]:
    """The variables that hold a store's host, by store."""
    found: dict[StoreKind, list[str]] = {}
    for variable in part.variables.values():
        text = variable.text or ""
        for kind, store in stores.items():
            if "://" not in text and text.partition(":")[0] in store.hosts and _means_the_host(variable):
                found.setdefault(kind, []).append(variable.name)
    return found


def _means_the_host(variable: Variable) -> bool:
    """Whether a variable that holds a store's name means the host: DB_TYPE=postgres names the kind."""
    text = variable.text or ""
    if ":" in text or NAMES_A_HOST.search(variable.name) or variable.name in _LIBPQ:
        return True
    return text not in _KINDS_OF_STORES


def role_of(variable: Variable, store: Store, hosts: list[str]) -> Role | None:
    """What a variable says of a store whose host stands in `hosts`; None when it is about something else."""
    tokens = _tokens(variable.name)
    role = _LIBPQ.get(variable.name) if store.kind != "cache" else None
    role = role or _ROLES.get(tokens[-1] if tokens else "")
    if role is None or role == "host":
        return None
    same = _same(variable, store, role)
    about = variable.name in _LIBPQ or bool(_ABOUT[store.kind] & {*tokens})
    for host in hosts:
        prefix = _tokens(host)[:-1]
        beside = bool(prefix) and tokens[: len(prefix)] == prefix and len(tokens) == len(prefix) + 1
        if beside and (len(prefix) > 1 or about) and (role != "port" or same):
            return role
        if tokens[0] == _tokens(host)[0] and about and same:
            return role
    return role if about and same and role != "port" else None


def _tokens(name: str) -> list[str]:
    return [token for token in re.split(r"[_.\-]+", name.upper()) if token]


def _same(variable: Variable, store: Store, role: Role) -> bool:
    """Whether the source gives the variable and the store one value."""
    text = variable.text or ""
    if role == "port":
        return text in {str(DEFAULT_PORTS[store.kind]), ""} or bool(unset(text))
    known = {"password": store.password, "user": store.user, "name": store.name or store.user}.get(role)
    return bool(known) and text == known


def learn(stores: Mapping[StoreKind, Store], parts: Iterable[Part]) -> None:
    """Take from the parts' variables what a store's own do not say: its user and its database."""
    for part in parts:
        hosts = host_variables(part, stores)
        for variable in part.variables.values():
            address = address_in(variable.text or "")
            for kind, store in stores.items():
                if kind == "cache":
                    continue
                if address is not None and address.host in store.hosts:
                    store.user = store.user or address.user
                    store.name = store.name or address.path.strip("/") or None
                elif kind in hosts and variable.text and not unset(variable.text):
                    role = role_of(variable, store, hosts[kind])
                    store.user = store.user or (variable.text if role == "user" else None)
                    store.name = store.name or (variable.text if role == "name" else None)
