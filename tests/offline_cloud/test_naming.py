"""Generated names."""

import re
from dataclasses import replace

from offline_cloud.cloud.model import Properties, Record
from offline_cloud.provider.catalog import resource_type
from offline_cloud.provider.naming import from_prefix, is_generated, with_name

QUEUE = resource_type("aws:sqs/queue:Queue")
BUCKET = resource_type("aws:s3/bucket:Bucket")
TARGET_GROUP = resource_type("aws:lb/targetGroup:TargetGroup")
VPC = resource_type("aws:ec2/vpc:Vpc")


def test_a_stated_name_stays() -> None:
    stated: Properties = {"name": "mine"}
    assert with_name(QUEUE, stated, {}, "events", b"seed") == stated
    assert with_name(VPC, {}, {}, "vpc", b"seed") == {}


def test_a_generated_name_carries_the_logical_one_and_depends_on_the_seed() -> None:
    name = with_name(QUEUE, {}, {}, "events", b"seed")["name"]
    assert re.fullmatch(r"events-[0-9a-f]{7}", str(name))
    assert with_name(QUEUE, {}, {}, "events", b"other")["name"] != name
    assert with_name(QUEUE, {}, {"name": name}, "events", b"other")["name"] == name


def test_a_name_stated_earlier_is_not_kept_when_it_is_left_open() -> None:
    assert with_name(QUEUE, {}, {"name": "mine"}, "events", b"seed")["name"] != "mine"


def test_limits_and_prefixes_are_respected() -> None:
    long = str(with_name(TARGET_GROUP, {}, {}, "x" * 60, b"seed")["name"])
    assert len(long) == 32
    assert is_generated(long, "x" * 60)
    assert str(with_name(BUCKET, {}, {}, "Backups", b"s")["bucket"]).startswith("backups-")


def test_a_prefix_gets_no_name_beside_it_and_another_name_at_each_replacement() -> None:
    stated: Properties = {"namePrefix": "pre-"}
    assert with_name(QUEUE, stated, {}, "events", b"seed") == stated
    first = Record(urn="urn:pulumi:dev::p::aws:sqs/queue:Queue::events", type=QUEUE.token, inputs=stated, region="")
    name = from_prefix(QUEUE, first)["name"]
    assert isinstance(name, str)
    assert name.startswith("pre-")
    assert from_prefix(QUEUE, replace(first, outputs={"name": name})) == {"name": name}
    assert from_prefix(QUEUE, replace(first, generation=1))["name"] != name
    assert from_prefix(QUEUE, replace(first, inputs={"name": "mine"})) == {}
