"""What the provider adds to a resource's outputs: its inputs, its region, all of its tags, and which are secret."""

from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value, text
from offline_cloud.provider import diff
from offline_cloud.provider.catalog import ResourceType, resource_type
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.values import Path

DERIVED: Final = frozenset({"tagsAll", "region"})
"""Outputs that the provider derives from its own configuration."""


def _tags_all(inputs: Properties, connection: Connection) -> Value:
    tags = inputs.get("tags")
    if tags is UNKNOWN:
        return UNKNOWN
    return {**connection.default_tags, **(tags if isinstance(tags, dict) else {})}


def changes(type: str, state: Properties, new: Properties, connection: Connection) -> list[diff.Change]:
    """Compare what the provider derives from its own configuration: the region and the default tags."""
    described = resource_type(type)
    found: list[diff.Change] = []
    if "tagsAll" in described.outputs and "tags" in described.inputs.properties:
        wanted = _tags_all(new, connection)
        if (state.get("tagsAll") or {}) != wanted:
            found.append(diff.Change(("tagsAll",), "update"))
    before = text(state, "region")
    if "region" in described.outputs and before not in (None, connection.region_of(new)):
        found.append(diff.Change(("region",), "update", replaces=True))
    return found


def completed(described: ResourceType, inputs: Properties, connection: Connection, added: Properties) -> Properties:
    """Lay what the cloud adds over the inputs; raises ``KeyError`` for an output the SDK does not have."""
    outputs = {key: value for key, value in inputs.items() if key in described.outputs}
    if "tagsAll" in described.outputs and "tags" in described.inputs.properties:
        outputs["tagsAll"] = _tags_all(inputs, connection)
    if "region" in described.outputs:
        outputs["region"] = connection.region_of(inputs)
    invented = added.keys() - described.outputs - {"id"}
    if invented:
        raise KeyError(f"{described.token} has no output {', '.join(sorted(invented))}")
    outputs.update({key: value for key, value in added.items() if value is not None and key != "id"})
    return outputs


def secret_paths(described: ResourceType, secrets: frozenset[Path]) -> frozenset[Path]:
    """Give the outputs that are secret: those of secret inputs, and what the SDK marks so."""
    inherited = {path for path in secrets if path[0] in described.outputs}
    return frozenset(inherited | {(name,) for name in described.secret_outputs})
