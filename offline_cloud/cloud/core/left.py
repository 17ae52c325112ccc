"""What a deletion leaves in the account: snapshots, backups, names that stay taken."""

from offline_cloud.cloud.model import Properties, Record

MARK = " (left)"
"""Ends the URN of what a deletion took out of the engine's state and left as it is (`retainOnDelete`)."""


def left(record: Record, type: str, id: str, inputs: Properties) -> Record:
    """Describe a thing that comes into being as ``record`` is deleted: it belongs to the same stack and region."""
    start = "::".join(record.urn.split("::", 2)[:2])
    return Record(urn=f"{start}::{type}::{id}", type=type, id=id, region=record.region, inputs=inputs)
