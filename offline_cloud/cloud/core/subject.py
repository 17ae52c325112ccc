"""The resource an identity is made for, and the stand-ins for what AWS draws at random."""

import hashlib
import string
from dataclasses import dataclass
from typing import Final

from offline_cloud.cloud.model import ACCOUNT_ID, Properties, Record, World, items, text

_BASE36: Final = string.digits + string.ascii_lowercase
_LETTERS: Final = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Subject:
    """A record with the name that AWS knows it by, its id (empty while it is being made), and a seed for randomness.

    The seed of an id comes from the URN and the generation, so that a replacement gets another id; the seed of the
    outputs comes from the id alone, so that an update changes none of them.
    """

    record: Record
    world: World
    name: str
    id: str
    seed: str

    @property
    def inputs(self) -> Properties:
        return self.record.inputs

    @property
    def region(self) -> str:
        return self.record.region

    def input(self, path: str, default: str = "") -> str:
        """Give a string input, or the default when it is absent or not known yet."""
        return text(self.record.inputs, path) or default

    def hex(self, length: int, label: str = "") -> str:
        """Give hexadecimal digits."""
        return hashlib.sha256(f"{self.seed}\0{label}".encode()).hexdigest()[:length]

    def draw(self, length: int, label: str = "", alphabet: str = _BASE36) -> str:
        """Give characters of an alphabet."""
        return _draw(hashlib.sha512(f"{self.seed}\0{label}".encode()).digest(), length, alphabet)

    def letters(self, length: int, label: str = "") -> str:
        """Give upper-case letters, lower-case letters and digits, as at the end of a secret's ARN."""
        return self.draw(length, label, _LETTERS)

    def capitals(self, length: int, label: str = "") -> str:
        """Give upper-case letters and digits, as in a hosted zone's id."""
        return self.draw(length, label, string.ascii_uppercase + string.digits)

    def uuid(self, label: str = "") -> str:
        """Give a UUID of version 4."""
        digits = self.hex(32, label)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Give an ARN in this account; ``region=""`` for the services that have none."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{ACCOUNT_ID}:{resource}"

    def referenced(self, path: str, type: str) -> Record | None:
        """Find the record whose id stands in an input."""
        id = text(self.record.inputs, path)
        return self.world.by_id(id, type) if id else None

    def network(self, path: str) -> str:
        """Give the VPC that the first known subnet of an input list belongs to; empty when none is known."""
        for item in items(self.record.inputs, path):
            subnet = self.world.by_id(item, "aws:ec2/subnet:Subnet") if isinstance(item, str) else None
            if subnet is not None:
                return text(subnet.inputs, "vpcId") or ""
        return ""


def account_hash(service: str, region: str, length: int) -> str:
    """Give the part of a host name that is the same for all endpoints of an account in a region."""
    return _draw(hashlib.sha256(f"{service}\0{region}".encode()).digest(), length, _BASE36)


def _draw(random: bytes, length: int, alphabet: str) -> str:
    number = int.from_bytes(random, "big")
    characters: list[str] = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        characters.append(alphabet[index])
    return "".join(characters)
