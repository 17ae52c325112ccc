"""A product that was stopped on purpose: nothing of it runs, and nothing calls anybody about that."""

from functools import cache

import pytest

from settings import PlatformSettings
from settings.arithmetic.exporters import CACHE_METRICS, DATABASE_METRICS
from tests.charts import service_layer
from tests.charts.rendering import Rendered, Values, at, render, rendered, stack, workload


def stopped(settings: PlatformSettings, *, toolbox: bool = False) -> PlatformSettings:
    application = settings.stack.application.model_copy(update={"stopped": True, "toolbox": toolbox})
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"application": application})})


@cache
def openibank() -> Rendered:
    return render("workload", workload(stopped(stack("prod"))))


@pytest.mark.requirement("OB-111")
def test_every_writer_to_the_database_goes_to_no_pods() -> None:
    pods = {item["metadata"]["name"]: item["spec"]["replicas"] for item in openibank().of_kind("Deployment")}
    # What asks how the stores are writes nothing, and enters no database of the product.
    assert pods.pop(DATABASE_METRICS) == pods.pop(CACHE_METRICS) == 1
    assert pods == {"api-server": 0, "resonancex": 0, "playground": 0}


@pytest.mark.requirement("OB-111")
def test_no_autoscaler_brings_a_pod_back() -> None:
    assert openibank().of_kind("HorizontalPodAutoscaler") == []


def test_no_job_starts() -> None:
    assert at(openibank().one("CronJob", "database-dump"), "spec.suspend") is True
    values = workload(stopped(service_layer.settings("prod")), service_layer.wiring("prod"))
    release = render("workload", values)
    assert release.of_kind("Job") == []
    assert [each["spec"]["suspend"] for each in release.of_kind("CronJob")] == [True] * 4


def test_a_job_of_the_products_own_is_suspended_and_a_job_of_the_release_left_out() -> None:
    values = workload(stopped(stack("prod")))
    job: Values = {
        "image": "example/report:1",
        "command": [],
        "arguments": [],
        "environment": {},
        "retries": 0,
        "deadlineSeconds": 60,
        "user": 10001,
        "writablePaths": [],
        "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
    }
    jobs: Values = {"nightly": {**job, "schedule": "0 3 * * *"}, "once": job}
    release = render("workload", {**values, "jobs": jobs})
    assert at(release.one("CronJob", "nightly"), "spec.suspend") is True
    assert release.of_kind("Job") == []
    running = render("workload", {**values, "stopped": False, "jobs": jobs})
    assert "suspend" not in running.one("CronJob", "nightly")["spec"]
    assert running.names("Job") == {"migration", "once"}


def test_a_database_that_is_being_restored_is_not_migrated() -> None:
    assert openibank().of_kind("Job") == []


def test_only_alerts_about_what_is_still_there_remain() -> None:
    groups = at(openibank().one("PrometheusRule", "openibank"), "spec.groups")
    assert [group["name"] for group in groups] == ["openibank-platform"]
    alerts = {rule["alert"] for rule in groups[0]["rules"]}
    assert "DatabaseDumpOverdue" not in alerts
    assert {"PodsNotReady", "SecretNotSynchronised"} <= alerts


def test_what_a_person_restores_with_stays() -> None:
    release = render("workload", workload(stopped(stack("prod"), toolbox=True)))
    assert at(release.one("Deployment", "toolbox"), "spec.replicas") == 1
    assert release.of_kind("TargetGroupBinding")


@pytest.mark.requirement("OB-114")
def test_started_again_it_runs_at_its_least_and_counts_once_the_load_balancer_finds_it_healthy() -> None:
    release = render("workload", {**workload(stopped(stack("prod"))), "stopped": False})
    scaler = release.one("HorizontalPodAutoscaler", "api-server-hpa")
    assert at(scaler, "spec.minReplicas") == 3
    assert at(scaler, "spec.scaleTargetRef.name") == "api-server"
    container = at(release.one("Deployment", "api-server"), "spec.template.spec.containers[0]")
    assert container["readinessProbe"]["httpGet"]["path"] == "/api/v1/ping"
    assert at(release.one("TargetGroupBinding", "api-server-http"), "spec.serviceRef.name") == "api-server"
    labels = at(rendered("foundation", "prod").one("Namespace", "openibank"), "metadata.labels")
    assert labels["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    fixed = {item["metadata"]["name"]: item["spec"].get("replicas") for item in release.of_kind("Deployment")}
    # Where an autoscaler decides, no figure is stated: Kubernetes makes one pod, and the autoscaler its least at once.
    beside = {DATABASE_METRICS: 1, CACHE_METRICS: 1}
    assert fixed == {"api-server": None, "resonancex": 2, "playground": None, **beside}
