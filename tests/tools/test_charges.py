"""Every type that the program uses has a price, or is free or charged by use with a reason."""

import pytest

from settings.arithmetic.instance_classes import cache_node_type, database_class
from tests.offline_cloud.cloud.sdk import classes
from tests.tools.test_cost import resource
from tools.cost import UNPRICED, charges, positions, total, unpriced
from tools.prices import ASSUMED, HOST_HOUR, PRICES

UNKNOWN_PRICES = {"aws:ec2/vpcEncryptionControl:VpcEncryptionControl"}
"""What AWS charges for and whose price no source at hand states: `make cost` names it."""
PRODUCTS = ("db.m7g.xlarge", "db.m7g.2xlarge", "db.m6g.4xlarge", "db.t4g.medium", "db.t4g.large", "db.t4g.small")
CACHES = ("cache.m7g.large", "cache.r6g.xlarge", "cache.t4g.small", "cache.t4g.medium", "cache.t4g.micro")


def test_every_type_in_use_says_what_it_is_charged_for() -> None:
    assert set(charges()) == set(classes())
    ways = {type: charge.partition(":")[0] for type, charge in charges().items()}
    assert set(ways.values()) <= {"priced", "by use", "free", UNPRICED}
    assert {type for type, way in ways.items() if way == UNPRICED} == UNKNOWN_PRICES
    assert not [type for type, way in ways.items() if way != "priced" and not charges()[type].partition(": ")[2]]


def test_a_type_without_a_row_is_named() -> None:
    assert unpriced([resource("aws:new/thing:Thing")]) == ["Thing"]
    assert unpriced([resource("aws:ec2/vpc:Vpc")]) == []


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_database_of_a_product_has_a_price(name: str) -> None:
    assert database_class(name).vcpus >= 2
    instance = resource("aws:rds/instance:Instance", instanceClass=name, allocatedStorage=0)
    assert unpriced([instance]) == []
    assert total(positions([instance]), "infrastructure") > 20


@pytest.mark.parametrize("name", CACHES)
def test_every_cache_of_a_product_has_a_price_and_valkey_costs_less(name: str) -> None:
    assert cache_node_type(name).memory_gib > 0
    group = "aws:elasticache/replicationGroup:ReplicationGroup"
    redis, valkey = (resource(group, nodeType=name, numCacheClusters=1, engine=each) for each in ("redis", "valkey"))
    assert unpriced([redis, valkey]) == []
    costs = [line.dollars for line in positions([redis, valkey]) if name in line.what]
    assert costs[1] == pytest.approx(0.8 * costs[0])


def test_sizes_of_a_family_cost_in_proportion() -> None:
    def hour(name: str) -> float:
        instance = resource("aws:rds/instance:Instance", instanceClass=name)
        return next(line.dollars for line in positions([instance]) if name in line.what) / 730

    # AWS' own figures of PostgreSQL in one zone.
    assert [round(hour(name), 3) for name in ("db.m6g.2xlarge", "db.m7g.2xlarge", "db.r6i.2xlarge")] == [
        0.636,
        0.674,
        1.0,
    ]


def test_nodes_of_the_system_cost_their_machines_and_disks() -> None:
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", blockDeviceMappings=[{"ebs": {"volumeSize": 100}}])
    group = resource(
        "aws:eks/nodeGroup:NodeGroup",
        instanceTypes=["m7i.large", "m6i.large"],
        scalingConfig={"desiredSize": 3, "minSize": 3, "maxSize": 6},
        launchTemplate={"id": "it"},
    )
    nodes = {line.what: line.dollars for line in positions([template, group]) if "nodes" in line.what}
    assert nodes["System nodes m7i.large"] == pytest.approx(3 * HOST_HOUR["m7i.large"] * 730)
    assert nodes["System nodes' disks, GB of gp3"] == pytest.approx(300 * PRICES["ebs.gp3"].amount)
    strange = resource("aws:eks/nodeGroup:NodeGroup", instanceTypes=["x9.huge"], scalingConfig={"desiredSize": 1})
    assert unpriced([strange]) == ["x9.huge"]


def test_what_people_forget_is_counted() -> None:
    forgotten = [resource("aws:ec2/natGateway:NatGateway"), resource("aws:ec2/vpc:Vpc")]
    found = {line.what: line.dollars for line in positions(forgotten)}
    through = ASSUMED["GB through each NAT gateway a month"]
    assert found["GB through NAT gateways (assumed)"] == pytest.approx(through * PRICES["nat-gateway.data"].amount)
    assert found["Public addresses of NAT gateways"] == pytest.approx(3.65)
    assert found["GB between zones (assumed)"] > 0
    assert found["GB of logs kept (assumed)"] > 0


def test_a_proxy_is_charged_by_the_database_behind_it() -> None:
    instance = resource("aws:rds/instance:Instance", instanceClass="db.m7g.xlarge", identifier="primary")
    target = resource("aws:rds/proxyTarget:ProxyTarget", dbInstanceIdentifier="primary")
    (found,) = [line for line in positions([instance, target]) if "proxy" in line.what]
    assert (found.quantity, found.dollars) == (4, pytest.approx(4 * 0.015 * 730))
