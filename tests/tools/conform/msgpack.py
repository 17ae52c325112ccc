"""As much of MessagePack as a plan takes: what a resource computes is unknown until it is made."""

from collections.abc import Set

_UNKNOWN = b"\xd4\x00\x00"
"""How Terraform writes an unknown value: an extension of type 0."""
_NOTHING = b"\xc0"
_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4}
_LONGER = {0xD3: 8, 0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}
_SIZED = {0xC4: (1, 0), 0xC5: (2, 0), 0xC6: (4, 0), 0xC7: (1, 1), 0xC8: (2, 1), 0xC9: (4, 1)}
_TEXTS = {0xD9: (1, 0), 0xDA: (2, 0), 0xDB: (4, 0)}
_ARRAYS, _MAPS = {0xDC: 2, 0xDD: 4}, {0xDE: 2, 0xDF: 4}


def with_unknown(data: bytes, names: Set[str]) -> bytes:
    """Write an object again, with the members named unknown where they hold nothing."""
    count, at = _map_head(data)
    pieces = [data[:at]]
    for _ in range(count):
        value = _end(data, at)
        after = _end(data, value)
        empty = data[value:after] == _NOTHING and _text(data[at:value]) in names
        pieces += [data[at:value], _UNKNOWN if empty else data[value:after]]
        at = after
    return b"".join(pieces)


def _map_head(data: bytes) -> tuple[int, int]:
    if data[0] in _MAPS:
        after = 1 + _MAPS[data[0]]
        return int.from_bytes(data[1:after]), after
    return data[0] & 0x0F, 1


def _text(data: bytes) -> str:
    head = {0xD9: 2, 0xDA: 3, 0xDB: 5}.get(data[0], 1)
    return data[head:].decode()


def _end(data: bytes, at: int) -> int:
    """Return where the value that begins at a place ends."""
    kind, at = data[at], at + 1
    if kind in _FIXED or kind in _LONGER:
        return at + {**_FIXED, **_LONGER}[kind]
    if kind in _SIZED or kind in _TEXTS:
        width, more = {**_SIZED, **_TEXTS}[kind]
        return at + width + int.from_bytes(data[at : at + width]) + more
    if kind in _ARRAYS or kind in _MAPS:
        width = _ARRAYS.get(kind) or _MAPS[kind]
        count = int.from_bytes(data[at : at + width]) * (2 if kind in _MAPS else 1)
        return _after(data, at + width, count)
    return _end_of_short(data, kind, at)


def _end_of_short(data: bytes, kind: int, at: int) -> int:
    """Do so for a value whose first byte states its kind and its size; of a number, that byte is all."""
    if 0xA0 <= kind <= 0xBF:
        return at + (kind & 0x1F)
    if 0x90 <= kind <= 0x9F:
        return _after(data, at, kind & 0x0F)
    if 0x80 <= kind <= 0x8F:
        return _after(data, at, 2 * (kind & 0x0F))
    return at


def _after(data: bytes, at: int, count: int) -> int:
    for _ in range(count):
        at = _end(data, at)
    return at
