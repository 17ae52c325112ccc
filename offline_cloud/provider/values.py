"""Property values between the engine's wire format and plain Python, with secrets kept apart by their paths."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from google.protobuf import struct_pb2

from offline_cloud.cloud.model import FINGERPRINT_MARK, UNKNOWN, Properties, Value

Path: TypeAlias = tuple[str | int, ...]

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # a mark, not a password
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# One sentinel for each kind: bool, number, array, asset, archive, object.
UNKNOWN_SENTINELS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
# What a store that was rebuilt from the engine's state has in the place of a secret: the state has it encrypted.
SECRET_OF_UNKNOWN_VALUE: Final = FINGERPRINT_MARK + "0" * 64


@dataclass(frozen=True)
class Decoded:
    """Properties in clear, and the paths at which they are secret."""

    properties: Properties = field(default_factory=dict[str, Value])
    secrets: frozenset[Path] = frozenset()


def decode(struct: struct_pb2.Struct) -> Decoded:
    """Read a message of the engine: secrets and outputs are unwrapped, unknown values become ``UNKNOWN``."""
    secrets: set[Path] = set()
    return Decoded({key: _decode(value, (key,), secrets) for key, value in struct.fields.items()}, frozenset(secrets))


def _decode(value: struct_pb2.Value, path: Path, secrets: set[Path]) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in UNKNOWN_SENTINELS else value.string_value
        case "number_value":
            return int(value.number_value) if value.number_value.is_integer() else value.number_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item, (*path, index), secrets) for index, item in enumerate(value.list_value.values)]
        case "struct_value":
            return _decode_struct(value.struct_value, path, secrets)
        case _:
            return None


def _decode_struct(struct: struct_pb2.Struct, path: Path, secrets: set[Path]) -> Value:
    fields = struct.fields
    signature = fields[SIGNATURE_KEY].string_value if SIGNATURE_KEY in fields else ""
    if signature == SECRET_SIGNATURE:
        secrets.add(path)
        return _decode(fields["value"], path, secrets)
    if signature == OUTPUT_SIGNATURE:
        if "secret" in fields and fields["secret"].bool_value:
            secrets.add(path)
        return _decode(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    if signature == RESOURCE_SIGNATURE:
        return _decode(fields["id"], path, secrets) if "id" in fields else fields["urn"].string_value
    return {key: _decode(item, (*path, key), secrets) for key, item in fields.items()}


def encode(properties: Properties, secrets: Iterable[Path] = ()) -> struct_pb2.Struct:
    """Write a message for the engine; what lies at one of the paths in ``secrets`` is marked as a secret."""
    marked = frozenset(secrets)
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _encode(value, (key,), marked, struct.fields[key])
    return struct


def _encode(value: Value, path: Path, secrets: frozenset[Path], into: struct_pb2.Value) -> None:
    if path in secrets:
        wrapper = into.struct_value.fields
        wrapper[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
        into = wrapper["value"]
    if value is UNKNOWN:
        into.string_value = UNKNOWN_STRING
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, int | float):
        into.number_value = value
    elif isinstance(value, str):
        into.string_value = value
    elif isinstance(value, list):
        into.list_value.Clear()
        into.list_value.SetInParent()
        for index, item in enumerate(value):
            _encode(item, (*path, index), secrets, into.list_value.values.add())
    elif isinstance(value, dict):
        into.struct_value.SetInParent()
        for key, item in value.items():
            _encode(item, (*path, key), secrets, into.struct_value.fields[key])
    else:
        into.null_value = struct_pb2.NULL_VALUE


def has_unknown(value: Value) -> bool:
    """Tell whether anything in a value is not known yet."""
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    return value is UNKNOWN


def dotted(path: Path) -> str:
    """Write a path as the engine does: ``ingress[0].fromPort``; keys that are no plain words are quoted."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        elif part.replace("_", "").replace("-", "").isalnum():
            written += f".{part}" if written else part
        else:
            written += f'["{part}"]'
    return written


def fingerprint(value: Value, key: bytes) -> str:
    """Give what the store keeps in the place of a secret: equal secrets under one key have equal fingerprints."""
    return FINGERPRINT_MARK + hmac.new(key, repr(_ordered(value)).encode(), hashlib.sha256).hexdigest()


def _ordered(value: Value) -> Value:
    """Put the keys of objects in order: the engine sends them in any."""
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return value


def redact(properties: Properties, secrets: Iterable[Path], key: bytes) -> Properties:
    """Copy properties with a fingerprint in the place of every secret, wherever its text turns up."""
    paths = frozenset(secrets)
    texts = frozenset(text for path in paths for text in _texts(lookup(properties, path)))
    return {name: _redact(value, (name,), paths, texts, key) for name, value in properties.items()}


def _redact(value: Value, path: Path, paths: frozenset[Path], texts: frozenset[str], key: bytes) -> Value:
    if (path in paths and value is not None) or (isinstance(value, str) and value in texts):
        return fingerprint(value, key)
    if isinstance(value, list):
        return [_redact(item, (*path, index), paths, texts, key) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {name: _redact(item, (*path, name), paths, texts, key) for name, item in value.items()}
    return value


def restore(stored: Properties, engine: Properties, key: bytes) -> Properties:
    """Put the engine's clear secrets in the place of their fingerprints; a secret that is another one now stays hidden.

    What stays is a fingerprint, which no program asks for: the next `up` sees the difference, and writes the secret.
    """
    return {name: _restore(value, engine.get(name), key) for name, value in stored.items()}


def _restore(stored: Value, engine: Value, key: bytes) -> Value:
    if isinstance(stored, str) and stored.startswith(FINGERPRINT_MARK):
        unknown = engine is None or has_unknown(engine)
        return engine if not unknown and stored in (fingerprint(engine, key), SECRET_OF_UNKNOWN_VALUE) else stored
    if isinstance(stored, dict):
        held = engine if isinstance(engine, dict) else {}
        return {name: _restore(value, held.get(name), key) for name, value in stored.items()}
    if isinstance(stored, list):
        items = engine if isinstance(engine, list) else []
        return [_restore(value, items[n] if n < len(items) else None, key) for n, value in enumerate(stored)]
    return stored


def _texts(value: Value) -> set[str]:
    """Collect the strings in a secret that are long enough to be told from ordinary words."""
    shortest = 8
    if isinstance(value, str):
        return {value} if len(value) >= shortest else set()
    if isinstance(value, list):
        return {text for item in value for text in _texts(item)}
    if isinstance(value, dict):
        return {text for item in value.values() for text in _texts(item)}
    return set()


def lookup(properties: Properties, path: Path) -> Value:
    """Follow a path; ``None`` where it leads nowhere."""
    value: Value = dict(properties)
    for part in path:
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value
