"""The end of a stack: destroyed by its page, it leaves exactly what the page says."""

from collections import Counter
from typing import Final

from offline_cloud.cloud.core.pending import PENDING, REBOOT
from tests.platform.remains import keys, remains
from tools.life.place import Place
from tools.operations.files import Edits

_WAITING: Final = (PENDING, REBOOT)
_RELEASED: Final = Edits(
    stack={
        ("protection", "stateful"): False,
        ("protection", "allow_unsafe"): True,
        ("cluster", "deletion_protection"): False,
        ("database", "deletion_protection"): False,
        ("ingress", "deletion_protection"): False,
    }
)
"""Step 1 of docs/how-to/destroy-production.md."""


def end(place: Place) -> list[str]:
    """Release and destroy the stack; gives what is wrong."""
    place.files.write(_RELEASED)
    released = place.run("offline_cloud", "up", "--fast", "--json")
    if released.code:
        return [f"up ended with {released.code}: {released.why}"]
    stated = remains if place.files.settings().stack.retention.buckets else keys
    wanted = _left(place) + stated({"type": each.type, "inputs": each.inputs} for each in place.state())
    destroyed = place.run("offline_cloud", "destroy", "--fast", "--json")
    if destroyed.code:
        return [f"destroy ended with {destroyed.code}: {destroyed.why}"]
    there = _left(place)
    return [
        *(f"left beside what the page says: {count} of {type_}" for type_, count in (there - wanted).items()),
        *(f"not left, and the page says so: {count} of {type_}" for type_, count in (wanted - there).items()),
    ]


def _left(place: Place) -> "Counter[str]":
    return Counter(each.type for each in place.left() if each.type not in _WAITING)
