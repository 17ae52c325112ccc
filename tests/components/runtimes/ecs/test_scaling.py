"""A service scales by what waits for it, for each task that runs."""

from components.product.backlog import Backlog
from components.runtimes.ecs.scaling import TaskScaling, TaskScalingArgs, TrackedMetric
from tests.components.recording import Recorder, build

POLICY = "aws:appautoscaling/policy:Policy"
_CPU = TrackedMetric(key="cpu", metric="ECSServiceAverageCPUUtilization", target=70)


def scaled() -> Recorder[TaskScaling]:
    backlog = Backlog(
        key="queue-orders",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": "shop-prod-orders"},
        for_each=25,
    )
    args = TaskScalingArgs(
        cluster_name="shop-prod",
        service_name="worker",
        minimum=1,
        maximum=6,
        tracked=[_CPU],
        backlogs=[backlog],
        resource_label=None,
        after=[],
    )
    return build(lambda: TaskScaling("scaling", args))


def test_each_task_has_as_much_waiting_as_it_is_meant_to() -> None:
    policy = scaled().one(POLICY, "scaling-queue-orders").inputs
    assert policy["policyType"] == "TargetTrackingScaling"
    configuration = policy["targetTrackingScalingPolicyConfiguration"]
    assert configuration["targetValue"] == 25
    assert "predefinedMetricSpecification" not in configuration
    waiting, running, share = configuration["customizedMetricSpecification"]["metrics"]
    assert share["expression"] == f"{waiting['id']} / {running['id']}"
    assert [each["returnData"] for each in (waiting, running, share)] == [False, False, True]
    metric = waiting["metricStat"]["metric"]
    assert (metric["namespace"], metric["metricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert metric["dimensions"] == [{"name": "QueueName", "value": "shop-prod-orders"}]
    metric = running["metricStat"]["metric"]
    assert (metric["namespace"], metric["metricName"]) == ("ECS/ContainerInsights", "RunningTaskCount")
    assert metric["dimensions"] == [
        {"name": "ClusterName", "value": "shop-prod"},
        {"name": "ServiceName", "value": "worker"},
    ]


def test_other_targets_stay_beside_it() -> None:
    configuration = scaled().one(POLICY, "scaling-cpu").inputs["targetTrackingScalingPolicyConfiguration"]
    assert configuration["targetValue"] == 70
    assert configuration["predefinedMetricSpecification"] == {"predefinedMetricType": _CPU.metric}
