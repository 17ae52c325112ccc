"""Texts composed from outputs: a client's own form of a store's address, and the addresses that the outside uses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from tools.importing.addresses import Address
from tools.importing.found import Found, Part
from tools.importing.interpolation import unset
from tools.importing.stores import Store

_TLS: Final = ("sslmode", "ssl", "sslcert", "sslkey", "sslrootcert", "tls", "useSSL")
_USER: Final = ("user", "username")
_PASSWORD: Final = ("password", "pass", "pwd")
_PAIR = re.compile(r"\b(host|port|user|password|dbname|sslmode)\s*=\s*('[^']*'|\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class StoreText:
    """A composed text; `secret` where a credential is part of it."""

    text: str
    secret: bool


def escaped(text: str) -> str:
    """Write braces as a composed text has them."""
    return text.replace("{", "{{").replace("}", "}}")


def numbered(address: Address) -> str:
    """Return the number of a cache's database, as its address ends; empty for the first."""
    number = address.path.strip("/")
    return f"/{number}" if number.isdigit() and number != "0" else ""


def of_an_address(address: Address, store: Store) -> StoreText:
    """Return a store's address in the form that its client wants: scheme, user and query as in the source."""
    kind = store.kind
    if kind == "cache":
        place = f"{{cache.host}}:{{cache.port}}{numbered(address)}"
        scheme = "rediss" if address.scheme == "redis" else escaped(address.scheme)
        return StoreText(text=f"{scheme}://{store.role}:{{cache.password}}@{place}", secret=True)
    query, with_credentials = _query(address, store)
    user = f"{store.role}:{{{kind}.password}}@" if address.has_password else ""
    place = f"{{{kind}.host}}:{{{kind}.port}}/{{{kind}.name}}"
    text = f"{escaped(address.scheme)}://{user}{place}?{query}"
    return StoreText(text=text, secret=address.has_password or with_credentials)


def _query(address: Address, store: Store) -> tuple[str, bool]:
    """Keep the query but for encryption, which RDS and the operator ask for, and credentials, which are the role's."""
    pairs = parse_qsl(address.query.removeprefix("?"), keep_blank_values=True)
    kept: list[str] = []
    secret = False
    for key, value in pairs:
        if key in _USER:
            kept.append(f"{key}={store.role}")
        elif key in _PASSWORD:
            kept.append(f"{key}={{{store.kind}.password}}")
            secret = True
        elif key not in _TLS:
            kept.append(f"{escaped(key)}={escaped(value)}")
    tls = "ssl=require" if "asyncpg" in address.scheme else "sslmode=require"
    return "&".join([tls, *kept]), secret


def of_pairs(text: str, store: Store) -> StoreText | None:
    """Return `host=… user=… password=…` with the store's values; None for a text that is none, or of another host."""
    pairs = {match[1].lower(): match[2].strip("'\"") for match in _PAIR.finditer(text)}
    if pairs.get("host") not in store.hosts or store.kind not in {"database", "timeseries"}:
        return None
    kind = store.kind
    values = {
        "host": f"{{{kind}.host}}",
        "port": f"{{{kind}.port}}",
        "user": store.role,
        "password": f"{{{kind}.password}}",
        "dbname": f"{{{kind}.name}}",
        "sslmode": "require",
    }
    composed = _PAIR.sub(lambda match: f"{match[1]}={values[match[1].lower()]}", text)
    return StoreText(text=composed, secret="password" in pairs)


@dataclass(kw_only=True)
class Public:
    """The addresses by which the outside reaches services: their hosts in the source, and ports of its machine."""

    hosts: dict[str, str] = field(default_factory=dict[str, str])
    ports: dict[int, str] = field(default_factory=dict[int, str])
    own: dict[str, str] = field(default_factory=dict[str, str])
    """The services with a route, by their parts' names."""
    first: str | None = None
    """The first route's host."""

    def text(self, address: Address, part: str) -> str | None:
        """Return an address of the outside as a composed text; None for one that is another's."""
        if address.scheme not in {"http", "https"}:
            return None
        service = self.hosts.get(address.host.lower())
        if service is None and address.host in {"localhost", "127.0.0.1", "0.0.0.0"}:  # noqa: S104 -- compared, not bound
            service = self.ports.get(address.port or (443 if address.scheme == "https" else 80))
        if service is None and unset(address.host):
            service = self.own.get(part) or (next(iter(self.own.values())) if len(self.own) == 1 else None)
        if service is None:
            return None
        return f"{{ingress.{service}.url}}{escaped(address.path)}{escaped(address.query)}"


def public(found: Found, routed: Iterable[Part], names: Mapping[str, str]) -> Public:
    """Collect the addresses of the parts that will have a route."""
    known = Public()
    parts = {part.name: part for part in routed if not part.optional}
    known.own = {name: names[name] for name in parts}
    for route in found.routes:
        if route.host and route.part in parts:
            known.hosts.setdefault(route.host.lower(), names[route.part])
            known.first = known.first or route.host
    for name, part in parts.items():
        for port in part.ports:
            if port.host_port is not None:
                known.ports.setdefault(port.host_port, names[name])
    return known
