"""The outputs that a type is known to have: plausible values where nothing closer to AWS is written down."""

from collections.abc import Mapping
from typing import cast

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.core.templates import fill_all
from offline_cloud.cloud.derived import entry
from offline_cloud.cloud.model import Properties, Value


def outputs(subject: Subject) -> Properties:
    """Fill in the derived outputs of a resource."""
    return fill_all(cast("Mapping[str, Value]", entry(subject.record.type).get("out", {})), subject)
