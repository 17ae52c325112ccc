"""What a product keeps as items under a key: DynamoDB tables of its own, and what a service may do with each.

Bounds: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from settings.base import Settings
from settings.vocabulary import Means, refusal
from settings.workload.outputs import Offered

TableAccess = Literal["read", "write", "read-write"]
"""Get and query items, put and delete them, or both."""

AttributeName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=255),
    Means("an attribute's name: a letter or _, then letters, digits and _ . -", "order_id"),
]
IndexName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.-]+$", min_length=3, max_length=255),
    Means("an index's name: 3 to 255 letters, digits and _ . -", "by-customer"),
]
Units = Annotated[int, Field(ge=1, le=40_000)]
LONGEST_RECOVERY_DAYS: Final = 35


class KeyAttribute(Settings):
    """One part of a key."""

    name: AttributeName
    """The attribute that every item has."""
    type: Literal["text", "number", "binary"] = "text"
    """What its values are."""


class Keyed(Settings):
    """A key: items of a partition are kept together, in the order of the sort key."""

    partition_key: KeyAttribute
    """What spreads items over partitions; of many values that are asked for equally often."""
    sort_key: KeyAttribute | None = None
    """What tells items of one partition apart, and orders them; without it each partition has one item."""

    @field_validator("sort_key")
    @classmethod
    def _is_another(cls, value: KeyAttribute | None, info: ValidationInfo) -> KeyAttribute | None:
        partition: KeyAttribute | None = info.data.get("partition_key")
        if value and partition and value.name == partition.name:
            raise refusal("another attribute than the partition key (DynamoDB)", "name another, or leave it out")
        return value


class Index(Keyed):
    """A second way to query a table, by another key (a global secondary index)."""

    attributes: Literal["all", "keys"] = "all"
    """What an item shows there: all of its attributes, or those of the two keys."""


class Table(Offered, Keyed):
    """A DynamoDB table that is paid by request, encrypted with the stack's data key."""

    OUTPUTS: ClassVar[tuple[str, ...]] = ("name", "arn")

    indexes: dict[IndexName, Index] = Field(default={}, max_length=20)
    """Further keys to query by, by the index's name."""
    expires_by: AttributeName | None = None
    """Attribute that holds the second, since 1970, after which an item is deleted; without it none is."""
    recovery_days: int = Field(default=LONGEST_RECOVERY_DAYS, ge=0, le=LONGEST_RECOVERY_DAYS)
    """Any second of so many days can be restored into a new table; 0: none."""
    backup: bool = False
    """AWS Backup keeps a recovery point of every day in the stack's vault, beside that."""
    most_reads: Units | None = None
    """Read units a second after which requests are refused, and cost ends; without it the account's quota."""
    most_writes: Units | None = None
    """Write units a second after which requests are refused, and cost ends; without it the account's quota."""

    @field_validator("indexes")
    @classmethod
    def _describe_alike(cls, value: dict[str, Index], info: ValidationInfo) -> dict[str, Index]:
        """A table describes each attribute once, whatever number of keys it is part of."""
        own: list[KeyAttribute | None] = [info.data.get("partition_key"), info.data.get("sort_key")]
        types = {each.name: each.type for each in own if each is not None}
        for name, index in value.items():
            for each in parts(index):
                if types.setdefault(each.name, each.type) != each.type:
                    allowed = f"{types[each.name]} for {each.name}, as another key states"
                    raise refusal(allowed, f"state one type for {each.name} in {name} and elsewhere")
        return value


def parts(key: Keyed) -> tuple[KeyAttribute, ...]:
    """Give the attributes of a key."""
    return (key.partition_key, key.sort_key) if key.sort_key is not None else (key.partition_key,)
