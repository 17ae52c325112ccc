import pytest

from settings.arithmetic.instance_classes import (
    InstanceSize,
    cache_node_type,
    database_class,
    sizes_that_sustain,
    sustained_iops,
)


@pytest.mark.requirement("OB-67")
def test_the_databases_class_has_4_vcpus_and_16_gib() -> None:
    assert database_class("db.m7g.xlarge") == InstanceSize(vcpus=4, memory_gib=16)


@pytest.mark.requirement("OB-77")
def test_the_caches_node_has_2_vcpus_and_at_least_4_gib() -> None:
    size = cache_node_type("cache.m7g.large")
    assert (size.vcpus, size.memory_gib) == (2, 6.38)


@pytest.mark.parametrize(
    ("name", "vcpus", "memory"),
    [
        ("db.t4g.micro", 2, 1),
        ("db.t3.2xlarge", 8, 32),
        ("db.r7g.large", 2, 16),
        ("db.m6gd.xlarge", 4, 16),
        ("db.r6i.16xlarge", 64, 512),
        ("db.x2g.xlarge", 4, 64),
    ],
)
def test_database_classes_have_the_sizes_aws_lists(name: str, vcpus: int, memory: float) -> None:
    assert database_class(name) == InstanceSize(vcpus=vcpus, memory_gib=memory)


@pytest.mark.parametrize(
    ("name", "vcpus", "memory"),
    [("cache.t4g.small", 2, 1.37), ("cache.r7g.xlarge", 4, 26.32), ("cache.m5.24xlarge", 96, 314.32)],
)
def test_cache_nodes_have_the_sizes_aws_lists(name: str, vcpus: int, memory: float) -> None:
    assert cache_node_type(name) == InstanceSize(vcpus=vcpus, memory_gib=memory)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("db.z9.large", "families known are t3, t4g"),
        ("db.t4g.16xlarge", "t4g has the sizes micro"),
        ("db.m7g.huge", "m7g has the sizes large"),
        ("db.m7g.24xlarge", "12xlarge, 16xlarge$"),
        ("m7g.large", "write it as db"),
    ],
)
def test_an_unknown_database_class_says_what_is_known(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        database_class(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [("cache.z9.large", "families known are t3"), ("cache.r5.8xlarge", "r5 has the sizes large"), ("x.y", "cache")],
)
def test_an_unknown_cache_node_says_what_is_known(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cache_node_type(name)


@pytest.mark.parametrize(
    ("name", "iops"),
    [
        ("db.r6g.2xlarge", 12_000),
        ("db.m6g.4xlarge", 20_000),
        ("db.m6g.12xlarge", 50_000),
        ("db.m7g.12xlarge", 60_000),
        ("db.m5.4xlarge", 18_750),
        ("db.t4g.medium", 2_000),
        ("db.x2iedn.xlarge", 8_125),
        ("db.r5b.2xlarge", 21_667),
        ("db.m7g.24xlarge", None),
    ],
)
def test_what_a_class_sustains_is_what_aws_lists(name: str, iops: int | None) -> None:
    assert sustained_iops(name) == iops


def test_the_classes_that_sustain_a_figure_are_those_of_the_family() -> None:
    assert sizes_that_sustain("db.r6g.2xlarge", 20_000)[:2] == ["db.r6g.4xlarge", "db.r6g.8xlarge"]
    assert sizes_that_sustain("db.t4g.medium", 20_000) == []
