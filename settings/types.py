"""The field's vocabulary as pydantic types: names, quantities, addresses, schedules."""

import re
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field

_CPU = re.compile(r"^(?:(?P<cores>\d+(?:\.\d{1,3})?)|(?P<millicores>\d+)m)$")
_MEMORY = re.compile(r"^(?P<amount>\d+)(?P<unit>Ki|Mi|Gi|Ti)$")
_MEMORY_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_CRON_FIELD = r"(?:\*|[0-9]+(?:-[0-9]+)?)(?:/[0-9]+)?"
_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def millicores(cpu: str) -> int:
    """Convert a Kubernetes CPU quantity ("2", "0.5", "250m") to thousandths of a core."""
    match = _CPU.match(cpu)
    if match is None:
        raise ValueError(f"{cpu!r} is not a CPU quantity; write cores as '2' or '0.5', or thousandths as '250m'")
    if match["millicores"]:
        return int(match["millicores"])
    return int(Decimal(match["cores"]) * 1000)


def mebibytes(memory: str) -> int:
    """Convert a Kubernetes memory quantity with a binary unit ("512Mi", "2Gi") to MiB, rounded down."""
    match = _MEMORY.match(memory)
    if match is None:
        raise ValueError(f"{memory!r} is not a memory quantity; write it with a binary unit as '512Mi' or '4Gi'")
    return int(match["amount"]) * _MEMORY_UNITS[match["unit"]] // 2**20


def _cpu(value: str) -> str:
    if millicores(value) == 0:
        raise ValueError("a CPU quantity must be above 0")
    return value


def _memory(value: str) -> str:
    if mebibytes(value) == 0:
        raise ValueError("a memory quantity must be at least 1Mi")
    return value


def _cron(value: str) -> str:
    fields = value.split()
    if len(fields) != len(_CRON_RANGES):
        raise ValueError("a schedule has five fields: minute hour day-of-month month day-of-week, as in '0 2 * * *'")
    for text, (low, high) in zip(fields, _CRON_RANGES, strict=True):
        for part in text.split(","):
            if not re.fullmatch(_CRON_FIELD, part):
                raise ValueError(f"{text!r} is not a cron field; use *, a number, a range 1-5, a list 1,2 or a step */5")
            numbers = [int(number) for number in re.findall(r"\d+", part.split("/")[0])]
            if any(not low <= number <= high for number in numbers):
                raise ValueError(f"{text!r} is outside {low}-{high} in {value!r}")
    return value


def _network(value: str) -> str:
    IPv4Network(value)
    return value


Name = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=40)]
"""A DNS label, as Kubernetes and AWS both accept it."""

PortName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=15)]
"""A Kubernetes port name: at most 15 characters."""

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=128)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
Percent = Annotated[int, Field(ge=1, le=100)]
Cpu = Annotated[str, AfterValidator(_cpu)]
Memory = Annotated[str, AfterValidator(_memory)]
Cron = Annotated[str, AfterValidator(_cron)]
Network = Annotated[str, AfterValidator(_network)]
"""An IPv4 range in CIDR notation."""

DomainName = Annotated[
    str, Field(pattern=r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", min_length=4, max_length=253)
]
HostLabel = Annotated[str, Field(pattern=r"^(@|[a-z0-9]([-a-z0-9.]*[a-z0-9])?)$", max_length=120)]
"""A host relative to the stack's domain: `api` is api.<domain>, `@` the domain itself."""

AbsolutePath = Annotated[str, Field(pattern=r"^/[^\s]*$")]
ImageRepository = Annotated[
    str, Field(pattern=r"^[a-z0-9]+([._/:-][a-z0-9]+)*$", max_length=255)
]
ImageTag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
ImageDigest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
DatabaseClass = Annotated[str, Field(pattern=r"^db\.[a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)$")]
CacheNodeType = Annotated[str, Field(pattern=r"^cache\.[a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)$")]
InstanceType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|metal|[0-9]*xlarge)$")]
Arn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
