"""The random provider: passwords, strings, ids, bytes and UUIDs, with ``keepers``."""

import base64
import random
import secrets
import string
import uuid
from collections.abc import Callable
from typing import Final

import bcrypt

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, flag, number, text

DEFAULT_SPECIAL: Final = "!@#$%&*()-_=+[]{}<>:?"
_DRAW: Final = random.SystemRandom()
_CLASSES: Final = (
    ("lower", "minLower", string.ascii_lowercase),
    ("upper", "minUpper", string.ascii_uppercase),
    ("numeric", "minNumeric", string.digits),
    ("special", "minSpecial", DEFAULT_SPECIAL),
)


def check(type: str, inputs: Properties) -> list[Diagnostic]:
    """Say what is wrong with the lengths and character classes."""
    length = number(inputs, "byteLength" if type.endswith("RandomId") else "length")
    if length is None:
        return []
    if length < 1:
        return [Diagnostic("length", "must be at least 1")]
    if type.endswith(("RandomPassword", "RandomString")):
        needed = sum(int(number(inputs, minimum) or 0) for _, minimum, _ in _CLASSES)
        if needed > length:
            return [Diagnostic("length", f"is below the {needed} characters the minimums ask for")]
        if not any(_enabled(inputs, name) for name, _, _ in _CLASSES):
            return [Diagnostic("special", "no character class is left", "enable one of lower, upper, numeric, special")]
    return []


def create(type: str, inputs: Properties) -> tuple[str, Properties]:
    """Draw a new value from the operating system's generator; gives the id and the outputs."""
    maker = _MAKERS.get(type.rsplit(":", 1)[-1])
    if maker is None:
        raise KeyError(f"the offline cloud draws no {type}; it draws {', '.join(sorted(_MAKERS))}")
    id, outputs = maker(inputs)
    return id, {**inputs, **outputs}


def outputs_are_random(type: str) -> frozenset[str]:
    """Name the outputs that are drawn, and so not known in a preview."""
    return _DRAWN.get(type.rsplit(":", 1)[-1], frozenset())


def _enabled(inputs: Properties, name: str) -> bool:
    stated = flag(inputs, name)
    if stated is None and name == "numeric":
        stated = flag(inputs, "number")
    return stated is not False


def _characters(inputs: Properties) -> str:
    pools: list[tuple[int, str]] = []
    for name, minimum, alphabet in _CLASSES:
        override = text(inputs, "overrideSpecial") if name == "special" else None
        if _enabled(inputs, name):
            pools.append((int(number(inputs, minimum) or 0), override or alphabet))
    drawn = [_DRAW.choice(pool) for count, pool in pools for _ in range(count)]
    everything = "".join(pool for _, pool in pools)
    drawn += [_DRAW.choice(everything) for _ in range(int(number(inputs, "length") or 0) - len(drawn))]
    _DRAW.shuffle(drawn)
    return "".join(drawn)


def _class_flags(inputs: Properties) -> Properties:
    flags: Properties = {name: _enabled(inputs, name) for name, _, _ in _CLASSES}
    minimums: Properties = {minimum: int(number(inputs, minimum) or 0) for _, minimum, _ in _CLASSES}
    return {**flags, "number": flags["numeric"], **minimums}


def _password(inputs: Properties) -> tuple[str, Properties]:
    drawn = _characters(inputs)
    # 4 is bcrypt's least cost, a millisecond; the real provider takes 10. Like it, hash the first 72 bytes.
    hashed = bcrypt.hashpw(drawn.encode()[:72], bcrypt.gensalt(4, prefix=b"2a")).decode()
    return "none", {**_class_flags(inputs), "result": drawn, "bcryptHash": hashed}


def _string(inputs: Properties) -> tuple[str, Properties]:
    drawn = _characters(inputs)
    return drawn, {**_class_flags(inputs), "result": drawn}


def _bytes(inputs: Properties) -> tuple[str, Properties]:
    drawn = secrets.token_bytes(int(number(inputs, "length") or 0))
    encoded = base64.b64encode(drawn).decode()
    return "none", {"base64": encoded, "hex": drawn.hex()}


def _id(inputs: Properties) -> tuple[str, Properties]:
    drawn = secrets.token_bytes(int(number(inputs, "byteLength") or 0))
    prefix = text(inputs, "prefix") or ""
    url_safe = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    return url_safe, {
        "b64Std": prefix + base64.b64encode(drawn).decode(),
        "b64Url": prefix + url_safe,
        "hex": prefix + drawn.hex(),
        "dec": prefix + str(int.from_bytes(drawn, "big")),
    }


def _uuid(_: Properties) -> tuple[str, Properties]:
    drawn = str(uuid.uuid4())
    return drawn, {"result": drawn}


def _integer(inputs: Properties) -> tuple[str, Properties]:
    drawn = _DRAW.randint(int(number(inputs, "min") or 0), int(number(inputs, "max") or 0))
    return str(drawn), {"result": drawn}


_MAKERS: Final[dict[str, Callable[[Properties], tuple[str, Properties]]]] = {
    "RandomPassword": _password,
    "RandomString": _string,
    "RandomBytes": _bytes,
    "RandomId": _id,
    "RandomUuid": _uuid,
    "RandomInteger": _integer,
}
_DRAWN: Final = {
    "RandomPassword": frozenset({"result", "bcryptHash"}),
    "RandomString": frozenset({"result"}),
    "RandomBytes": frozenset({"base64", "hex"}),
    "RandomId": frozenset({"b64Std", "b64Url", "hex", "dec"}),
    "RandomUuid": frozenset({"result"}),
    "RandomInteger": frozenset({"result"}),
}


def preview(type: str, inputs: Properties) -> Properties:
    """Give the outputs of a value that is not drawn yet."""
    shown: Properties = dict.fromkeys(outputs_are_random(type), UNKNOWN)
    flags = _class_flags(inputs) if type.endswith(("RandomPassword", "RandomString")) else {}
    return {**inputs, **flags, **shown}
