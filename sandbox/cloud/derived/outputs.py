"""The outputs that a type is known to have: plausible values where nothing closer to AWS is written down."""

from collections.abc import Mapping
from typing import cast

from sandbox.cloud.derived import entry
from sandbox.cloud.identity.subject import Subject
from sandbox.cloud.identity.templates import fill
from sandbox.cloud.model import Properties, Value


def outputs(subject: Subject) -> Properties:
    """Fill in the derived outputs of a resource."""
    derived = cast("Mapping[str, Value]", entry(subject.record.type).get("out", {}))
    return {name: _filled(value, subject) for name, value in derived.items() if name not in subject.inputs}


def _filled(value: Value, subject: Subject) -> Value:
    if isinstance(value, str):
        return fill(value, subject)
    if isinstance(value, list):
        return [_filled(item, subject) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, subject) for name, item in value.items()}
    return value
