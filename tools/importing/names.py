"""Names as the workload file takes them: of the product, its services, their ports, and the database."""

import re
from collections.abc import Iterable
from typing import Final

from settings.checks.jobs import TAKEN
from settings.checks.namespace import is_taken
from settings.facts.reserved import taken_database, taken_role

_LONGEST: Final = 40
_KNOWN_PORTS: Final = {
    22: "ssh",
    25: "smtp",
    80: "http",
    443: "https",
    3306: "mysql",
    5432: "postgres",
    5672: "amqp",
    6379: "redis",
    8125: "statsd",
    9000: "http",
    9090: "metrics",
    9092: "kafka",
    11211: "memcached",
    50051: "grpc",
}
LARGEST_PORT: Final = 65535
SPEAK_NO_HTTP: Final = frozenset({21, 22, 25, 53, 110, 143, 465, 587, 993, 3306, 5432, 5672, 6379, 9092, 11211, 27017})
"""Well-known ports that no load balancer for HTTP leads to."""


def name_of(stated: str) -> str:
    """Return the nearest name of lower-case letters, digits and single hyphens that begins with a letter."""
    plain = re.sub(r"[^a-z0-9]+", "-", stated.lower()).strip("-")
    plain = re.sub(r"^[0-9-]+", "", plain)
    return plain[:_LONGEST].strip("-") or "app"


def product_name(stated: str) -> str:
    """Return a product's name that no namespace of the platform has."""
    name = name_of(stated)
    return f"{name[: _LONGEST - 4]}-app" if is_taken(name) else name


def distinct(stated: Iterable[str]) -> list[str]:
    """Return a name for each: two that become one are told apart by a number."""
    done: list[str] = []
    for name in map(name_of, stated):
        number = 1
        free = name
        while free in done:
            number += 1
            free = f"{name[: _LONGEST - 3]}-{number}"
        done.append(free)
    return done


def part_names(stated: Iterable[str]) -> dict[str, str]:
    """Return a free name for each part."""
    parts = list(dict.fromkeys(stated))
    names = [name_of(each) for each in parts]
    return dict(
        zip(parts, distinct(f"{each[: _LONGEST - 4]}-pod" if each in TAKEN else each for each in names), strict=True)
    )


def port_name(number: int, stated: str | None, taken: Iterable[str], *, first: bool) -> str:
    """Return a port's name; the first is `http` unless its number says otherwise."""
    known = stated or _KNOWN_PORTS.get(number) or ("http" if first else f"port-{number}")
    return f"port-{number}" if known in set(taken) else known


def sql_name(product: str, stated: str | None, *, role: bool, section: str) -> str:
    """Return a database's or role's name: the source's where it is one, else the product's."""
    own = re.sub(r"[^a-z0-9_]", "_", product)
    taken = taken_role if role else taken_database
    if stated and re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", stated) and not taken(stated, section):
        return stated
    return f"{own}_app" if taken(own, section) else own
