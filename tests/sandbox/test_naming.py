"""Generated names."""

import re

from sandbox.cloud.model import Properties
from sandbox.provider.catalog import resource_type
from sandbox.provider.naming import is_generated, with_name

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
    assert str(with_name(QUEUE, {"namePrefix": "pre-"}, {}, "events", b"s")["name"]).startswith("pre-")
    assert str(with_name(BUCKET, {}, {}, "Backups", b"s")["bucket"]).startswith("backups-")
