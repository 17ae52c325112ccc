"""A DynamoDB table with its indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import dynamodb

from components.options import stateful
from settings.workload.tables import Index, Table, parts

_TYPES: Final = {"text": "S", "number": "N", "binary": "B"}
_PROJECTIONS: Final = {"all": "ALL", "keys": "KEYS_ONLY"}


@dataclass(frozen=True, kw_only=True)
class KeptTableArgs:
    """`table_name` is the physical name; `key_arn` encrypts; with `protect` neither AWS nor Pulumi deletes it."""

    table_name: str
    stated: Table
    key_arn: Input[str]
    protect: bool


class KeptTable(ComponentResource):
    """A table that is paid by request and can be restored to any second of the stated days.

    Its keys are fixed; indexes come and go without the table.
    """

    arn: Output[str]
    table_name: Output[str]

    def __init__(self, name: str, args: KeptTableArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:KeptTable", name, None, opts)
        stated = args.stated
        table = dynamodb.Table(
            f"{name}-table",
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=stated.partition_key.name,
            range_key=stated.sort_key.name if stated.sort_key else None,
            attributes=[
                dynamodb.TableAttributeArgs(name=attribute, type=type) for attribute, type in _described(stated).items()
            ],
            global_secondary_indexes=[_index(each, index) for each, index in sorted(stated.indexes.items())] or None,
            ttl=dynamodb.TableTtlArgs(attribute_name=stated.expires_by, enabled=True) if stated.expires_by else None,
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(
                enabled=stated.recovery_days > 0, recovery_period_in_days=stated.recovery_days or None
            ),
            on_demand_throughput=_ceiling(stated),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protect,
            opts=stateful(self, protect=args.protect),
        )
        self.arn, self.table_name = table.arn, table.name
        self.register_outputs({"arn": self.arn, "tableName": self.table_name})


def _described(stated: Table) -> Mapping[str, str]:
    """Give the type of each attribute that is part of a key, in order of their names: DynamoDB describes no other."""
    every = [each for key in (stated, *stated.indexes.values()) for each in parts(key)]
    return {each.name: _TYPES[each.type] for each in sorted(every, key=lambda each: each.name)}


def _index(name: str, stated: Index) -> dynamodb.TableGlobalSecondaryIndexArgs:
    return dynamodb.TableGlobalSecondaryIndexArgs(
        name=name,
        key_schemas=[
            dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=each.name, key_type=type)
            for each, type in zip(parts(stated), ("HASH", "RANGE"), strict=False)
        ],
        projection_type=_PROJECTIONS[stated.attributes],
    )


def _ceiling(stated: Table) -> dynamodb.TableOnDemandThroughputArgs | None:
    if stated.most_reads is None and stated.most_writes is None:
        return None
    return dynamodb.TableOnDemandThroughputArgs(
        max_read_request_units=stated.most_reads, max_write_request_units=stated.most_writes
    )
