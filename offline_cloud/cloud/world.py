"""An index over the records of the offline cloud, so that a rule finds what it asks for without a search."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from offline_cloud.cloud.model import Record, Value


class Index:
    """Every record, found by id, ARN, URN, type, or a value in its inputs: ``offline_cloud.cloud.model.World``."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records: dict[int, Record] = {}
        self._by_id: dict[str, list[Record]] = {}
        self._by_arn: dict[str, Record] = {}
        self._by_urn: dict[str, list[Record]] = {}
        self._by_type: dict[str, list[Record]] = {}
        self._by_input: dict[str, list[Record]] = {}
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        return len(self._records)

    def all(self) -> Iterator[Record]:
        return iter(list(self._records.values()))

    def of_type(self, type: str) -> Sequence[Record]:
        return list(self._by_type.get(type, ()))

    def by_id(self, id: str, type: str | None = None, region: str | None = None) -> Record | None:
        for record in self._by_id.get(id, ()):
            if type in (None, record.type) and region in (None, record.region):
                return record
        return None

    def by_arn(self, arn: str) -> Record | None:
        return self._by_arn.get(arn)

    def by_urn(self, urn: str) -> Record | None:
        found = self._by_urn.get(urn)
        return found[-1] if found else None

    def mentioning(self, value: str) -> Sequence[Record]:
        return list(self._by_input.get(value, ()))

    def add(self, record: Record) -> None:
        """Add a record; it is the newest from now on."""
        self._records[id(record)] = record
        self._by_type.setdefault(record.type, []).append(record)
        self._by_urn.setdefault(record.urn, []).append(record)
        if record.id:
            self._by_id.setdefault(record.id, []).append(record)
        if record.arn:
            self._by_arn[record.arn] = record
        for value in strings(record.inputs):
            self._by_input.setdefault(value, []).append(record)

    def remove(self, record: Record) -> None:
        """Forget a record that was given out by this index."""
        del self._records[id(record)]
        _drop(self._by_type, record.type, record)
        _drop(self._by_urn, record.urn, record)
        if record.id:
            _drop(self._by_id, record.id, record)
        if record.arn and self._by_arn.get(record.arn) is record:
            del self._by_arn[record.arn]
        for value in strings(record.inputs):
            _drop(self._by_input, value, record)

    def rename(self, record: Record, urn: str) -> Record:
        """Let a record be a stack's resource from now on; gives it under its new URN."""
        renamed = replace(record, urn=urn)
        self.remove(record)
        self.add(renamed)
        return renamed

    def without(self, urn: str) -> "Index":
        """Copy this index, leaving out a URN: how the world looks once a replaced resource is gone."""
        if urn not in self._by_urn:
            return self
        return Index(record for record in self.all() if record.urn != urn)


def strings(value: Value) -> set[str]:
    """Collect every string at any depth of a value; the keys of objects do not count."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, list):
        return {text for item in value for text in strings(item)}
    if isinstance(value, dict):
        return {text for item in value.values() for text in strings(item)}
    return set()


def _drop(index: dict[str, list[Record]], key: str, record: Record) -> None:
    remaining = [other for other in index.get(key, ()) if other is not record]
    if remaining:
        index[key] = remaining
    else:
        index.pop(key, None)
