"""Address ranges and ports, wherever they stand in the inputs."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Value

_INVALID: Final = "InvalidParameterValue"
_LAST_PORT: Final = 65535
_CIDR: Final = re.compile(r"cidr(s|blocks?|ipv[46])?$", re.IGNORECASE)
_PORTS: Final = ("fromPort", "toPort")


def check(inputs: Properties) -> Iterator[Diagnostic]:
    """Every input that is called a CIDR block is one, at any depth, and ports are ports."""
    yield from _ranges(inputs, "")


def _ranges(value: Value, path: str) -> Iterator[Diagnostic]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _ranges(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        where = f"{path}.{key}" if path else key
        if _CIDR.search(key):
            for place, block in facts.walk(inner, where):
                if not _is_range(block):
                    yield reject(place, _INVALID, f"Value ({block}) is no CIDR block", "write 10.0.0.0/16")
        elif key in _PORTS and isinstance(inner, int) and not -1 <= inner <= _LAST_PORT:
            yield reject(where, _INVALID, f"Invalid port {inner}", f"use 0 to {_LAST_PORT}")
        elif key not in ("tags", "tagsAll"):
            yield from _ranges(inner, where)


def _is_range(block: str) -> bool:
    try:
        ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
    return "/" in block
