"""A cloud in memory: asks the rules, as the provider does, and keeps what they accept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from offline_cloud.cloud import identity, rules
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, Value, text


def contains(value: Value, wanted: str) -> bool:
    if isinstance(value, dict):
        return any(contains(item, wanted) for item in value.values())
    if isinstance(value, list):
        return any(contains(item, wanted) for item in value)
    return value == wanted


class Memory:
    """The ``World`` of the tests."""

    def __init__(self, region: str = "us-east-1") -> None:
        self.region = region
        self.records: list[Record] = []

    def all(self) -> Iterator[Record]:
        return iter(list(self.records))

    def of_type(self, type: str) -> Sequence[Record]:
        return [record for record in self.records if record.type == type]

    def by_id(self, id: str, type: str | None = None, region: str | None = None) -> Record | None:
        for record in self.records:
            if record.id == id and type in (None, record.type) and region in (None, record.region):
                return record
        return None

    def by_arn(self, arn: str) -> Record | None:
        return next((record for record in self.records if text(record.outputs, "arn") == arn), None)

    def by_urn(self, urn: str) -> Record | None:
        return next((record for record in reversed(self.records) if record.urn == urn), None)

    def mentioning(self, value: str) -> Sequence[Record]:
        return [record for record in self.records if contains(record.inputs, value)]

    def draft(self, type: str, name: str, region: str = "", /, **inputs: Value) -> Record:
        """Describe a resource that does not exist yet."""
        urn = f"urn:pulumi:prod::groundwork::{type}::{name}"
        return Record(urn=urn, type=type, inputs=dict(inputs), region=region or self.region)

    def add(self, type: str, name: str, region: str = "", /, **inputs: Value) -> Record:
        """Put a resource into the world without asking the rules."""
        record = self.draft(type, name, region, **inputs)
        made = identity.outputs(record, self)
        outputs: Properties = {**record.inputs, **made.outputs}
        stored = Record(
            urn=record.urn, type=type, inputs=record.inputs, region=record.region, id=made.id, outputs=outputs
        )
        self.records.append(stored)
        return stored

    def preview(self, type: str, name: str, region: str = "", /, **inputs: Value) -> Record:
        """Put a resource into the world as a preview does: with an id and outputs that are not known."""
        draft = self.draft(type, name, region, **inputs)
        outputs: Properties = {**draft.inputs, "arn": UNKNOWN, "id": UNKNOWN}
        record = Record(urn=draft.urn, type=type, inputs=draft.inputs, region=draft.region, outputs=outputs)
        self.records.append(record)
        return record

    def remove(self, record: Record) -> None:
        self.records.remove(record)


def codes(diagnostics: Sequence[Diagnostic]) -> set[str]:
    """Give the AWS error codes with which the reasons begin."""
    return {diagnostic.reason.split(":", 1)[0] for diagnostic in diagnostics}


def create(world: Memory, type: str, name: str, region: str = "", /, **inputs: Value) -> Record:
    """Create a resource as the provider does; fails when the rules refuse it."""
    draft = world.draft(type, name, region, **inputs)
    refused = [*rules.check(type, draft.inputs, draft.region), *rules.before_create(draft, world)]
    assert refused == []
    return world.add(type, name, region, **inputs)


def diagnostics(world: Memory, type: str, name: str, region: str = "", /, **inputs: Value) -> list[Diagnostic]:
    """Ask what the rules say to a creation."""
    draft = world.draft(type, name, region, **inputs)
    return rules.before_create(draft, world)


def change(world: Memory, record: Record, **inputs: Value) -> list[Diagnostic]:
    """Ask what the rules say to an update of some inputs."""
    return rules.before_update(record, replace(record, inputs={**record.inputs, **inputs}), world)
