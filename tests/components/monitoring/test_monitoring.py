"""Who is told, what runs in the cluster, and how the parts are wired."""

import re
from dataclasses import replace

import pytest

from components.monitoring.monitoring import Monitoring
from settings.stack import MonitoringSettings
from tests.components.monitoring.samples import NOTIFICATIONS_KEY, SETTINGS, monitoring_args
from tests.components.recording import ACCOUNT, Recorder, build

RELEASE = "kubernetes:helm.sh/v3:Release"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
SLACK = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"


@pytest.fixture(scope="module")
def monitoring() -> Recorder[Monitoring]:
    return build(lambda: Monitoring("monitoring", monitoring_args()))


def with_settings(**changes: object) -> Recorder[Monitoring]:
    settings = MonitoringSettings.model_validate({**SETTINGS.model_dump(), **changes})
    return build(lambda: Monitoring("monitoring", replace(monitoring_args(), settings=settings)))


@pytest.mark.requirement("OB-127")
@pytest.mark.requirement("OB-G08")
def test_people_are_told_by_mail_and_chat(monitoring: Recorder[Monitoring]) -> None:
    topic = monitoring.value(monitoring.result.topic_arn)
    mails = [(item.inputs["protocol"], item.inputs["endpoint"]) for item in monitoring.of_type(SUBSCRIPTION)]
    assert mails == [("email", "oncall@openibank.com"), ("email", "support@openibank.com")]
    slack = monitoring.one(SLACK).inputs
    assert (slack["slackTeamId"], slack["slackChannelId"]) == ("T0123456789", "C0123456789")
    chat = monitoring.named("monitoring-notifications-chat-topic-policy").inputs["arn"]
    assert slack["snsTopicArns"] == [topic, chat]
    assert slack["guardrailPolicyArns"] == ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]


def test_without_subscribers_there_is_still_a_topic() -> None:
    recorder = with_settings(emails=(), slack_workspace=None, slack_channel=None)
    assert recorder.of_type(SUBSCRIPTION) == []
    assert recorder.of_type(SLACK) == []
    assert recorder.one("aws:sns/topic:Topic").inputs["kmsMasterKeyId"] == NOTIFICATIONS_KEY


def test_only_this_accounts_services_publish_and_only_over_tls(monitoring: Recorder[Monitoring]) -> None:
    policy = monitoring.named("monitoring-notifications-topic-policy")
    statements = {each["Sid"]: each for each in policy.document("policy")["Statement"]}
    assert statements["TlsOnly"]["Effect"] == "Deny"
    assert statements["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    allowed = {sid: each.get("Condition") for sid, each in statements.items() if each["Effect"] == "Allow"}
    region = "us-east-1"
    assert allowed == {
        "Alarms": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:openibank-prod-*"}},
        # EventBridge sends no source: with a condition no event would arrive.
        "Events": None,
        "DatabaseEvents": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    alarm = monitoring.named("monitoring-alarms-database-cpu")
    assert alarm.depends_on(policy)


def test_events_of_database_backups_and_account_reach_the_topic(monitoring: Recorder[Monitoring]) -> None:
    topic = monitoring.value(monitoring.result.topic_arn)
    subscription = monitoring.one("aws:rds/eventSubscription:EventSubscription").inputs
    assert subscription["snsTopic"] == topic
    assert len(subscription["sourceIds"]) == 3
    assert {"failover", "failure", "low storage"} <= set(subscription["eventCategories"])
    failed = monitoring.named("monitoring-events-backup-failed").document("eventPattern")
    assert failed["detail"] == {"state": ["FAILED", "ABORTED", "EXPIRED"], "backupVaultName": ["openibank-prod"]}
    targets = monitoring.of_type("aws:cloudwatch/eventTarget:EventTarget")
    assert len(targets) == 3
    assert {target.inputs["arn"] for target in targets} == {topic}


@pytest.mark.requirement("OB-13")
@pytest.mark.requirement("OB-14")
def test_the_health_answer_is_asked_for_from_outside(monitoring: Recorder[Monitoring]) -> None:
    check = monitoring.one("aws:route53/healthCheck:HealthCheck").inputs
    assert check["type"] == "HTTPS_STR_MATCH"
    assert (check["fqdn"], check["resourcePath"]) == ("api.openibank.com", "/health")
    assert check["searchString"] == '"status":"healthy"'
    assert check["enableSni"] is True
    alarm = monitoring.named("monitoring-uptime-alarms-down").inputs
    assert alarm["alarmActions"] == [monitoring.value(monitoring.result.topic_arn)]


def test_elsewhere_the_health_alarm_speaks_through_a_topic_where_its_metric_is() -> None:
    key = "arn:aws:kms:us-east-1:000000000000:key/1"
    args = replace(monitoring_args(), region="eu-west-1", uptime_key_arn=key)
    recorder = build(lambda: Monitoring("monitoring", args))
    alarm = recorder.named("monitoring-uptime-alarms-down").inputs
    assert alarm["region"] == "us-east-1"
    assert alarm["alarmActions"] == [recorder.value(recorder.result.uptime_topic_arn)]
    topic = recorder.named("monitoring-uptime-notifications-topic").inputs
    assert (topic["region"], topic["kmsMasterKeyId"]) == ("us-east-1", key)


@pytest.mark.requirement("OB-65")
def test_credentials_in_container_logs_are_masked(monitoring: Recorder[Monitoring]) -> None:
    policy = monitoring.one("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy")
    assert policy.inputs["logGroupName"] == "/aws/containerinsights/openibank-prod/application"
    document = policy.document("policyDocument")
    count, mask = document["Statement"]
    assert "Audit" in count["Operation"]
    assert mask["Operation"] == {"Deidentify": {"MaskConfig": {}}}
    assert count["DataIdentifier"] == mask["DataIdentifier"]
    patterns = {each["Name"]: re.compile(each["Regex"]) for each in document["Configuration"]["CustomDataIdentifier"]}
    token = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJl"))
    for name, line in (
        ("JsonWebToken", f"authorization: Bearer {token}"),
        ("DatabaseUrl", "connecting to postgresql://openibank:hunter2@db:5432/openibank"),
        ("CacheUrl", "cache rediss://openibank:hunter2@cache:6379"),
    ):
        assert patterns[name].search(line)
        assert all(not pattern.search("GET /api/v1/depth 200 in 3 ms") for pattern in patterns.values())


def test_the_dashboard_shows_every_part(monitoring: Recorder[Monitoring]) -> None:
    body = monitoring.one("aws:cloudwatch/dashboard:Dashboard").document("dashboardBody")
    alarms, *graphs = body["widgets"]
    assert alarms["type"] == "alarm"
    assert 40 < len(alarms["properties"]["alarms"]) <= 100
    namespaces = {metric[0] for graph in graphs for metric in graph["properties"]["metrics"]}
    assert namespaces == {
        "AWS/ApplicationELB",
        "AWS/WAFV2",
        "AWS/Route53",
        "AWS/RDS",
        "AWS/ElastiCache",
        "AWS/EKS",
        "AWS/NATGateway",
    }
    places = [(graph["x"], graph["y"]) for graph in graphs]
    assert len(set(places)) == len(places)
    assert all(graph["x"] + graph["width"] <= 24 for graph in graphs)


@pytest.mark.requirement("OB-30")
@pytest.mark.requirement("OB-50")
@pytest.mark.requirement("OB-104")
def test_traces_go_to_a_collector_under_a_fixed_name(monitoring: Recorder[Monitoring]) -> None:
    assert monitoring.result.collector_host == "otel-collector.monitoring.svc.cluster.local"
    release = monitoring.named("monitoring-traces-collector")
    values = release.inputs["values"]
    assert values["fullnameOverride"] == "otel-collector"
    config = values["alternateConfig"]
    assert config["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"].endswith(":4317")
    assert config["service"]["pipelines"]["traces"] == {
        "receivers": ["otlp"],
        "processors": ["memory_limiter", "batch"],
        "exporters": ["awsxray"],
    }
    assert release.depends_on(monitoring.named("monitoring-metrics-prometheus"))


@pytest.mark.requirement("SL-130")
@pytest.mark.requirement("AT-126")
def test_events_outlive_the_hour_that_kubernetes_keeps_them(monitoring: Recorder[Monitoring]) -> None:
    values = monitoring.one(RELEASE, "monitoring-traces-collector").inputs["values"]
    config = values["alternateConfig"]
    pipeline = config["service"]["pipelines"]["logs"]
    (receiver,), (exporter,) = pipeline["receivers"], pipeline["exporters"]
    (watched,) = config["receivers"][receiver]["objects"]
    assert (watched["name"], watched["group"], watched["mode"]) == ("events", "events.k8s.io", "watch")
    assert "namespaces" not in watched
    kept = config["exporters"][exporter]
    assert kept["log_group_name"] == "/aws/containerinsights/openibank-prod/application"
    # Of two pods one reads, or every event would be written twice.
    elector = config["receivers"][receiver]["k8s_leader_elector"]
    assert elector in config["service"]["extensions"]
    rules = values["clusterRole"]["rules"]
    lease = config["extensions"][elector]["lease_name"]
    assert {"list", "watch"} <= set(rules[0]["verbs"])
    assert watched["group"] in rules[0]["apiGroups"]
    assert [rule["resourceNames"] for rule in rules if "resourceNames" in rule] == [[lease]]


def test_the_collector_may_write_traces_and_events_and_nothing_else(monitoring: Recorder[Monitoring]) -> None:
    policy = monitoring.named("monitoring-traces-role-permissions").document("policy")
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/containerinsights/openibank-prod/application"
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{group}:log-stream:kubernetes-events",
        },
    ]
    association = monitoring.named("monitoring-traces-role-association")
    assert association.inputs["serviceAccount"] == "otel-collector"
    assert association.inputs["namespace"] == "monitoring"
    assert monitoring.comes_after(monitoring.one(RELEASE, "monitoring-traces-collector"), association)


@pytest.mark.requirement("AT-04")
def test_every_release_is_atomic_pinned_and_on_the_given_cluster(monitoring: Recorder[Monitoring]) -> None:
    releases = monitoring.of_type(RELEASE)
    assert {release.inputs["chart"] for release in releases} == {
        "kube-prometheus-stack",
        "opentelemetry-collector",
        "prometheus-operator-crds",
    }
    for release in releases:
        assert release.inputs["atomic"] is True
        assert release.inputs["timeout"] > 0
        assert release.inputs["version"]
        assert release.inputs["namespace"] == "monitoring"
        assert "cluster" in release.provider


def test_definitions_come_from_a_chart_of_their_own_which_helm_upgrades(monitoring: Recorder[Monitoring]) -> None:
    definitions = monitoring.named("monitoring-metrics-definitions")
    stack = monitoring.named("monitoring-metrics-prometheus")
    assert stack.inputs["skipCrds"] is True
    assert stack.inputs["values"]["crds"] == {"enabled": False}
    assert monitoring.comes_after(stack, definitions)


def test_grafanas_password_is_stored_and_never_in_the_values(monitoring: Recorder[Monitoring]) -> None:
    stored = monitoring.one("aws:secretsmanager/secretVersion:SecretVersion")
    assert "secretString" in stored.secret_inputs
    secret = monitoring.one("aws:secretsmanager/secret:Secret")
    assert secret.inputs["name"] == monitoring.result.grafana_secret_name == "openibank/prod/grafana-admin"
    release = monitoring.named("monitoring-metrics-prometheus")
    assert release.secret_inputs == frozenset()
    assert monitoring.comes_after(release, stored)
    password = monitoring.value(stored.document("secretString")["admin-password"])
    assert password
    assert password not in str(release.inputs["values"])


def test_alertmanager_publishes_as_its_own_role(monitoring: Recorder[Monitoring]) -> None:
    topics = [monitoring.value(each) for each in (monitoring.result.topic_arn, monitoring.result.chat_topic_arn)]
    publish, use_key = monitoring.named("monitoring-metrics-alertmanager-permissions").document("policy")["Statement"]
    assert (publish["Action"], publish["Resource"]) == (["sns:Publish"], topics)
    assert use_key["Resource"] == NOTIFICATIONS_KEY
    assert use_key["Condition"] == {"StringEquals": {"kms:ViaService": "sns.us-east-1.amazonaws.com"}}
    release = monitoring.one(RELEASE, "monitoring-metrics-prometheus")
    assert monitoring.comes_after(release, monitoring.named("monitoring-metrics-alertmanager-association"))


def test_one_of_each_outside_production() -> None:
    recorder = build(lambda: Monitoring("monitoring", replace(monitoring_args(), highly_available=False)))
    values = recorder.named("monitoring-metrics-prometheus").inputs["values"]
    assert values["prometheus"]["prometheusSpec"]["replicas"] == 1
    assert values["prometheus"]["podDisruptionBudget"]["enabled"] is False
    assert recorder.named("monitoring-traces-collector").inputs["values"]["replicaCount"] == 1
