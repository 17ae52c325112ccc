"""Scalars of another type than the SDK says, read as the AWS provider reads them.

The bridge under it turns a number or a flag into text where text is asked for, and text that reads as a number or flag
into one: https://github.com/pulumi/pulumi-terraform-bridge (`MakeTerraformInputs`). So `cpu=256` is no mistake.
"""

import re
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, Scalar, Shape

_WHOLE: Final = re.compile(r"-?\d{1,18}")
_NUMBER: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?")


def coerced(properties: Properties, shape: ObjectOf) -> Properties:
    """Give the properties with every scalar that can be read as what its shape asks for; the rest as it is."""
    shapes = shape.properties
    return {key: _value(value, shapes[key]) if key in shapes else value for key, value in properties.items()}


def _value(value: Value, shape: Shape) -> Value:
    if value is UNKNOWN or value is None:
        return value
    match shape:
        case ObjectOf() if isinstance(value, dict):
            return coerced(value, shape)
        case ListOf(item) if isinstance(value, list):
            return [_value(entry, item) for entry in value]
        case MapOf(item) if isinstance(value, dict):
            return {key: _value(entry, item) for key, entry in value.items()}
        case Scalar():
            return _scalar(value, shape)
        case _:
            return value


def _scalar(value: Value, shape: Scalar) -> Value:
    if isinstance(value, str):
        return _read(value, shape)
    if shape.kind != "string" or not isinstance(value, bool | int | float):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _read(text: str, shape: Scalar) -> Value:
    if shape.kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if shape.kind in ("integer", "number") and _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if shape.kind == "number" and _NUMBER.fullmatch(text) else text
