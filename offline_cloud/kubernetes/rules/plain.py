"""What the schema says of plain members: choices, base64, ranges of whole numbers."""

import base64
import binascii
from typing import Final

from offline_cloud.kubernetes import api
from offline_cloud.kubernetes.rules.base import Fault, Faults
from offline_cloud.kubernetes.typed import Leaf

_BITS: Final = {"int32": 31, "int64": 63}


def faults(leaf: Leaf) -> Faults:
    """Judge one plain member."""
    value = leaf.value
    if isinstance(value, str):
        yield from _choice(leaf, value)
        if leaf.schema.get("format") == "byte" and not _is_base64(value):
            yield Fault(leaf.path, "is not base64", "encode it, or state it in plain text where there is stringData")
    bits = _BITS.get(str(leaf.schema.get("format")))
    if bits is not None and isinstance(value, int) and not -(2**bits) <= value < 2**bits:
        yield Fault(leaf.path, f"{value} is too large; allowed: {-(2**bits)} to {2**bits - 1}")


def _choice(leaf: Leaf, value: str) -> Faults:
    allowed = api.choices().get(leaf.type, {}).get(leaf.member)
    defaulted = not value and leaf.member not in api.never_empty().get(leaf.type, ())
    if allowed is not None and value not in allowed and not defaulted:
        listed = ", ".join(each for each in allowed if each)
        yield Fault(leaf.path, f"{value!r} is not allowed; allowed: {listed}")


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
