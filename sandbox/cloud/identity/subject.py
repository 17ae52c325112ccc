"""The resource an identity is made for, and the stand-ins for what AWS draws at random."""

import hashlib
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.cloud.model import ACCOUNT_ID, Properties, Record, Value, World, text

_BASE36: Final = string.digits + string.ascii_lowercase
_LETTERS: Final = string.ascii_letters + string.digits

# Where the physical name is not the input called "name".
NAME_PROPERTIES: Final = {
    "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
    "aws:eks/addon:Addon": "addonName",
    "aws:eks/fargateProfile:FargateProfile": "fargateProfileName",
    "aws:rds/instance:Instance": "identifier",
    "aws:rds/proxyEndpoint:ProxyEndpoint": "dbProxyEndpointName",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:elasticache/user:User": "userId",
    "aws:elasticache/userGroup:UserGroup": "userGroupId",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyName",
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": "configurationName",
}


def physical_name(record: Record) -> str:
    """Give the name AWS knows the resource by: the stated name, else the generated one, else the logical name."""
    property = NAME_PROPERTIES.get(record.type, "name")
    return text(record.inputs, property) or text(record.outputs, property) or record.name


@dataclass(frozen=True)
class Subject:
    """A record with its id (empty while the id is being made) and a seed that stands in for randomness.

    The seed of an id comes from the URN and the generation, so that a replacement gets another id; the seed of the
    outputs comes from the id alone, so that an update changes none of them.
    """

    record: Record
    world: World
    id: str
    seed: str

    @property
    def inputs(self) -> Properties:
        return self.record.inputs

    @property
    def region(self) -> str:
        return self.record.region

    @property
    def name(self) -> str:
        return physical_name(self.record)

    def input(self, path: str, default: str = "") -> str:
        """Give a string input, or the default when it is absent or not known yet."""
        return text(self.record.inputs, path) or default

    def hex(self, length: int, label: str = "") -> str:
        """Give hexadecimal digits."""
        return hashlib.sha256(f"{self.seed}\0{label}".encode()).hexdigest()[:length]

    def draw(self, length: int, label: str = "", alphabet: str = _BASE36) -> str:
        """Give characters of an alphabet."""
        number = int.from_bytes(hashlib.sha512(f"{self.seed}\0{label}".encode()).digest(), "big")
        characters: list[str] = []
        for _ in range(length):
            number, index = divmod(number, len(alphabet))
            characters.append(alphabet[index])
        return "".join(characters)

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


def account_hash(service: str, region: str, length: int) -> str:
    """Give the part of a host name that is the same for all endpoints of an account in a region."""
    number = int.from_bytes(hashlib.sha256(f"{service}\0{region}".encode()).digest(), "big")
    characters: list[str] = []
    for _ in range(length):
        number, index = divmod(number, len(_BASE36))
        characters.append(_BASE36[index])
    return "".join(characters)


def strings(value: Value) -> Iterator[str]:
    """Give every string in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
