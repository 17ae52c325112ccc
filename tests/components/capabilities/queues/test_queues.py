"""Queues and topics of a product's own, as a platform builds them on both runtimes, and who may do what with them."""

import json
from functools import cache
from typing import Any

import pytest

from components.capabilities.planned import planned_pods
from components.platform import Platform
from components.product.backlog import EXPORTER_MEBIBYTES, EXPORTER_MILLICORES
from settings import PlatformSettings
from settings.arithmetic.capacity import Demand
from tests.components.capabilities.on_runtimes import RUNTIMES, allowed, platform_of, settings_on
from tests.components.recording import ACCOUNT, Recorder, Registration

QUEUE = "aws:sqs/queue:Queue"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
QUEUES = {
    "orders": {"visibility_seconds": 120, "retention_seconds": 86_400, "maximum_receives": 3, "alarm_waiting": 50},
    "audit": {},
    "ledger": {"fifo": True, "content_based_deduplication": True},
}
TOPICS = {
    "events": {
        "queues": {
            "orders": {"filter": {"event": {"equals": ["placed"], "prefix": ["order-"]}, "total": {"at_least": 1}}},
            "audit": {"raw": False},
        }
    },
    "bookings": {"fifo": True, "queues": {"ledger": {"filter": {"kind": {"exists": True}}, "filter_by": "body"}}},
}


@cache
def _settings(runtime: str) -> PlatformSettings:
    changes: dict[str, Any] = {
        "queues": QUEUES,
        "topics": TOPICS,
        "services.api.queues": {"ledger": "send"},
        "services.api.topics": ["events"],
        "services.worker.queues": {"orders": "receive", "ledger": "send-receive"},
        "services.api.environment.EVENTS": {"output": "topics.events.arn"},
        "services.worker.environment.ORDERS": {"text": "{queues.orders.url}?wait=20"},
    }
    changes["services.worker.replicas"] = {"minimum": 1, "maximum": 8}
    changes["services.worker.scaling"] = {"queues": {"orders": 25}}
    return settings_on(runtime, changes)


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


def _queue(runtime: str, name: str, *, dead: bool = False) -> Registration:
    return platform(runtime).one(QUEUE, f"messaging-{'dead-letters' if dead else 'queue'}-{name}")


def _arn(registration: Registration) -> str:
    return str(registration.outputs["arn"])


def _topic(runtime: str, name: str) -> Registration:
    return platform(runtime).one("aws:sns/topic:Topic", f"messaging-topic-{name}")


def _allowed(runtime: str, service: str) -> dict[str, Any]:
    return allowed(platform(runtime), runtime, service)


def _key(runtime: str) -> Any:
    recorder = platform(runtime)
    return recorder.value(recorder.result.foundation.encryption.data_key_arn)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_queue_is_protected_encrypted_and_gives_up_into_a_queue_of_its_own_kind(runtime: str) -> None:
    for name, stated in QUEUES.items():
        queue, dead = _queue(runtime, name), _queue(runtime, name, dead=True)
        suffix = ".fifo" if stated.get("fifo") else ""
        assert queue.inputs["name"] == f"shop-prod-queue-{name}{suffix}"
        assert dead.inputs["name"] == f"shop-prod-dead-letters-{name}{suffix}"
        for each in (queue, dead):
            assert each.protect
            assert each.inputs["kmsMasterKeyId"] == _key(runtime)
            assert each.inputs.get("fifoQueue", False) is bool(suffix)
        redrive = queue.document("redrivePolicy")
        assert redrive == {"deadLetterTargetArn": _arn(dead), "maxReceiveCount": stated.get("maximum_receives", 5)}
        assert "redrivePolicy" not in dead.inputs
        assert dead.inputs["messageRetentionSeconds"] == 1_209_600


def test_times_follow_the_file() -> None:
    queue = _queue("eks", "orders").inputs
    assert queue["visibilityTimeoutSeconds"] == 120
    assert queue["messageRetentionSeconds"] == 86_400
    assert queue["receiveWaitTimeSeconds"] == 20
    assert _queue("eks", "ledger").inputs["contentBasedDeduplication"] is True


@pytest.mark.parametrize("dead", [False, True])
def test_only_the_topics_of_a_queue_and_only_tls_reach_it(*, dead: bool) -> None:
    recorder = platform("eks")
    for name, topic in (("orders", "events"), ("audit", "events"), ("ledger", "bookings")):
        kind = "dead-letters" if dead else "queue"
        policy = recorder.named(f"messaging-{kind}-{name}-policy").document("policy")
        statements = {each["Sid"]: each for each in policy["Statement"]}
        denied, let_in = statements["TlsOnly"], statements["FromTopics"]
        assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "sqs:*")
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert let_in["Principal"] == {"Service": "sns.amazonaws.com"}
        assert let_in["Resource"] == _arn(_queue("eks", name, dead=dead))
        assert let_in["Condition"] == {"ArnEquals": {"aws:SourceArn": [_arn(_topic("eks", topic))]}}


def test_a_topic_is_encrypted_and_published_to_over_tls_alone() -> None:
    for name, stated in TOPICS.items():
        topic = _topic("eks", name)
        fifo = bool(stated.get("fifo"))
        assert topic.inputs["name"] == f"shop-prod-topic-{name}{'.fifo' if fifo else ''}"
        assert topic.inputs.get("fifoTopic", False) is fifo
        assert topic.inputs["kmsMasterKeyId"] == _key("eks")
        (denied,) = platform("eks").named(f"messaging-topic-{name}-policy").document("policy")["Statement"]
        assert (denied["Effect"], denied["Action"], denied["Resource"]) == ("Deny", "sns:Publish", _arn(topic))


def test_sns_may_use_the_data_key_for_topics_of_the_account() -> None:
    policy = platform("eks").named("encryption-data-policy").document("policy")
    (statement,) = [each for each in policy["Statement"] if each["Sid"] == "ForSns"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:*"}}


def test_subscriptions_filter_and_keep_what_cannot_be_delivered() -> None:
    recorder = platform("eks")
    orders = recorder.one(SUBSCRIPTION, "messaging-topic-events-to-orders")
    assert orders.inputs["protocol"] == "sqs"
    assert orders.inputs["topic"] == _arn(_topic("eks", "events"))
    assert orders.inputs["endpoint"] == _arn(_queue("eks", "orders"))
    assert orders.inputs["rawMessageDelivery"] is True
    assert orders.document("redrivePolicy") == {"deadLetterTargetArn": _arn(_queue("eks", "orders", dead=True))}
    assert json.loads(orders.inputs["filterPolicy"]) == {
        "event": ["placed", {"prefix": "order-"}],
        "total": [{"numeric": [">=", 1]}],
    }
    assert orders.inputs["filterPolicyScope"] == "MessageAttributes"
    assert recorder.comes_after(orders, recorder.named("messaging-queue-orders-policy"))
    audit = recorder.one(SUBSCRIPTION, "messaging-topic-events-to-audit").inputs
    assert audit["rawMessageDelivery"] is False
    assert "filterPolicy" not in audit
    ledger = recorder.one(SUBSCRIPTION, "messaging-topic-bookings-to-ledger").inputs
    assert json.loads(ledger["filterPolicy"]) == {"kind": [{"exists": True}]}
    assert ledger["filterPolicyScope"] == "MessageBody"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_each_service_may_do_what_it_states_with_its_queues_and_topics_alone(runtime: str) -> None:
    orders, ledger = _arn(_queue(runtime, "orders")), _arn(_queue(runtime, "ledger"))
    api, worker = _allowed(runtime, "api"), _allowed(runtime, "worker")
    assert api["SendMessages"]["Resource"] == [ledger]
    assert "sqs:SendMessage" in api["SendMessages"]["Action"]
    assert "ReceiveMessages" not in api
    assert api["PublishMessages"]["Action"] == ["sns:Publish"]
    assert api["PublishMessages"]["Resource"] == [_arn(_topic(runtime, "events"))]
    assert worker["ReceiveMessages"]["Resource"] == [orders, ledger]
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"} <= set(
        worker["ReceiveMessages"]["Action"]
    )
    assert worker["SendMessages"]["Resource"] == [ledger]
    assert "PublishMessages" not in worker
    for each in (api, worker):
        use = each["UseMessageKey"]
        assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert use["Resource"] == [_key(runtime)]
        assert use["Condition"] == {
            "StringEquals": {"kms:ViaService": ["sqs.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"]}
        }


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_way_to_sqs_and_sns_leads_through_endpoints_of_the_network(runtime: str) -> None:
    endpoints = [each.inputs["serviceName"] for each in platform(runtime).of_type("aws:ec2/vpcEndpoint:VpcEndpoint")]
    for name in ("sqs", "sns"):
        assert endpoints.count(f"com.amazonaws.us-east-1.{name}") == 1


def test_pods_reach_the_endpoints_of_what_they_use_and_their_credentials() -> None:
    values = platform("eks").named("application-workload").inputs["values"]
    worker = {flow["name"]: flow for flow in values["networkPolicies"]["worker-policy"]["egress"]}
    api = {flow["name"]: flow for flow in values["networkPolicies"]["api-policy"]["egress"]}
    inside = list(platform("eks").result.foundation.network.endpoint_cidrs)
    assert worker["sqs"]["cidrs"] == inside
    assert worker["sqs"]["ports"] == [{"number": 443, "protocol": "TCP"}]
    assert "sns" not in worker
    assert api["sns"]["cidrs"] == inside
    assert worker["pod-identity"]["cidrs"] == ["169.254.170.23/32"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_environment_names_queues_and_topics(runtime: str) -> None:
    recorder = platform(runtime)
    outputs = {str(key): recorder.value(value) for key, value in recorder.result.capabilities.outputs.items()}
    for name in QUEUES:
        assert outputs[f"queues.{name}.url"] == _queue(runtime, name).outputs["url"]
        assert outputs[f"queues.{name}.dead_letter_url"] == _queue(runtime, name, dead=True).outputs["url"]
    assert outputs["topics.events.arn"] == _arn(_topic(runtime, "events"))
    if runtime == "eks":
        rendered = str(recorder.named("application-workload").inputs["values"]["services"])
    else:
        rendered = str([each.inputs for each in recorder.of_type("aws:ecs/taskDefinition:TaskDefinition")])
    assert f"{_queue(runtime, 'orders').outputs['url']}?wait=20" in rendered
    assert _arn(_topic(runtime, "events")) in rendered


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_somebody_is_told_of_old_messages_of_many_and_of_any_dead_letter(runtime: str) -> None:
    recorder = platform(runtime)
    topic = recorder.value(recorder.result.monitoring.topic_arn)

    def alarm(label: str) -> dict[str, Any]:
        made = recorder.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"monitoring-alarms-{label}").inputs
        assert made["alarmActions"] == [topic]
        assert made["namespace"] == "AWS/SQS"
        return dict(made)

    names = {name: _queue(runtime, name).inputs["name"] for name in QUEUES}
    age, depth = alarm("queue-orders-age"), alarm("queue-orders-depth")
    assert age["metricName"] == "ApproximateAgeOfOldestMessage"
    assert age["threshold"] == 900
    assert age["dimensions"] == depth["dimensions"] == {"QueueName": names["orders"]}
    assert (depth["metricName"], depth["threshold"]) == ("ApproximateNumberOfMessagesVisible", 50)
    dead = alarm("dead-letters-ledger-depth")
    assert (dead["metricName"], dead["threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    assert dead["comparisonOperator"] == "GreaterThanThreshold"
    assert dead["dimensions"] == {"QueueName": "shop-prod-dead-letters-ledger.fifo"}


def test_a_worker_on_ecs_has_so_many_messages_for_each_task() -> None:
    policy = platform("ecs").one("aws:appautoscaling/policy:Policy", "application-worker-scaling-queue-orders").inputs
    configuration = policy["targetTrackingScalingPolicyConfiguration"]
    assert configuration["targetValue"] == 25
    waiting, running, _ = configuration["customizedMetricSpecification"]["metrics"]
    assert waiting["metricStat"]["metric"]["dimensions"] == [{"name": "QueueName", "value": "shop-prod-queue-orders"}]
    assert running["metricStat"]["metric"]["dimensions"][1] == {"name": "ServiceName", "value": "worker"}


def test_a_worker_on_eks_has_so_many_messages_for_each_pod() -> None:
    recorder = platform("eks")
    release = recorder.named("application-workload")
    (backlog,) = release.inputs["values"]["services"]["worker"]["scaling"]["backlogs"]
    assert backlog == {"name": "worker.queue-orders", "forEach": 25}
    exporter = recorder.named("monitoring-backlogs-release")
    (job,) = json.loads(exporter.inputs["values"]["config"])["static"]
    assert job["name"] == backlog["name"]
    assert job["dimensions"] == [{"name": "QueueName", "value": _queue("eks", "orders").inputs["name"]}]
    (rule,) = recorder.named("monitoring-adapter-release").inputs["values"]["rules"]["external"]
    assert rule["name"]["as"] == backlog["name"]
    assert recorder.comes_after(release, exporter)


def test_the_nodes_have_room_for_who_counts_the_messages() -> None:
    (exporter,) = planned_pods(_settings("eks"))
    assert exporter.demand.request == Demand(millicores=EXPORTER_MILLICORES, mebibytes=EXPORTER_MEBIBYTES)
    assert (
        exporter.demand.maximum == platform("eks").named("monitoring-backlogs-release").inputs["values"]["replicaCount"]
    )
    assert planned_pods(_settings("ecs")) == []


def test_the_worker_starts_once_its_queue_stands() -> None:
    recorder = platform("eks")
    release = recorder.named("application-workload")
    assert recorder.comes_after(release, _queue("eks", "orders"))
    assert recorder.comes_after(
        release, recorder.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", "worker-secrets-association")
    )
