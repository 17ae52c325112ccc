"""Tables of a product's own, as a platform builds them on both runtimes, and who may do what with them."""

from functools import cache
from typing import Any

import pytest

from components.capabilities.planned import planned_foundation
from components.platform import Platform
from settings import PlatformSettings
from settings.arithmetic.recovery_means import expected
from tests.components.capabilities.on_runtimes import RUNTIMES, allowed, platform_of, settings_on
from tests.components.recording import Recorder, Registration

TABLE = "aws:dynamodb/table:Table"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
TABLES = {
    "sessions": {
        "partition_key": {"name": "id"},
        "sort_key": {"name": "at", "type": "number"},
        "indexes": {
            "by-customer": {"partition_key": {"name": "customer"}, "sort_key": {"name": "at", "type": "number"}},
            "by-device": {"partition_key": {"name": "device", "type": "binary"}, "attributes": "keys"},
        },
        "expires_by": "ends",
        "recovery_days": 7,
        "most_reads": 100,
    },
    "carts": {"partition_key": {"name": "id"}, "backup": True},
    "scratch": {"partition_key": {"name": "id"}, "recovery_days": 0},
}


@cache
def _settings(runtime: str) -> PlatformSettings:
    changes: dict[str, Any] = {
        "tables": TABLES,
        "services.api.tables": {"sessions": "read", "carts": "read-write"},
        "services.worker.tables": {"carts": "write"},
        "services.api.environment.SESSIONS": {"output": "tables.sessions.name"},
    }
    return settings_on(runtime, changes)


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


def _table(runtime: str, name: str) -> Registration:
    return platform(runtime).one(TABLE, f"table-{name}-table")


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_table_has_its_keys_indexes_and_end_of_items(runtime: str) -> None:
    inputs = _table(runtime, "sessions").inputs
    assert inputs["name"] == "shop-prod-sessions"
    assert (inputs["hashKey"], inputs["rangeKey"], inputs["billingMode"]) == ("id", "at", "PAY_PER_REQUEST")
    described = {each["name"]: each["type"] for each in inputs["attributes"]}
    assert described == {"id": "S", "at": "N", "customer": "S", "device": "B"}
    by_name = {each["name"]: each for each in inputs["globalSecondaryIndexes"]}
    assert by_name["by-customer"] == {
        "name": "by-customer",
        "keySchemas": [
            {"attributeName": "customer", "keyType": "HASH"},
            {"attributeName": "at", "keyType": "RANGE"},
        ],
        "projectionType": "ALL",
    }
    assert by_name["by-device"]["projectionType"] == "KEYS_ONLY"
    assert inputs["ttl"] == {"attributeName": "ends", "enabled": True}
    assert inputs["onDemandThroughput"] == {"maxReadRequestUnits": 100}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_tables_are_encrypted_protected_and_restorable(runtime: str) -> None:
    for name, days in (("sessions", 7), ("carts", 35)):
        table = _table(runtime, name)
        key = platform(runtime).value(platform(runtime).result.foundation.encryption.data_key_arn)
        assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key}
        assert table.inputs["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": days}
        assert table.inputs["deletionProtectionEnabled"] is True
        assert table.protect
    assert _table(runtime, "scratch").inputs["pointInTimeRecovery"] == {"enabled": False}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_service_may_do_what_it_states_with_its_tables_alone(runtime: str) -> None:
    api, worker = (allowed(platform(runtime), runtime, service) for service in ("api", "worker"))
    sessions, carts = (str(_table(runtime, name).outputs["arn"]) for name in ("sessions", "carts"))
    assert api["ReadTables"]["Resource"] == [sessions, carts, f"{sessions}/index/*", f"{carts}/index/*"]
    assert api["WriteTables"]["Resource"] == [carts]
    assert "ReadTables" not in worker
    assert "dynamodb:DeleteTable" not in {action for each in (api, worker) for action in each["WriteTables"]["Action"]}
    assert api["UseTableKey"]["Condition"] == {"StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}}


def test_pods_reach_tables_through_a_gateway_endpoint_and_nothing_else_of_aws() -> None:
    assert planned_foundation(_settings("eks")).called == ["dynamodb"]
    gateway = platform("eks").one(ENDPOINT, "network-endpoints-dynamodb")
    assert gateway.inputs["vpcEndpointType"] == "Gateway"
    network = platform("eks").result.foundation.network
    assert set(network.gateway_cidrs) == {"s3", "dynamodb"}


def test_what_is_backed_up_is_a_point_of_the_vault() -> None:
    selections = [each.name for each in platform("eks").of_type("aws:backup/selection:Selection")]
    assert [name for name in selections if "table" in name] == ["backups-daily-table-carts-selection"]


def test_refused_requests_are_told_of_each_table() -> None:
    alarms = [
        each.name for each in platform("eks").of_type("aws:cloudwatch/metricAlarm:MetricAlarm") if "table-" in each.name
    ]
    assert {name.split("table-")[1] for name in alarms} == {
        f"{table}-{key}" for table in TABLES for key in ("reads", "writes")
    }


def test_recovery_counts_what_each_table_keeps() -> None:
    settings = _settings("eks")
    found = {(each.store, each.failure): each for each in expected(settings.stack, settings.workload)}
    assert found["table sessions", "deleted_data"].loss_seconds == 300
    assert found["table scratch", "deleted_data"].loss_seconds is None
    assert found["table sessions", "zone"].loss_seconds == 0
    assert found["table sessions", "region"].by.remedy == "`tables.sessions.backup: true` and `backup.copy_region`"
