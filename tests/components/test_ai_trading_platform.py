"""The whole platform of the AI trading system, as stack prod registers it: what AWS is asked for, in which order."""

from functools import cache
from itertools import pairwise

import pytest

from components.platform import Platform
from tests.charts.ai_trading import ai_trading
from tests.components.recording import Recorder, Registration, build

RELEASE = "kubernetes:helm.sh/v3:Release"


@cache
def platform() -> Recorder[Platform]:
    return build(lambda: Platform("platform", ai_trading("prod")))


def release(name: str) -> Registration:
    (found,) = [each for each in platform().of_type(RELEASE) if each.inputs["name"] == name]
    return found


@pytest.mark.requirement("AT-02")
def test_it_runs_on_a_kubernetes_that_aws_supports() -> None:
    version = platform().one("aws:eks/cluster:Cluster").inputs["version"]
    assert tuple(map(int, version.split("."))) >= (1, 25)


def test_its_system_nodes_are_as_many_as_the_platforms_own_pods_need_with_one_missing() -> None:
    scaling = platform().one("aws:eks/nodeGroup:NodeGroup").inputs["scalingConfig"]
    assert scaling == {"minSize": 4, "maxSize": 6, "desiredSize": 4}


@pytest.mark.requirement("AT-34")
@pytest.mark.requirement("AT-45")
@pytest.mark.requirement("AT-38")
def test_the_relational_database_is_postgresql_15_with_500_gb_encrypted() -> None:
    primary = platform().one("aws:rds/instance:Instance", "database-primary").inputs
    assert primary["engine"] == "postgres"
    assert primary["engineVersion"].split(".")[0] == "15"
    assert primary["allocatedStorage"] >= 500
    assert primary["storageEncrypted"] is True


@pytest.mark.requirement("AT-37")
def test_the_relational_database_refuses_plain_connections() -> None:
    stated = platform().one("aws:rds/parameterGroup:ParameterGroup").inputs["parameters"]
    assert {each["name"]: each["value"] for each in stated}["rds.force_ssl"] == "1"


@pytest.mark.requirement("AT-35")
def test_queries_are_spread_over_two_read_replicas() -> None:
    instances = platform().of_type("aws:rds/instance:Instance")
    assert sum("replicateSourceDb" in each.inputs for each in instances) == 2


@pytest.mark.requirement("AT-42")
@pytest.mark.requirement("AT-43")
def test_the_cache_is_a_cluster_with_tls_and_a_password() -> None:
    group = platform().one("aws:elasticache/replicationGroup:ReplicationGroup").inputs
    assert group["numNodeGroups"] == 3
    assert group["transitEncryptionEnabled"] is True
    assert group["userGroupIds"]


@pytest.mark.requirement("AT-06")
@pytest.mark.requirement("AT-46")
def test_tls_ends_at_the_load_balancer() -> None:
    listeners = platform().of_type("aws:lb/listener:Listener")
    (secure,) = [each.inputs for each in listeners if each.inputs["protocol"] == "HTTPS"]
    assert secure["port"] == 443
    assert secure["certificateArn"]
    (plain,) = [each.inputs for each in listeners if each.inputs["protocol"] == "HTTP"]
    assert plain["defaultActions"][0]["redirect"]["statusCode"] == "HTTP_301"


@pytest.mark.requirement("AT-48")
def test_an_address_may_ask_a_thousand_times_a_minute() -> None:
    rules = platform().one("aws:wafv2/webAcl:WebAcl").inputs["rules"]
    limits = [each["statement"]["rateBasedStatement"] for each in rules if "rateBasedStatement" in each["statement"]]
    assert [(each["limit"], each["evaluationWindowSec"]) for each in limits] == [(1000, 60)]


@pytest.mark.requirement("AT-40")
@pytest.mark.requirement("AT-69")
def test_the_controllers_that_the_product_needs_are_installed_in_order() -> None:
    order = ["cert-manager", "cloudnative-pg", "plugin-barman-cloud", "timeseries"]
    for earlier, later in pairwise(order):
        assert platform().comes_after(release(later), release(earlier)), f"{later} before {earlier}"
    assert platform().comes_after(release("ai-trading-images"), release("policy-controller"))


@pytest.mark.requirement("AT-05")
@pytest.mark.requirement("AT-09")
@pytest.mark.parametrize("store", ["timeseries", "ai-trading-images", "ai-trading-foundation"])
def test_data_and_policies_come_before_the_application(store: str) -> None:
    assert platform().comes_after(release("ai-trading"), release(store))


@pytest.mark.requirement("AT-09")
def test_the_relational_database_and_the_cache_come_before_the_application() -> None:
    application = release("ai-trading")
    for token in ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"):
        for store in platform().of_type(token):
            assert platform().comes_after(application, store)


@pytest.mark.requirement("AT-47")
def test_the_network_encrypts() -> None:
    assert platform().one("aws:ec2/vpcEncryptionControl:VpcEncryptionControl").inputs["mode"] == "enforce"


def test_the_product_may_read_the_stores_outputs() -> None:
    workload = release("ai-trading").inputs["values"]
    environment = workload["services"]["trading-app"]["environment"]
    assert environment["TIMESCALE_HOST"] == "timeseries-pooler-rw.timeseries.svc.cluster.local"
    assert environment["TIMESCALE_READER_HOST"] == "timeseries-ro.timeseries.svc.cluster.local"


@pytest.mark.requirement("AT-64")
def test_nothing_that_holds_data_or_traffic_stands_in_one_zone() -> None:
    assert len(ai_trading("prod").stack.zones) >= 3
    assert platform().one("aws:rds/instance:Instance", "database-primary").inputs["multiAz"] is True
    group = platform().one("aws:elasticache/replicationGroup:ReplicationGroup").inputs
    assert group["multiAzEnabled"] is True
    assert release("timeseries").inputs["values"]["spread"] == "required"


@pytest.mark.requirement("AT-138")
def test_a_release_waits_until_every_pod_is_ready_and_goes_back_as_a_whole() -> None:
    inputs = release("ai-trading").inputs
    assert inputs["atomic"] is True
    assert inputs.get("skipAwait") in (None, False)
