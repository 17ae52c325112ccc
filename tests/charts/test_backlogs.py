"""An autoscaler that follows what waits for a service."""

from dataclasses import replace

from components.product.backlog import Backlog
from offline_cloud.kubernetes import schema
from offline_cloud.kubernetes.objects import KubernetesObject
from tests.charts.product import with_services
from tests.charts.rendering import KUBERNETES, Rendered, render, wiring, workload

WAITING = Backlog(
    key="queue-orders",
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": "openibank-prod-queue-orders"},
    for_each=25,
)
_SCALED = {"replicas": {"minimum": 1, "maximum": 8}, "scaling": {"cpu": 70, "queues": {"orders": 25}}}


def _release() -> Rendered:
    settings = with_services({"worker": _SCALED})
    return render("workload", workload(settings, replace(wiring(settings), backlogs={"worker": [WAITING]})))


def test_the_autoscaler_asks_for_the_backlog_beside_cpu() -> None:
    scaler = dict(_release().one("HorizontalPodAutoscaler", "worker-hpa"))
    cpu, waiting = scaler["spec"]["metrics"]
    assert cpu["resource"]["target"] == {"type": "Utilization", "averageUtilization": 70}
    assert waiting == {
        "type": "External",
        "external": {
            "metric": {"name": "worker.queue-orders"},
            "target": {"type": "AverageValue", "averageValue": "25"},
        },
    }
    validator = schema.built_in(KUBERNETES, scaler["apiVersion"], scaler["kind"])
    assert validator is not None
    assert [str(each) for each in schema.diagnostics(KubernetesObject(scaler, "openibank"), validator)] == []


def test_a_service_that_nothing_waits_for_asks_for_none() -> None:
    scalers = _release().of_kind("HorizontalPodAutoscaler")
    others = [each for each in scalers if each["metadata"]["name"] != "worker-hpa"]
    assert others
    assert all(metric["type"] != "External" for each in others for metric in each["spec"]["metrics"])
