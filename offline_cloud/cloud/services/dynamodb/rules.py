"""What DynamoDB accepts. Source: its API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, at, objects, text

_INVALID: Final = "InvalidParameterValue"


def keys_described(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """Each key of a table and of its indexes is among the attributes, and each attribute is a key."""
    indexes = [*objects(inputs, "globalSecondaryIndexes"), *objects(inputs, "localSecondaryIndexes")]
    schemas = [schema for each in indexes for schema in objects(each, "keySchemas")]
    keys = {key for each in (inputs, *indexes) for name in ("hashKey", "rangeKey") if (key := text(each, name))}
    keys |= {key for each in schemas if (key := text(each, "attributeName"))}
    described = {name for each in objects(inputs, "attributes") if (name := text(each, "name"))}
    if at(inputs, "attributes") is None or facts.has_unknown(inputs, "attributes"):
        return
    for key in sorted(keys - described):
        yield reject("attributes", _INVALID, f"The key {key} is not described", f"add {key} to attributes")
    for name in sorted(described - keys):
        yield reject("attributes", _INVALID, f"{name} is no key of the table or an index", "leave it out")
