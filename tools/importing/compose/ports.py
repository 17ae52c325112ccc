"""A Compose service's ports: the short form `[address:][published:]target[/protocol]`, and the long one."""

import re
from collections.abc import Iterator
from typing import Literal

from tools.importing.found import FoundPort, Part
from tools.importing.interpolation import shown
from tools.importing.trees import Tree, at, sequence, text, texts, whole

_SHORT = re.compile(
    r"(?:(?P<address>[0-9]+(?:\.[0-9]+){3}|\[[0-9a-fA-F:]+\]):)?(?:(?P<published>[0-9]*(?:-[0-9]+)?):)?(?P<target>[0-9]{1,5}(?:-[0-9]{1,5})?)"
)
_LOCAL = ("127.", "[::1]")
_MOST = 20
"""Ports of one range that are carried over one by one."""


def add_ports(part: Part, service: dict[str, Tree]) -> None:
    """Add what a service publishes and exposes; what cannot be read becomes a note."""
    for item in sequence(service.get("ports")):
        stated = list(_long(item) if isinstance(item, dict) else _short(text(item)))
        if not stated:
            why = "it names no port that can be read here"
            part.note(f"ports: {shown(_written(item))}", why, "add it under `ports:` by its number", "ports")
        part.ports += stated
    for item in texts(service.get("expose")):
        part.ports += [port for port in _short(item) if port.number not in {known.number for known in part.ports}]
    part.ports = list({(port.number, port.protocol): port for port in reversed(part.ports)}.values())[::-1]


def _written(item: Tree) -> str:
    return text(item) or str(item)


def _short(stated: str) -> Iterator[FoundPort]:
    place, _, protocol = stated.partition("/")
    # A published port without a value is nobody's concern: the platform publishes by host and path.
    match = _SHORT.fullmatch(re.sub("\ue000[^\ue001]*\ue001:", "0:", place))
    if match is None:
        return
    first, _, last = match["target"].partition("-")
    numbers = range(int(first), int(last or first) + 1)
    address = match["address"] or ""
    is_published = match["published"] is not None
    published: Literal["no", "host", "local"] = (
        "no" if not is_published else "local" if address.startswith(_LOCAL) else "host"
    )
    start = (match["published"] or "").partition("-")[0]
    for index, number in enumerate(numbers[:_MOST]):
        there = int(start) + index if start and int(start) else None
        yield FoundPort(number=number, protocol=_protocol(protocol), published=published, host_port=there)


def _long(item: Tree) -> Iterator[FoundPort]:
    number = whole(at(item, "target"))
    if number is None:
        return
    name = re.sub(r"[^a-z0-9]+", "-", text(at(item, "name")).lower()).strip("-")[:15].strip("-")
    local = text(at(item, "host_ip")).startswith(_LOCAL)
    published: Literal["no", "host", "local"] = "no" if at(item, "published") is None else "local" if local else "host"
    protocol = _protocol(text(at(item, "protocol")))
    there = whole(at(item, "published"))
    yield FoundPort(number=number, name=name or None, protocol=protocol, published=published, host_port=there)


def _protocol(stated: str) -> Literal["TCP", "UDP"]:
    return "UDP" if stated.lower() == "udp" else "TCP"
