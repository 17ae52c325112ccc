"""Values that the platform makes itself: random ones that live in the state, encrypted, and what follows from them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_random as random
from pulumi import Alias, Output, ResourceOptions

from settings.workload.secrets import GeneratedSecret, SigningKeySecret, User

Form = Literal["single", "list", "pair"]
"""How a generated secret is stored: one value, a comma list, or JSON of `current` and `previous`."""

CURRENT, PREVIOUS = "current", "previous"
_PAIR = 2
_SEED_BYTES = 32
_PASSWORD_LENGTH = 32
"""Letters and digits: 190 bits. Bcrypt reads the first 72 bytes of a password and no more."""


@dataclass(frozen=True)
class Called:
    """What a value is called in the state, and what it was called before its secret was renamed."""

    name: str
    before: str | None = None

    def below(self, part: str) -> "Called":
        return Called(f"{self.name}-{part}", f"{self.before}-{part}" if self.before else None)

    def options(self, child: ResourceOptions) -> ResourceOptions:
        aliases = [Alias(name=self.before)] if self.before else []
        return ResourceOptions.merge(child, ResourceOptions(aliases=aliases))


def generated(called: Called, kind: GeneratedSecret, form: Form, child: ResourceOptions) -> Output[str]:
    """Make the value of a generated secret, in the form that it is stored in."""
    if form == "single":
        return _written(kind, _bytes(called, kind.bytes, kind.generation, child))
    values = Output.all(*_newest_first(called, kind, kind.tokens if form == "list" else _PAIR, child))
    if form == "list":
        return values.apply(lambda known: ",".join(str(each) for each in known))
    return Output.json_dumps(values.apply(lambda known: {CURRENT: known[0], PREVIOUS: known[1]}))


def signing_key(called: Called, kind: SigningKeySecret, child: ResourceOptions) -> Output[str]:
    """Make an Ed25519 private key: its seed is drawn once, so that the key is the same in every run."""
    seed = _bytes(called, _SEED_BYTES, kind.generation, child).base64
    return seed if kind.form == "seed" else seed.apply(key_pair)


def key_pair(seed: str) -> str:
    """Put the public key behind a seed; both are base64."""
    # Imported here: the one product in several that asks for a pair pays for it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    private = base64.b64decode(seed)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return base64.b64encode(private + public).decode()


def password(name: str, user: User, child: ResourceOptions) -> random.RandomPassword:
    """Draw a user's password. Its bcrypt hash, salt included, is drawn with it and stays."""
    return random.RandomPassword(
        f"{name}-password",
        length=_PASSWORD_LENGTH,
        special=False,
        keepers={"generation": str(user.generation)},
        opts=child,
    )


def _newest_first(called: Called, kind: GeneratedSecret, count: int, child: ResourceOptions) -> Sequence[Output[str]]:
    """Keep one resource for each generation: raising it makes one and drops the oldest, the others stay as they are.

    Before the first generation there are values too, so that a list is never shorter than it will be.
    """
    generations = range(kind.generation, kind.generation - count, -1)
    return [_written(kind, _bytes(called.below(_nth(each)), kind.bytes, each, child)) for each in generations]


def _nth(generation: int) -> str:
    return f"generation-{generation}" if generation > 0 else f"initial-{1 - generation}"


def _bytes(called: Called, length: int, generation: int, child: ResourceOptions) -> random.RandomBytes:
    value, keepers = called.below("value"), {"generation": str(generation)}
    return random.RandomBytes(value.name, length=length, keepers=keepers, opts=value.options(child))


def _written(kind: GeneratedSecret, value: random.RandomBytes) -> Output[str]:
    return value.hex if kind.encoding == "hex" else value.base64
