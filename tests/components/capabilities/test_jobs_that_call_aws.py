"""Jobs and the migration with queues, topics and buckets of the product's own, on both runtimes."""

from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from tests.components.capabilities.on_runtimes import RUNTIMES, platform_of, settings_on
from tests.components.recording import Recorder

CHANGES: dict[str, Any] = {
    "buckets": {"reports": {}},
    "queues": {"orders": {}, "audit": {}},
    "topics": {"events": {"queues": {"orders": {}}}},
    "jobs": {
        "report": {
            "service": "worker",
            "schedule": "0 5 * * *",
            "command": ["report"],
            "buckets": {"reports": "write"},
            "queues": {"orders": "receive"},
        },
        "announce": {"service": "worker", "command": ["announce"], "topics": ["events"]},
    },
    "migration.buckets": {"reports": "read"},
    "migration.queues": {"audit": "send"},
    "migration.environment": {
        "REPORTS": {"output": "buckets.reports.name"},
        "AUDIT": {"text": "{queues.audit.url}?from=migration"},
    },
}
_PERMISSIONS = {"eks": "{}-job-permissions", "ecs": "application-{}-roles-task-permissions"}


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(settings_on(runtime, CHANGES))


def _allowed(runtime: str, name: str) -> dict[str, Any]:
    policy = platform(runtime).one("aws:iam/rolePolicy:RolePolicy", _PERMISSIONS[runtime].format(name))
    return {each["Sid"]: each for each in policy.document("policy")["Statement"] if "Sid" in each}


def _arn(runtime: str, label: str) -> str:
    return str(platform(runtime).named(label).outputs["arn"])


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_each_job_may_do_what_it_states_and_no_more(runtime: str) -> None:
    report, announce, migration = (_allowed(runtime, name) for name in ("report", "announce", "migration"))
    reports, orders = _arn(runtime, "bucket-reports-bucket"), _arn(runtime, "messaging-queue-orders")
    assert set(report) == {"WriteObjects", "UseDataKey", "ReceiveMessages", "UseMessageKey"}
    assert report["WriteObjects"]["Resource"] == [f"{reports}/*"]
    assert report["ReceiveMessages"]["Resource"] == [orders]
    assert set(announce) == {"PublishMessages", "UseMessageKey"}
    assert announce["PublishMessages"]["Resource"] == [_arn(runtime, "messaging-topic-events")]
    assert set(migration) == {"ListBuckets", "ReadObjects", "UseDataKey", "SendMessages", "UseMessageKey"}
    assert migration["ReadObjects"]["Resource"] == [f"{reports}/*"]
    assert migration["SendMessages"]["Resource"] == [_arn(runtime, "messaging-queue-audit")]


def test_pods_of_a_job_get_their_role_before_they_start() -> None:
    recorder = platform("eks")
    release = recorder.named("application-workload")
    for name in ("report", "announce", "migration"):
        association = recorder.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", f"{name}-job-association")
        assert association.inputs["serviceAccount"] == name
        assert association.inputs["namespace"] == "shop"
        assert recorder.comes_after(release, association)


def test_pods_of_a_job_reach_what_it_calls_and_their_credentials() -> None:
    values = platform("eks").named("application-workload").inputs["values"]
    inside = list(platform("eks").result.foundation.network.endpoint_cidrs)
    policies = {
        "report": values["networkPolicies"]["report-policy"],
        "announce": values["networkPolicies"]["announce-policy"],
        "migration": values["migration"]["policy"],
    }
    flows = {name: {flow["name"]: flow for flow in policy["egress"]} for name, policy in policies.items()}
    assert set(flows["report"]) == {"pod-identity", "object-store", "sqs"}
    assert set(flows["announce"]) == {"pod-identity", "sns"}
    assert set(flows["migration"]) == {"pod-identity", "object-store", "sqs"}
    assert flows["migration"]["sqs"]["cidrs"] == inside
    assert policies["migration"]["app"] == "migration"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_migration_is_told_where_its_data_is(runtime: str) -> None:
    recorder = platform(runtime)
    bucket = recorder.named("bucket-reports-bucket").inputs["bucket"]
    url = recorder.named("messaging-queue-audit").outputs["url"]
    expected = {"REPORTS": bucket, "AUDIT": f"{url}?from=migration"}
    if runtime == "eks":
        found = recorder.named("application-workload").inputs["values"]["migration"]["environment"]
    else:
        (container,) = recorder.named("application-migration-task").document("containerDefinitions")
        found = {each["name"]: each["value"] for each in container["environment"]}
    assert expected.items() <= found.items()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_network_has_the_endpoints_that_jobs_alone_call(runtime: str) -> None:
    endpoints = [each.inputs["serviceName"] for each in platform(runtime).of_type("aws:ec2/vpcEndpoint:VpcEndpoint")]
    assert {f"com.amazonaws.us-east-1.{name}" for name in ("sqs", "sns")} <= set(endpoints)
