"""What AWS answers in other words than it was told, which the next `up` shows as a difference."""

from pathlib import Path

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.identity import described
from offline_cloud.cloud.model import Properties
from offline_cloud.cloud.store import Store
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.values import Decoded

USER: Properties = {
    "userId": "shop-default",
    "userName": "default",
    "engine": "redis",
    "accessString": "off ~keys* resetchannels -@all",
    "authenticationMode": {"type": "password", "passwords": ["correct-horse-battery"]},
}
REPLICA: Properties = {"replicateSourceDb": "shop-primary", "performanceInsightsEnabled": True}


def _group(family: str, method: str, value: str = "1") -> Properties:
    return {"family": family, "parameters": [{"name": "rds.force_ssl", "value": value, "applyMethod": method}]}


@pytest.mark.parametrize(
    ("type", "inputs", "changed"),
    [
        (facts.CACHE_USER, USER, []),
        (
            facts.CACHE_USER,
            {**USER, "authenticationMode": {"type": "no-password-required"}},
            ["authenticationMode.type"],
        ),
        (facts.CACHE_USER, {**USER, "accessString": "off ~keys* -@all"}, ["accessString"]),
        (facts.CACHE_USER, {**USER, "accessString": "on ~* &* -@all +@read"}, []),
        (facts.CACHE_USER, {**USER, "userId": "Shop"}, ["userId"]),
        (facts.CACHE_USER_GROUP, {"userGroupId": "Shop"}, ["userGroupId"]),
        (facts.DATABASE_PARAMETERS, _group("postgres16", "immediate"), ["parameters[0].applyMethod"]),
        (facts.DATABASE_PARAMETERS, _group("postgres16", "pending-reboot"), []),
        (facts.DATABASE_PARAMETERS, _group("postgres16", "immediate", "0"), []),
        (facts.DATABASE_PARAMETERS, _group("postgres14", "immediate"), []),
        (facts.DATABASE, {**REPLICA, "databaseInsightsMode": "advanced"}, ["databaseInsightsMode"]),
        (facts.DATABASE, REPLICA, []),
        (facts.VPC, {"cidrBlock": "10.0.0.0/16"}, []),
    ],
)
def test_a_second_up_shows_what_aws_answers_otherwise(
    type: str, inputs: Properties, changed: list[str], tmp_path: Path
) -> None:
    life = Lifecycle(Store(tmp_path / "cloud.db"))
    urn = f"urn:pulumi:prod::groundwork::{type}::it"
    state = Decoded({**inputs, "region": "us-east-1"})
    verdict = life.diff(Connection(), urn, type, Decoded(inputs), state, Decoded(inputs))
    assert [change.written for change in verdict.changes if change.written != "tagsAll"] == changed


def test_channels_are_closed_where_none_is_named() -> None:
    found = described(facts.CACHE_USER, {"accessString": "on ~app::* -@all +@read"})
    assert found["accessString"] == "on ~app::* resetchannels -@all +@read"


@pytest.mark.parametrize("preview", [True, False])
def test_an_update_leaves_what_aws_chose_and_the_program_never_stated(tmp_path: Path, preview: bool) -> None:
    """A zone that is stated by its id has a name, too: without it, whatever stands in that zone would be replaced."""
    life, connection = Lifecycle(Store(tmp_path / "cloud.db")), Connection()
    urn = f"urn:pulumi:prod::groundwork::{facts.VPC}::vpc"
    vpc = life.create(connection, urn, facts.VPC, Decoded({"cidrBlock": "10.0.0.0/16"}), preview=False)
    urn = f"urn:pulumi:prod::groundwork::{facts.SUBNET}::subnet"
    inputs: Properties = {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZoneId": "use1-az1"}
    made = life.create(connection, urn, facts.SUBNET, Decoded(inputs), preview=False)
    assert made.outputs.properties["availabilityZone"]
    tagged = Decoded({**inputs, "tags": {"tier": "data"}})
    told = life.update(connection, urn, facts.SUBNET, made.id, made.outputs, tagged, preview=preview)
    assert told.outputs.properties["availabilityZone"] == made.outputs.properties["availabilityZone"]
