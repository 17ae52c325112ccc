"""The store, and the index over its records."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import DamagedStoreError, DuplicateIdError, Store, UnusableStoreError, rebuild, set_aside
from offline_cloud.cloud.world import Index

URN = "urn:pulumi:dev::small::groundwork:components:Network$aws:ec2/vpc:Vpc::vpc"
VPC = Record(
    urn=URN,
    type="aws:ec2/vpc:Vpc",
    region="eu-west-1",
    id="vpc-1",
    inputs={"cidrBlock": "10.0.0.0/16"},
    outputs={"arn": "arn:aws:ec2:eu-west-1:000000000000:vpc/vpc-1"},
)
SUBNET = replace(
    VPC,
    urn=URN.replace("::vpc", "::subnet"),
    type="aws:ec2/subnet:Subnet",
    id="subnet-1",
    inputs={"vpcId": "vpc-1"},
    outputs={},
)


def test_records_survive_being_closed_and_opened(tmp_path: Path) -> None:
    path = tmp_path / "cloud.db"
    with closing(Store(path)) as store:
        store.put(VPC, ["seen"])
        store.put(SUBNET)
        store.update(replace(SUBNET, inputs={"vpcId": "vpc-2"}))
        key = store.fingerprint_key
    with closing(Store(path)) as store:
        assert store.records() == [VPC, replace(SUBNET, inputs={"vpcId": "vpc-2"})]
        assert store.notes() == [(URN, "seen")]
        assert store.fingerprint_key == key
        store.delete(VPC)
        assert [record.id for record in store.records()] == ["subnet-1"]
        assert store.notes() == []


def test_an_id_is_unique_within_its_type_and_region(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "cloud.db")) as store:
        store.put(VPC)
        store.put(replace(VPC, region="us-east-1"))
        with pytest.raises(DuplicateIdError, match="vpc-1 exists already in eu-west-1"):
            store.put(replace(VPC, urn=URN + "2"))
        assert len(store.records()) == 2


def test_a_resource_made_again_has_another_generation(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "cloud.db")) as store:
        assert store.next_generation(URN) == 0
        store.put(VPC)
        store.delete(VPC)
        assert store.next_generation(URN) == 1


def test_what_no_state_has_is_told_apart_until_it_is_updated(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "cloud.db")) as store:
        store.put(VPC)
        store.put(SUBNET)
        assert store.unmanaged("cut off") == []
        store.stand([(VPC, "kept"), (SUBNET, "cut off")])
        assert (store.unmanaged("kept"), store.unmanaged("cut off")) == ([VPC], [SUBNET])
        store.update(SUBNET)
        assert store.unmanaged("cut off") == []


def test_a_store_that_may_not_be_written_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "cloud.db").mkdir()
    with pytest.raises(UnusableStoreError, match="cannot be used: unable to open"):
        Store(tmp_path / "cloud.db")


def test_a_damaged_store_is_told_and_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "cloud.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(DamagedStoreError, match=r"cloud\.db is damaged: file is not a database"):
        Store(path)
    kept = set_aside(path)
    assert kept.read_bytes().startswith(b"not a database")
    assert rebuild(path, [VPC, SUBNET]) == 2
    with closing(Store(path)) as store:
        assert [record.id for record in store.records()] == ["vpc-1", "subnet-1"]


def test_a_store_of_another_format_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "cloud.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(DamagedStoreError, match="format 99"):
        Store(path)


def test_the_index_finds_records_by_what_rules_ask_for() -> None:
    index = Index([VPC, SUBNET])
    assert index.by_id("vpc-1") is VPC
    assert index.by_id("vpc-1", region="us-east-1") is None
    assert index.by_arn(str(VPC.arn)) is VPC
    assert index.of_type(SUBNET.type) == [SUBNET]
    assert index.mentioning("vpc-1") == [SUBNET]
    assert len(index.without(URN)) == 1
    index.remove(SUBNET)
    assert index.mentioning("vpc-1") == []
    assert list(index.all()) == [VPC]


def test_a_record_knows_its_name_and_stack() -> None:
    assert (VPC.name, VPC.stack) == ("vpc", "dev")
    assert replace(VPC, generation=1).seed != VPC.seed


def test_what_a_deletion_leaves_is_nobodys_and_another_one_of_its_urn_is_new(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "cloud.db")) as store:
        store.put(VPC)
        store.put(SUBNET)
        store.leave([VPC])
        store.delete(SUBNET, [replace(SUBNET, urn="left", id="snapshot-1")])
        assert [each.urn for each in store.unmanaged("left")] == [f"{URN} (left)", "left"]
        assert [each.id for each in store.records()] == ["vpc-1", "snapshot-1"]
