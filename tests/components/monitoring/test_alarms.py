"""Alarms of OpeniBank in production: on what, with what, told to whom."""

from dataclasses import replace

import pytest

from components.capabilities.cache.alarms import cache_members
from components.capabilities.cache.alarms import watched as cache_watched
from components.monitoring.alarms import Alarms, AlarmsArgs, any_of
from components.monitoring.front_alarms import FrontAlarms, FrontAlarmsArgs
from components.monitoring.monitoring import Monitoring
from components.monitoring.resource_alarms import ResourceAlarms, ResourceAlarmsArgs
from components.monitoring.watched import WatchedFirewall, WatchedFront, WatchedTcp
from settings.arithmetic.alarms import Alarm
from tests.components.monitoring.samples import CACHE, CACHE_NEEDS, EDGE, INSTANCES, monitoring_args, watched
from tests.components.recording import REGION, Recorder, Registration, build

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = "arn:aws:sns:us-east-1:111122223333:openibank-prod-notifications"
ARGS = AlarmsArgs(
    prefix="openibank-prod",
    region=REGION,
    topic_arn=TOPIC,
    watched=watched(),
    edge=EDGE,
    nat_gateway_ids=["nat-a", "nat-b", "nat-c"],
    cluster_name="openibank-prod",
    interruption_queue_name="openibank-prod-interruptions",
    backup_vault_name="openibank-prod",
    log_group_name="/aws/containerinsights/openibank-prod/application",
)


def alarms(args: AlarmsArgs = ARGS) -> Recorder[Alarms]:
    return build(lambda: Alarms("alarms", args))


def on(recorder: Recorder[Alarms], dimension: str) -> set[str]:
    """What is watched, by the values of one dimension."""
    plain = [alarm.inputs.get("dimensions", {}) for alarm in recorder.of_type(ALARM)]
    return {dimensions[dimension] for dimensions in plain if dimension in dimensions}


@pytest.fixture(scope="module")
def everything() -> Recorder[Alarms]:
    return alarms()


def test_every_stateful_resource_and_the_load_balancer_is_watched(everything: Recorder[Alarms]) -> None:
    assert on(everything, "DBInstanceIdentifier") == set(INSTANCES)
    assert on(everything, "CacheClusterId") == {
        f"openibank-prod-{shard:04d}-{member:03d}" for shard in (1, 2, 3) for member in (1, 2)
    }
    assert on(everything, "LoadBalancer") == {EDGE.load_balancer_arn_suffix}
    assert on(everything, "TargetGroup") == {"targetgroup/openibank-prod-api/73e2d6bc24d8a067"}
    assert on(everything, "NatGatewayId") == {"nat-a", "nat-b", "nat-c"}
    assert on(everything, "BackupVaultName") == {"openibank-prod"}
    assert on(everything, "CertificateArn") == {EDGE.certificate_arn}
    assert on(everything, "WebACL") == {"openibank-prod"}
    assert on(everything, "QueueName") == {"openibank-prod-interruptions"}
    assert on(everything, "LogGroupName") == {"/aws/containerinsights/openibank-prod/application"}


def test_a_certificate_that_ends_within_thirty_days_calls_a_person(everything: Recorder[Alarms]) -> None:
    (alarm,) = [each for each in everything.of_type(ALARM) if each.inputs.get("metricName") == "DaysToExpiry"]
    assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("LessThanThreshold", 30)
    assert alarm.inputs["dimensions"] == {"CertificateArn": EDGE.certificate_arn}
    assert alarm.inputs["alarmActions"]


def test_every_alarm_has_its_own_physical_name(everything: Recorder[Alarms]) -> None:
    names = [alarm.inputs["name"] for alarm in everything.of_type(ALARM)]
    assert len(set(names)) == len(names)
    assert all(name.startswith("openibank-prod-") for name in names)


def test_an_alarm_tells_the_topic_when_it_fires_and_when_all_is_well(everything: Recorder[Alarms]) -> None:
    alarm = everything.named("alarms-database-storage")
    assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [TOPIC]
    assert alarm.inputs["namespace"] == "AWS/RDS"
    assert alarm.inputs["comparisonOperator"] == "LessThanThreshold"
    assert alarm.inputs["threshold"] == 100 * 2**30 * 0.1
    assert alarm.inputs["treatMissingData"] == "missing"
    assert alarm.inputs["alarmDescription"].startswith("[critical] ")


def test_a_missed_backup_is_told_once_there_was_something_to_back_up(everything: Recorder[Alarms]) -> None:
    missed = everything.named("alarms-backups-missed")
    none, young = (everything.named(f"alarms-{name}") for name in ("backups-none-completed", "backups-age-young"))
    assert missed.inputs["alarmRule"] == f'ALARM("{none.inputs["name"]}") AND OK("{young.inputs["name"]}")'
    assert missed.inputs["alarmActions"] == [TOPIC]
    for part in (none, young):
        assert part.inputs["alarmActions"] == []
        assert missed.depends_on(part)
    assert young.inputs["dimensions"] == {"DBInstanceIdentifier": INSTANCES[0]}
    assert none.inputs["name"] not in everything.named("alarms-product-down").inputs["alarmRule"]


def test_without_a_database_the_cluster_tells_how_old_the_stack_is() -> None:
    args = AlarmsArgs(prefix="p", region=REGION, topic_arn=TOPIC, cluster_name="c", backup_vault_name="v")
    assert alarms(args).named("alarms-backups-age-young").inputs["dimensions"] == {"ClusterName": "c"}
    alone = alarms(replace(args, cluster_name=None))
    assert alone.named("alarms-backups-none-completed").inputs["alarmActions"] == [TOPIC]
    assert alone.of_type("aws:cloudwatch/compositeAlarm:CompositeAlarm") == []


def test_a_replica_that_stops_reporting_is_told_and_one_that_did_not_begin_is_not(everything: Recorder[Alarms]) -> None:
    lag = everything.named("alarms-database-replica-1-replica-lag").inputs
    assert lag["treatMissingData"] == "missing"
    assert lag["insufficientDataActions"] == [TOPIC]


def test_only_replicas_are_watched_for_lag(everything: Recorder[Alarms]) -> None:
    lag = [alarm for alarm in everything.of_type(ALARM) if alarm.inputs.get("metricName") == "ReplicaLag"]
    assert {alarm.inputs["dimensions"]["DBInstanceIdentifier"] for alarm in lag} == set(INSTANCES[1:])


def test_a_percentile_is_an_extended_statistic(everything: Recorder[Alarms]) -> None:
    latency = everything.named("alarms-load-balancer-latency").inputs
    assert latency["extendedStatistic"] == "p99"
    assert "statistic" not in latency
    assert latency["threshold"] == 1.0


def test_errors_are_a_share_of_the_requests(everything: Recorder[Alarms]) -> None:
    inputs = everything.named("alarms-load-balancer-errors").inputs
    queries = {query["id"]: query for query in inputs["metricQueries"]}
    assert queries["part"]["metric"]["metricName"] == "HTTPCode_Target_5XX_Count"
    assert queries["whole"]["metric"]["metricName"] == "RequestCount"
    assert queries["share"]["expression"] == "IF(whole >= 20, 100 * FILL(part, 0) / whole, 0)"
    assert [key for key, query in queries.items() if query["returnData"]] == ["share"]
    assert not {"metricName", "namespace", "period", "statistic", "dimensions"} & set(inputs)


def test_the_product_being_down_is_one_message(everything: Recorder[Alarms]) -> None:
    down = everything.named("alarms-product-down")
    members = [
        everything.named(f"alarms-{name}") for name in ("load-balancer-unanswered", "api-server-http-no-healthy-pod")
    ]
    assert down.inputs["alarmRule"] == any_of([str(member.inputs["name"]) for member in members])
    assert down.inputs["alarmActions"] == [TOPIC]
    for member in members:
        assert member.inputs["alarmActions"] == []
        assert down.depends_on(member)


@pytest.mark.requirement("OB-86")
def test_the_rate_limit_is_watched_by_its_own_rule(everything: Recorder[Alarms]) -> None:
    dimensions = everything.named("alarms-firewall-limited").inputs["dimensions"]
    assert dimensions == {"WebACL": "openibank-prod", "Region": REGION, "Rule": "rate-limit"}


def test_nothing_is_watched_that_is_not_there() -> None:
    recorder = alarms(AlarmsArgs(prefix="p", region=REGION, topic_arn=TOPIC))
    assert recorder.of_type(ALARM) == []
    assert recorder.of_type("aws:cloudwatch/compositeAlarm:CompositeAlarm") == []


def test_a_cache_without_replicas_has_one_node_per_shard() -> None:
    assert cache_members(2, 0) == ("0001-001", "0002-001")
    settings = CACHE.model_copy(update={"shards": 2, "replicas_per_shard": 0})
    watching = cache_watched("g", settings, CACHE_NEEDS)
    args = AlarmsArgs(prefix="p", region=REGION, topic_arn=TOPIC, watched=watching)
    recorder = alarms(args)
    assert on(recorder, "CacheClusterId") == {"g-0001-001", "g-0002-001"}
    assert not any("replication-lag" in alarm.name for alarm in recorder.of_type(ALARM))


def of_tcp_ports() -> Recorder[Alarms]:
    """The alarms of a product with a TCP port, which none of the five has."""
    tcp = WatchedTcp(
        load_balancer_arn_suffix="net/p-tcp/1", target_group_arn_suffixes={("forge", "ssh"): "targetgroup/p-ssh/2"}
    )
    return alarms(AlarmsArgs(prefix="p", region=REGION, topic_arn=TOPIC, edge=replace(EDGE, tcp=tcp)))


def test_a_tcp_port_is_watched_by_its_own_pods_and_its_load_balancer() -> None:
    found = {
        alarm.inputs["metricName"]: alarm.inputs
        for alarm in of_tcp_ports().of_type(ALARM)
        if alarm.inputs.get("namespace") == "AWS/NetworkELB"
    }
    assert set(found) == {
        "HealthyHostCount",
        "UnHealthyHostCount",
        "TCP_Target_Reset_Count",
        "PortAllocationErrorCount",
    }
    balancer = {"LoadBalancer": "net/p-tcp/1"}
    assert found["TCP_Target_Reset_Count"]["dimensions"] == balancer
    assert found["HealthyHostCount"]["dimensions"] == {**balancer, "TargetGroup": "targetgroup/p-ssh/2"}


def test_dimensions_are_part_of_what_is_known_in_a_preview() -> None:
    recorder = build(lambda: Alarms("alarms", ARGS), preview=True)
    named: list[Registration] = recorder.of_type(ALARM)
    assert all("name" in alarm.inputs for alarm in named)


def test_a_silent_alarm_waits_for_its_topic_all_the_same() -> None:
    """Or an `up` with --target registers the topic twice: once with the alarm's old state, once by itself."""
    recorder = build(lambda: Monitoring("monitoring", replace(monitoring_args(), closed=True)))
    policy = recorder.named("monitoring-notifications-topic-policy")
    down = recorder.named("monitoring-alarms-product-down")
    uptime = recorder.named("monitoring-uptime-alarms-down")
    assert down.inputs["alarmActions"] == []
    assert (uptime.inputs["actionsEnabled"], len(uptime.inputs["alarmActions"])) == (False, 1)
    assert down.depends_on(policy)
    assert uptime.depends_on(policy)


FRONT = WatchedFront(
    distribution_ids={"cdn": "E1", "site-docs": "E2"},
    firewall=WatchedFirewall(metric_name="p-cdn", rules=("rate-limit-orders",), limits=("rate-limit-orders",)),
)


def front(region: str, *, silent: bool = False) -> Recorder[FrontAlarms]:
    given = FrontAlarmsArgs(prefix="p", region=region, front=FRONT, topic_arn=TOPIC, silent=silent)
    return build(lambda: FrontAlarms("front", given))


def test_cloudfront_and_its_firewall_are_watched_where_their_metrics_are() -> None:
    recorder = front("eu-west-1")
    assert {alarm.inputs["region"] for alarm in recorder.of_type(ALARM)} == {"us-east-1"}
    errors = recorder.named("front-cdn-errors").inputs
    assert (errors["namespace"], errors["metricName"]) == ("AWS/CloudFront", "5xxErrorRate")
    assert errors["dimensions"] == {"DistributionId": "E1", "Region": "Global"}
    assert recorder.named("front-site-docs-errors").inputs["dimensions"]["DistributionId"] == "E2"
    # A web ACL for CloudFront reports without a region.
    limited = recorder.named("front-cdn-firewall-limited-orders").inputs["dimensions"]
    assert limited == {"WebACL": "p-cdn", "Rule": "rate-limit-orders"}
    assert "region" not in front("us-east-1").named("front-cdn-errors").inputs


def test_a_product_that_was_closed_on_purpose_is_not_reported_by_its_distribution() -> None:
    recorder = front("us-east-1", silent=True)
    assert recorder.named("front-cdn-errors").inputs["actionsEnabled"] is False
    assert "actionsEnabled" not in recorder.named("front-site-docs-errors").inputs
    assert recorder.named("front-site-docs-errors").inputs["alarmActions"] == [TOPIC]


def test_credentials_are_looked_for_under_the_operation_that_counts_them(everything: Recorder[Alarms]) -> None:
    alarm = everything.named("alarms-logs-credentials").inputs
    assert alarm["dimensions"] == {
        "LogGroupName": "/aws/containerinsights/openibank-prod/application",
        "DataProtectionOperation": "Audit",
    }


def test_a_metric_that_nobody_publishes_is_refused() -> None:
    alarm = Alarm(key="k", meaning="m", namespace="AWS/RDS", metric="ReplicaLag", statistic="Maximum", threshold=1)
    given = ResourceAlarmsArgs(prefix="p", label="l", dimensions={"DBInstance": "i"}, alarms=[alarm], topic_arn=TOPIC)
    with pytest.raises(ValueError, match="published by DBInstanceIdentifier, not by DBInstance"):
        build(lambda: ResourceAlarms("alarms", given))
