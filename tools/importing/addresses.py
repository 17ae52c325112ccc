"""Addresses in texts: a URL's parts, and which of the product's own services a text names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.:-]*?)://(?:(?P<user>[^\s/@:]*)(?::(?P<password>[^\s/@]*))?@)?(?P<host>[A-Za-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^\s?#]*)?(?P<query>\?[^\s#]*)?",
    re.IGNORECASE,
)


NAMES_A_HOST = re.compile(
    r"(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|SEEDS|NODES?|LOCATION|PGHOST|BROKERS?)S?$", re.IGNORECASE
)
"""Names of variables that hold a host."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """A URL's parts."""

    scheme: str
    user: str | None
    host: str
    port: int | None
    path: str
    query: str
    password: str = field(default="", repr=False)

    @property
    def has_password(self) -> bool:
        return bool(self.password)


def address_in(text: str) -> Address | None:
    """Return a text's parts, where the whole of it is a URL."""
    match = _URL.fullmatch(text.strip().strip("\"'"))
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    return Address(
        scheme=match["scheme"].lower(),
        user=match["user"] or None,
        host=match["host"],
        port=port,
        path=match["path"] or "",
        query=match["query"] or "",
        password=match["password"] or "",
    )


def _place(name: str) -> re.Pattern[str]:
    """A host in a text: behind ://, @, a comma or at the beginning; before a port, a path, a comma or the end."""
    return re.compile(
        rf"(?P<before>^|://|@|[,;=\s\"'/])(?P<host>{re.escape(name)})(?P<after>:[0-9]{{1,5}}(?![0-9])|(?=[/,;?\s\"']|$))"
    )


def mentioned(text: str, names: Mapping[str, str], *, bare: bool) -> dict[str, set[int]]:
    """Return the services that a text names as hosts, with the ports named; a bare word counts where `bare` says so."""
    found: dict[str, set[int]] = {}
    for name, target in names.items():
        for match in _place(name).finditer(text):
            if match["after"]:
                found.setdefault(target, set()).add(int(match["after"][1:]))
            elif match["before"] in {"://", "@"}:
                port = 443 if text.startswith("https://") else 80
                found.setdefault(target, set()).add(port)
            elif bare and text.strip() == name:
                found.setdefault(target, set())
    return found


def replaced(text: str, names: Iterable[str], by: str) -> str:
    """Write `by` into a text, where it names one of these hosts."""
    for name in names:
        text = _place(name).sub(lambda match: f"{match['before']}{by}{match['after']}", text)
    return text


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Write the services' final names into a text, where it names them as hosts."""
    for name, target in names.items():
        if name != target:
            text = replaced(text, (name,), target)
    return text
