"""From what waits in CloudWatch to the autoscaler: the exporter, the adapter's rules, and who is told when it fails."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from components.monitoring.adapter import adapter_values
from components.monitoring.backlogs import exporter_values, external_rules
from components.monitoring.monitoring import Monitoring
from components.product.backlog import Backlog
from tests.components.monitoring.samples import monitoring_args
from tests.components.recording import Recorder, build

RELEASE = "kubernetes:helm.sh/v3:Release"
ORDERS = Backlog(
    key="queue-orders",
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": "shop-prod-queue-orders"},
    for_each=25,
)
BACKLOGS = {"worker": [ORDERS]}


def recorded() -> Recorder[Monitoring]:
    return build(lambda: Monitoring("monitoring", replace(monitoring_args(), backlogs=BACKLOGS)))


def _chart(recorder: Recorder[Monitoring], chart: str) -> Any:
    (release,) = [each for each in recorder.of_type(RELEASE) if each.inputs["chart"] == chart]
    return release


def test_the_exporter_reads_these_metrics_every_minute_and_no_others() -> None:
    values = _chart(recorded(), "prometheus-yet-another-cloudwatch-exporter").inputs["values"]
    assert values["extraArgs"] == {"scraping-interval": 60}
    assert json.loads(values["config"]) == {
        "apiVersion": "v1alpha1",
        "sts-region": "us-east-1",
        "static": [
            {
                "name": "worker.queue-orders",
                "namespace": "AWS/SQS",
                "regions": ["us-east-1"],
                "dimensions": [{"name": "QueueName", "value": "shop-prod-queue-orders"}],
                "metrics": [
                    {
                        "name": "ApproximateNumberOfMessagesVisible",
                        "statistics": ["Maximum"],
                        "period": 60,
                        "length": 300,
                    }
                ],
            }
        ],
    }


def test_its_role_reads_metrics_alone_and_is_there_before_its_pods() -> None:
    recorder = recorded()
    policy = recorder.one("aws:iam/rolePolicy:RolePolicy", "monitoring-backlogs-role-permissions").document("policy")
    assert [each["Action"] for each in policy["Statement"]] == ["cloudwatch:GetMetricStatistics"]
    association = recorder.one(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation", "monitoring-backlogs-role-association"
    )
    release = _chart(recorder, "prometheus-yet-another-cloudwatch-exporter")
    assert association.inputs["serviceAccount"] == release.inputs["values"]["serviceAccount"]["name"]
    assert association.inputs["namespace"] == release.inputs["namespace"] == "monitoring"
    assert recorder.comes_after(release, association)


def test_the_adapter_serves_each_backlog_by_its_own_name_from_whatever_namespace() -> None:
    (rule,) = external_rules(BACKLOGS)
    selector = '{job="cloudwatch-exporter",name="worker.queue-orders"}'
    assert rule == {
        "seriesQuery": selector,
        "resources": {"namespaced": False},
        "name": {"as": "worker.queue-orders"},
        "metricsQuery": f"max(last_over_time(<<.Series>>{selector}[5m]))",
    }
    recorder = recorded()
    values = _chart(recorder, "prometheus-adapter").inputs["values"]
    assert values["rules"]["external"] == [rule]
    assert values["rules"]["custom"] == []
    assert len(recorder.result.in_cluster) == 3


def test_the_adapter_opens_no_api_that_nobody_asks() -> None:
    assert "external" not in cast("dict[str, Any]", adapter_values([], 2)["rules"])


def test_somebody_is_told_when_nobody_counts() -> None:
    values = cast("dict[str, Any]", exporter_values(BACKLOGS, "us-east-1", 2))
    (rule,) = values["prometheusRule"]["rules"]
    assert rule["expr"] == 'absent({job="cloudwatch-exporter",name="worker.queue-orders"})'
    assert rule["labels"]["severity"] == "warning"


def test_a_metric_that_aws_does_not_publish_is_found_here() -> None:
    wrong = replace(ORDERS, metric="ApproximateNumberOfMessages")
    with pytest.raises(ValueError, match="is published by nothing"):
        exporter_values({"worker": [wrong]}, "us-east-1", 2)


def test_nothing_is_installed_where_nothing_scales_so() -> None:
    recorder = build(lambda: Monitoring("monitoring", monitoring_args()))
    charts = {each.inputs["chart"] for each in recorder.of_type(RELEASE)}
    assert not charts & {"prometheus-yet-another-cloudwatch-exporter", "prometheus-adapter"}
