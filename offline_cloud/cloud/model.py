"""What the provider process and the clouds speak of: resources, values that may be unknown, and what is refused.

``offline_cloud.cloud.rules``, ``offline_cloud.cloud.identity`` and ``offline_cloud.kubernetes.release`` answer the
questions of ``offline_cloud.provider.hooks.Cloud``. A check judges inputs alone and runs at every preview; what comes
before a create or an update also runs in a preview, against a world to which the preview's own creations were added,
with empty ids and no outputs; what comes before a deletion never does. Outputs are deterministic: ``digest(record.seed,
...)`` stands in for randomness. The provider itself copies every input to the output of the same name and computes
``tagsAll``, ``region`` and the outputs of a generated name.

A rule never refuses because of ``UNKNOWN``: use ``known(value)`` or ``text(properties, path)``, which give ``None`` for
what is absent or not known yet. A diagnostic never quotes a value that may be secret. In-memory inputs hold secrets in
clear; records that were read from the store hold ``"secret:sha256:…"`` in their place.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, final

ACCOUNT_ID: Final = "000000000000"
FINGERPRINT_MARK: Final = "secret:sha256:"


@final
class Unknown:
    """A value the engine cannot know in a preview, because the resource it comes from does not exist yet."""

    _instance: "Unknown | None" = None

    def __new__(cls) -> "Unknown":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False

    def __deepcopy__(self, memo: object) -> "Unknown":
        return self


UNKNOWN: Final = Unknown()

# Whole numbers arrive as int. Assets and archives arrive as dicts with the keys the engine's protocol gives them.
Value: TypeAlias = "bool | int | float | str | Unknown | list[Value] | dict[str, Value] | None"
Properties: TypeAlias = dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One resource of the offline cloud. ``type`` is the token, such as ``aws:ec2/subnet:Subnet``."""

    urn: str
    type: str
    inputs: Properties
    region: str
    id: str = ""
    outputs: Properties = field(default_factory=dict[str, Value])
    provider: str = ""
    generation: int = 0

    @property
    def seed(self) -> str:
        """What makes this resource itself: pass it to ``digest`` for ids. A replacement has another generation."""
        return f"{self.urn}#{self.generation}"

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def stack(self) -> str:
        """The stack the resource belongs to: one store holds all stacks of a workload."""
        return self.urn.split("::", 2)[0].rsplit(":", 1)[-1]

    @property
    def arn(self) -> str | None:
        """The ARN, when the resource has one that is known."""
        return text(self.outputs, "arn")


@dataclass(frozen=True)
class Diagnostic:
    """Why the cloud says no.

    ``path`` is that of the input at fault (``"ingress[0].fromPort"``; empty for the resource as a whole),
    ``reason`` a sentence without a full stop, ``fix`` how to put it right.
    """

    path: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.reason}" + (f"; {self.fix}" if self.fix else "")


@dataclass(frozen=True)
class Identity:
    """The id of a resource and the outputs the cloud adds to its inputs."""

    id: str
    outputs: Properties


@dataclass(frozen=True)
class Outcome:
    """What came of a Kubernetes request: outputs, or diagnostics, and notes for the summary at the end of the run."""

    id: str = ""
    outputs: Properties = field(default_factory=dict[str, Value])
    diagnostics: Sequence[Diagnostic] = ()
    notes: Sequence[str] = ()


class World(Protocol):
    """Everything that exists in the offline cloud, over all regions and stacks of the workload."""

    def all(self) -> Iterator[Record]:
        """Give every record, oldest first."""
        ...

    def of_type(self, type: str) -> Sequence[Record]:
        """Give every record of a type token, oldest first."""
        ...

    def by_id(self, id: str, type: str | None = None, region: str | None = None) -> Record | None:
        """Find a record by its id; ids such as names repeat between types and regions, so narrow where they may."""
        ...

    def by_arn(self, arn: str) -> Record | None:
        """Find a record by its ARN."""
        ...

    def by_urn(self, urn: str) -> Record | None:
        """Find the newest record of a URN (during a replacement there are two)."""
        ...

    def mentioning(self, value: str) -> Sequence[Record]:
        """Give every record with an input that is exactly this string, at any depth: the dependents of an id."""
        ...


def known(value: Value) -> bool:
    """Tell whether a value is there and known, at its top level."""
    return value is not None and value is not UNKNOWN


def at(properties: Mapping[str, Value], path: str) -> Value:
    """Look up a path such as ``vpcConfig.subnetIds[0]``; ``None`` when absent, ``UNKNOWN`` below an unknown value."""
    value: Value = dict(properties)
    for part in path.replace("[", ".").replace("]", "").split("."):
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def text(properties: Mapping[str, Value], path: str) -> str | None:
    """Look up a string; ``None`` when it is absent, unknown or not a string."""
    value = at(properties, path)
    return value if isinstance(value, str) else None


def number(properties: Mapping[str, Value], path: str) -> int | float | None:
    """Look up a number; ``None`` when it is absent, unknown or not a number."""
    value = at(properties, path)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(properties: Mapping[str, Value], path: str) -> bool | None:
    """Look up a boolean; ``None`` when it is absent, unknown or not a boolean."""
    value = at(properties, path)
    return value if isinstance(value, bool) else None


def items(properties: Mapping[str, Value], path: str) -> list[Value]:
    """Look up a list; empty when it is absent, unknown or not a list. Single items may still be ``UNKNOWN``."""
    value = at(properties, path)
    return value if isinstance(value, list) else []


def objects(properties: Mapping[str, Value], path: str) -> list[Properties]:
    """Look up a list of objects, leaving out what is not known yet; an object alone counts as a list of one."""
    value = at(properties, path)
    candidates = value if isinstance(value, list) else [value]
    return [candidate for candidate in candidates if isinstance(candidate, dict)]


def digest(*parts: str, length: int = 17) -> str:
    """Give ``length`` hexadecimal digits that depend on the parts alone: a stand-in for randomness."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:length]
