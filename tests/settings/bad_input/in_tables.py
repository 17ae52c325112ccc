"""Mistakes in tables of items, and in their keys."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_KEY: Raw = {"name": "id"}
_TABLE: dict[str, Raw] = {"tables": {"sessions": {"partition_key": _KEY}}}
_AT = "tables.sessions"

CASES = (
    workload(
        "tables",
        {"sessions": {}},
        "a section with name | type",
        "add the section `partition_key:`",
        at=f"{_AT}.partition_key",
    ),
    workload(f"{_AT}.partition_key.name", "order id", "an attribute's name", "order-id", also=_TABLE),
    workload(f"{_AT}.partition_key.type", "string", "text | number | binary", "", also=_TABLE),
    workload(f"{_AT}.sort_key", _KEY, "another attribute than the partition key", "name another", also=_TABLE),
    workload(f"{_AT}.recovery_days", 36, "from 0 to 35", "35", also=_TABLE),
    workload(f"{_AT}.most_reads", 0, "from 1 to 40,000", "1", also=_TABLE),
    workload(f"{_AT}.expires_by", "", "an attribute's name", "order_id", also=_TABLE),
    workload(
        f"{_AT}.indexes",
        {"by": {"partition_key": {"name": "customer"}}},
        "an index's name: 3 to 255",
        "by-customer",
        at=f"{_AT}.indexes.by",
        also=_TABLE,
    ),
    workload(
        f"{_AT}.indexes",
        {"by-number": {"partition_key": {"name": "id", "type": "number"}}},
        "text for id, as another key states",
        "state one type for id in by-number and elsewhere",
        also=_TABLE,
    ),
)
