"""What a killed run made and no state has heard of: hidden from the rules, and taken over when it is asked for again.

A request that was cut off leaves a resource that the engine does not know. The next `up` asks for it again; it is given
the same one then, as AWS does for a request that comes twice with one client token:
https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
"""

from dataclasses import dataclass, field

from offline_cloud.cloud.model import Properties, Record
from offline_cloud.cloud.store import Standing, Store
from offline_cloud.cloud.world import Index
from offline_cloud.provider import diff, replacements


@dataclass
class Strays:
    """The records of the store that no state has."""

    _by_urn: dict[str, list[tuple[Record, Standing]]] = field(default_factory=dict[str, list[tuple[Record, Standing]]])

    @classmethod
    def of(cls, store: Store, index: Index) -> "Strays":
        """Find them in the store. Those of a killed run leave the index: they may not stand in anybody's way."""
        strays = cls()
        present = {(record.type, record.region, record.id): record for record in index.all()}
        standings: tuple[Standing, ...] = ("kept", "cut off")
        for standing in standings:
            for found in store.unmanaged(standing):
                record = present[found.type, found.region, found.id]
                strays._by_urn.setdefault(record.urn, []).append((record, standing))
                if standing == "cut off":
                    index.remove(record)
        return strays

    def inputs(self, urn: str) -> Properties:
        """Give the inputs of the newest record of this URN, for the name that was generated for it."""
        found = self._by_urn.get(urn)
        return found[-1][0].inputs if found else {}

    def claim(self, wanted: Record, store: Store, index: Index) -> Record | None:
        """Give what was made for this URN already, as part of the index; what cannot become it makes room."""
        for record, standing in reversed(self._by_urn.pop(wanted.urn, [])):
            if _becomes(record, wanted):
                if standing == "cut off":
                    index.add(record)
                return record
            if standing == "kept":
                index.remove(record)
            store.delete(record)
        return None

    def make_room(self, wanted: Record, store: Store) -> None:
        """Undo what a killed run made under an id that is wanted now for another URN."""
        for urn, found in list(self._by_urn.items()):
            for record, standing in found:
                same = (record.type, record.region, record.id) == (wanted.type, wanted.region, wanted.id)
                if same and standing == "cut off":
                    store.delete(record)
                    self._by_urn[urn] = [other for other in found if other[0] is not record]


def _becomes(record: Record, wanted: Record) -> bool:
    """Tell whether an update makes the one into the other; ``wanted`` has fingerprints in the place of secrets."""
    if (record.type, record.region) != (wanted.type, wanted.region):
        return False
    found = diff.changes(record.inputs, wanted.inputs)
    judged = diff.with_verdicts(found, lambda path: replacements.forces_replacement(record.type, path))
    return not any(change.replaces for change in judged)
