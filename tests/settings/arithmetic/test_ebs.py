"""The tables of machines against what EC2 itself answers, as moto keeps it, and the classes that RDS sells."""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from settings.arithmetic import ebs
from settings.arithmetic.instance_classes import database_class

_EC2_NAME = {"x2g": "x2gd"}


@cache
def machines() -> Mapping[str, dict[str, Any]]:
    """Return DescribeInstanceTypes' answer by type."""
    packed = files("moto").joinpath("ec2/resources/instance_types.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))


@cache
def sold() -> frozenset[str]:
    """Return the classes that RDS sells for PostgreSQL in some region, as cfn-lint lists them."""
    resource = "data/schemas/extensions/aws_rds_dbinstance/dbinstanceclass_enum.json"
    regions = json.loads(files("cfnlint").joinpath(resource).read_text(encoding="utf-8"))
    return frozenset(
        name
        for region in regions.values()
        for rule in region["allOf"]
        if rule["if"]["properties"]["Engine"].get("const") == "postgres"
        for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]
    )


CLASSES = [(family, size) for family, sizes in ebs.IOPS.items() for size in sizes]


@pytest.mark.parametrize(("family", "size"), CLASSES)
def test_a_class_is_the_machine_that_ec2_describes(family: str, size: str) -> None:
    machine = machines()[f"{_EC2_NAME.get(family, family)}.{size}"]
    assert ebs.IOPS[family][size] == machine["EbsInfo"]["EbsOptimizedInfo"]["BaselineIops"]
    known = database_class(f"db.{family}.{size}")
    assert known.vcpus == machine["VCpuInfo"]["DefaultVCpus"]
    assert known.memory_gib * 1024 == machine["MemoryInfo"]["SizeInMiB"]


def test_the_table_has_every_size_that_rds_sells_of_its_families_and_no_other() -> None:
    listed = {f"db.{family}.{size}" for family, size in CLASSES}
    assert listed == {name for name in sold() if name.split(".")[1] in ebs.IOPS}
    assert all([*sizes] == sorted(sizes, key=lambda size: sizes[size]) for sizes in ebs.IOPS.values())


@pytest.mark.parametrize("vcpus", [2, 4, 8, 16, 32, 48, 64, 96, 128, 192])
def test_machines_for_nodes_sustain_the_least_of_their_size(vcpus: int) -> None:
    found = [
        machine["EbsInfo"]["EbsOptimizedInfo"]
        for name, machine in machines().items()
        if name[0] in "cmr"
        and name[1] in "678"
        and "metal" not in name
        and "flex" not in name  # these sustain half
        and machine["VCpuInfo"]["DefaultVCpus"] == vcpus
    ]
    assert len(found) > 20
    least = ebs.Sustained(
        iops=min(each["BaselineIops"] for each in found),
        megabytes=min(each["BaselineThroughputInMBps"] for each in found),
    )
    assert ebs.of_cpu(vcpus) == least


def test_between_two_sizes_the_smaller_decides() -> None:
    assert ebs.of_cpu(20) == ebs.of_cpu(16)
    assert ebs.of_cpu(1) == ebs.of_cpu(2)
    assert ebs.of_cpu(448) == ebs.of_cpu(192)
