"""The restore test's Job as helm renders it: when it runs, what it runs, what it reaches, and who is told."""

import json
from typing import Any

import pytest

from components.product.proof_rules import proof_alerts
from components.runtimes.kubernetes.values import workload_values
from tests.charts import service_layer, waiver_exchange
from tests.charts.rendering import Rendered, at, render

_POD = "spec.jobTemplate.spec.template.spec"
_SCRATCH = "postgres://serviceuser:unused@127.0.0.1:5432/service_layer?sslmode=disable"


def _pod(release: Rendered) -> Any:
    return at(release.one("CronJob", "restore-test"), _POD)


def _variables(container: Any) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["env"] if "value" in each}


@pytest.fixture(scope="module")
def weekly() -> Rendered:
    return service_layer.release("workload")


@pytest.mark.requirement("SL-119")
def test_every_week_the_dump_is_fetched_restored_migrated_served_and_asked(weekly: Rendered) -> None:
    job = weekly.one("CronJob", "restore-test")["spec"]
    assert (job["schedule"], job["timeZone"]) == ("0 4 * * 0", "Etc/UTC")
    pod = _pod(weekly)
    steps = [container["name"] for container in pod["initContainers"]]
    assert steps == ["fetch", "scratch-server", "restore", "migrate", "service-layer"]
    # The two that go on beside the others.
    stay = [each["name"] for each in pod["initContainers"] if each.get("restartPolicy") == "Always"]
    assert stay == ["scratch-server", "service-layer"]
    assert [container["name"] for container in pod["containers"]] == ["readiness"]
    checks = json.loads(weekly.one("ConfigMap", "restore-test")["data"]["checks.json"])["checks"]
    # SL-N26: the throw-away instance is asked, not the one that serves.
    assert [(check["kind"], check["url"]) for check in checks] == [("http", "http://127.0.0.1:8080/readyz")]


@pytest.mark.requirement("SL-119")
def test_it_migrates_and_serves_with_the_products_own_image_and_the_scratch_database(weekly: Rendered) -> None:
    steps = {container["name"]: container for container in _pod(weekly)["initContainers"]}
    live = at(weekly.one("Deployment", "service-layer"), "spec.template.spec.containers[0]")
    migration = at(weekly.one("Job", "migration"), "spec.template.spec.containers[0]")
    for step, real in (("migrate", migration), ("service-layer", live)):
        assert steps[step]["image"] == real["image"]
        assert steps[step].get("command") == real.get("command")
    assert _variables(steps["migrate"]) == {"DATABASE_DIRECT_URL": _SCRATCH}
    served = _variables(steps["service-layer"])
    assert served.pop("DATABASE_URL") == _SCRATCH
    assert served == _variables(live)
    assert steps["service-layer"]["resources"] == live["resources"]
    # No value anywhere leads to the database that serves.
    assert service_layer.WRITER not in json.dumps(_pod(weekly))
    assert steps["restore"]["image"] == steps["scratch-server"]["image"]
    assert steps["restore"]["image"].rpartition(":")[2].startswith("15.")


def test_what_every_service_is_configured_with_reaches_the_throw_away_one_too() -> None:
    settings = service_layer.settings("prod")
    workload = settings.workload.model_copy(update={"environment": {"SHARED": "by all", "LOG_LEVEL": "debug"}})
    changed = settings.model_copy(update={"workload": workload})
    release = render("workload", workload_values(changed, service_layer.wiring()).to_helm())
    served = _variables(_pod(release)["initContainers"][-1])
    # What the service states itself goes before.
    assert (served["SHARED"], served["LOG_LEVEL"]) == ("by all", "info")


@pytest.mark.requirement("SL-119")
def test_what_is_restored_reaches_nothing_but_the_object_store(weekly: Rendered) -> None:
    policy = weekly.one("NetworkPolicy", "restore-test-policy")["spec"]
    assert "ingress" not in policy
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    reached = [
        (peer["ipBlock"]["cidr"], port["port"])
        for flow in policy["egress"] for peer in flow["to"] for port in flow["ports"]
    ]  # fmt: skip
    assert reached == [("169.254.170.23/32", 80), ("52.216.0.0/15", 443), ("3.5.0.0/19", 443)]
    labels = at(weekly.one("CronJob", "restore-test"), "spec.jobTemplate.spec.template.metadata.labels")
    # Not the label by which the platform's Jobs get to the database.
    assert "groundwork/database-client" not in labels
    assert labels["app"] == "restore-test"


@pytest.mark.requirement("SL-119")
def test_both_the_dump_and_the_database_have_room(weekly: Rendered) -> None:
    volumes = {volume["name"]: volume for volume in _pod(weekly)["volumes"]}
    claim = volumes["scratch"]["ephemeral"]["volumeClaimTemplate"]["spec"]
    assert claim["resources"] == {"requests": {"storage": "200Gi"}}
    assert claim["storageClassName"] == "gp3"
    mounted = {mount["name"] for each in _pod(weekly)["initContainers"] for mount in each["volumeMounts"]}
    assert mounted <= set(volumes)


@pytest.mark.requirement("WX-80")
def test_every_month_the_dump_is_restored() -> None:
    release = waiver_exchange.release()
    assert release.one("CronJob", "restore-test")["spec"]["schedule"] == "0 5 1 * *"
    pod = _pod(release)
    assert [container["name"] for container in pod["initContainers"]] == ["fetch", "scratch-server", "restore"]
    assert _variables(pod["initContainers"][0])["OLDEST_HOURS"] == "26"
    assert [container["name"] for container in pod["containers"]] == ["passed"]


def _rule(release: Rendered, name: str) -> Any:
    rules = [rule for item in release.of_kind("PrometheusRule") for group in item["spec"]["groups"]
             for rule in group["rules"]]  # fmt: skip
    (found,) = (rule for rule in rules if rule.get("alert") == name)
    return found


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
def test_a_test_that_fails_or_stops_calls_a_person(weekly: Rendered) -> None:
    # A week and a day; a month and a day. A CronJob that never passed counts from its own beginning.
    for release, product, days in ((weekly, "service-layer", 8), (waiver_exchange.release(), "waiver-exchange", 32)):
        overdue = _rule(release, "RestoreTestOverdue")
        where = f'{{namespace="{product}", cronjob="restore-test"}}'
        since = f"max(kube_cronjob_status_last_successful_time{where}) or max(kube_cronjob_created{where})"
        assert overdue["expr"] == f"time() - ({since}) > {days * 86_400}"
        assert overdue["labels"] == {"severity": "critical"}
        assert f'kube_job_status_failed{{namespace="{product}"}} > 0' in _rule(release, "JobFailed")["expr"]


def test_another_jobs_success_does_not_hide_an_overdue_dump(weekly: Rendered) -> None:
    assert 'cronjob="database-dump"' in _rule(weekly, "DatabaseDumpOverdue")["expr"]


def test_a_product_without_a_test_has_no_alert_of_it() -> None:
    settings = waiver_exchange.waiver_exchange()
    backups = settings.workload.backups.model_copy(update={"restore_test": None})
    without = settings.model_copy(update={"workload": settings.workload.model_copy(update={"backups": backups})})
    assert [alert.name for alert in proof_alerts(settings)] == ["DatabaseDumpOverdue", "RestoreTestOverdue"]
    assert [alert.name for alert in proof_alerts(without)] == ["DatabaseDumpOverdue"]
