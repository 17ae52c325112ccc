"""The engine's own state file, read to see what an earlier run left behind."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from offline_cloud.cloud.model import Properties, Record, Value, text
from offline_cloud.errors import OfflineCloudError
from offline_cloud.hints import command
from offline_cloud.provider.catalog import PACKAGES
from offline_cloud.provider.values import SECRET_OF_UNKNOWN_VALUE, SIGNATURE_KEY
from offline_cloud.workspace import Workspace


@dataclass(frozen=True)
class Resource:
    """One resource as the state has it. Secrets are encrypted."""

    urn: str
    type: str
    id: str
    custom: bool
    provider: str
    inputs: Properties
    outputs: Properties
    protect: bool = False
    replaced: bool = False
    """Its successor is there, and the engine has still to delete it."""
    replacing: bool = False
    """Deleted already, and its successor is not made yet: the engine remembers what to make."""

    @property
    def in_cloud(self) -> bool:
        """Whether the store has a record of it: providers, components and random values live in the state alone."""
        return self.custom and self.type.split(":")[0] in PACKAGES and not self.type.startswith("random:")


@dataclass(frozen=True)
class Pending:
    """A request that was under way when an earlier run ended."""

    operation: str
    resource: Resource


@dataclass(frozen=True)
class State:
    resources: Sequence[Resource] = ()
    pending: Sequence[Pending] = ()
    salt: str | None = None
    path: Path = field(default_factory=Path)
    time: str = ""
    """When the engine wrote it; empty for a stack that no run has changed yet."""

    @property
    def protected(self) -> bool:
        """Whether any resource may not be destroyed."""
        return any(resource.protect for resource in self.resources)

    @classmethod
    def read(cls, space: Workspace) -> "State":
        """Read the state of a stack, empty when there is none; raises ``OfflineCloudError`` when it is damaged."""
        try:
            return cls.read_file(space.state_file)
        except FileNotFoundError:
            return cls(path=space.state_file)
        except ValueError as error:
            raise OfflineCloudError(
                f"the state of stack {space.stack} is damaged ({space.state_file}: {error}); "
                f"`{command(space, 'repair')}` goes back to the newest copy"
            ) from error

    @classmethod
    def read_file(cls, path: Path) -> "State":
        """Read a state, or a copy of one, wherever it is; raises ``FileNotFoundError``, or ``ValueError``: damaged."""
        try:
            return _parse(path)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(" ".join(str(error).split()) or "it is no state") from error


def _parse(path: Path) -> State:
    checkpoint = json.loads(path.read_text(encoding="utf-8"))["checkpoint"]
    latest = cast("Mapping[str, object]", checkpoint.get("latest") or {})
    secrets = cast("Mapping[str, Mapping[str, str]]", latest.get("secrets_providers") or {})
    resources = cast("list[Mapping[str, object]]", latest.get("resources") or [])
    pending = cast("list[Mapping[str, object]]", latest.get("pending_operations") or [])
    manifest = cast("Mapping[str, str]", latest.get("manifest") or {})
    return State(
        resources=[_resource(item) for item in resources],
        pending=[
            Pending(str(item["type"]), _resource(cast("Mapping[str, object]", item["resource"]))) for item in pending
        ],
        salt=(secrets.get("state") or {}).get("salt"),
        path=path,
        time=str(manifest.get("time") or ""),
    )


def _resource(item: Mapping[str, object]) -> Resource:
    return Resource(
        urn=str(item["urn"]),
        type=str(item["type"]),
        id=str(item.get("id", "")),
        custom=bool(item.get("custom")),
        provider=str(item.get("provider", "")),
        inputs=cast("Properties", item.get("inputs") or {}),
        outputs=cast("Properties", item.get("outputs") or {}),
        protect=bool(item.get("protect")),
        replaced=bool(item.get("delete")),
        replacing=bool(item.get("pendingReplacement")),
    )


def as_record(resource: Resource, regions: Mapping[str, str]) -> Record:
    """Turn a resource of the state into a record for the store; ``regions`` are those of the providers' URNs."""
    provider = resource.provider.rsplit("::", 1)[0]
    return Record(
        urn=resource.urn,
        type=resource.type,
        id=resource.id,
        inputs=cast("Properties", _masked(resource.inputs)),
        outputs=cast("Properties", _masked(resource.outputs)),
        region=text(resource.outputs, "region") or regions.get(provider, "us-east-1"),
        provider=provider,
    )


def _masked(value: Value) -> Value:
    if isinstance(value, dict):
        if SIGNATURE_KEY in value and "ciphertext" in value:
            return SECRET_OF_UNKNOWN_VALUE
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value
