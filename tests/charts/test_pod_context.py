"""Volumes, placement, quality of service, Jobs: what a product may ask for, on the objects that helm renders."""

import dataclasses
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.checked import refuse_unbuildable
from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings import PlatformSettings
from settings.arithmetic.budgets import database_connections, pooler_clients
from settings.diagnostics import SettingsError
from settings.load import load
from tests.charts.rendering import KUBERNETES, ROOT, Rendered, at, foundation, render, run, workload
from tests.charts.service_layer import release, settings, wiring

_POD = "spec.template.spec"


def _changed(folder: Path, **changes: Any) -> PlatformSettings:
    """Service Layer with these keys of its service, and one Job of each kind."""
    product = cast("dict[str, Any]", yaml.safe_load((ROOT / "workloads" / "service-layer.yaml").read_text()))
    product["services"]["service-layer"].update(changes)
    product["jobs"]["report"] = {
        "service": "service-layer",
        "schedule": "30 4 * * 1",
        "command": ["./bin/report"],
        "environment": {"PERIOD": "week"},
        "secrets": ["DATABASE_URL"],
        "uses": ["pooler"],
        "deadline_seconds": 900,
        "retries": 0,
    }
    (folder / "service-layer.yaml").write_text(yaml.safe_dump(product))
    stack = cast("dict[str, Any]", yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text()))["config"]
    keys = {key.split(":", 1)[1]: value for key, value in stack.items()}
    return load("prod", {**keys, "workload": "service-layer"}, folder)


def _release(folder: Path, **changes: Any) -> Rendered:
    return render("workload", workload(_changed(folder, **changes), wiring()))


def _fits(item: Any) -> None:
    validator = schema.built_in(KUBERNETES, item["apiVersion"], item["kind"]) or definitions.validator(
        item["apiVersion"], item["kind"]
    )
    assert validator is not None, f"{item['apiVersion']} {item['kind']} has no schema"
    assert [str(each) for each in schema.diagnostics(KubernetesObject(item, "service-layer"), validator)] == []


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("chart", ["foundation", "workload"])
def test_every_object_fits_its_schema(chart: str, stack: str) -> None:
    for item in release(chart, stack).objects:
        _fits(dict(item))
    given = (foundation if chart == "foundation" else workload)(settings(stack), wiring(stack))
    assert run(chart, given, "lint").returncode == 0


def test_every_object_fits_its_schema_with_every_feature_used(tmp_path: Path) -> None:
    made = _release(
        tmp_path,
        replicas={"minimum": 1, "maximum": 1},
        scaling=None,
        volumes={"/data/snapshots": {"kind": "persistent", "size": "20Gi"}, "/var/log/service-layer": {}},
        placement={"zones": "preferred", "nodes": "required", "near": "service-layer", "priority": "background"},
    )
    for item in made.objects:
        _fits(dict(item))


@pytest.mark.requirement("AT-15")
def test_requests_equal_to_limits_make_every_container_guaranteed(tmp_path: Path) -> None:
    figures = {"cpu": "2", "memory": "4Gi"}
    made = _release(tmp_path, resources={"requests": figures, "limits": figures}, quality_of_service="guaranteed")
    pod = at(made.one("Deployment", "service-layer"), _POD)
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["resources"]["requests"] == container["resources"]["limits"], container["name"]


def test_a_persistent_volume_outlives_the_release_and_has_one_holder_at_a_time(tmp_path: Path) -> None:
    volumes = {"/data/snapshots": {"kind": "persistent", "size": "20Gi"}, "/var/log/service-layer": {}}
    made = _release(tmp_path, replicas={"minimum": 1, "maximum": 1}, scaling=None, volumes=volumes)
    claim = made.one("PersistentVolumeClaim", "service-layer-0")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"
    deployment = made.one("Deployment", "service-layer")
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    assert at(deployment, f"{_POD}.volumes[name=volume-0].persistentVolumeClaim.claimName") == "service-layer-0"
    # A restore test must not even see it.
    test = at(made.one("CronJob", "restore-test"), "spec.jobTemplate.spec.template.spec.volumes[name=volume-0]")
    assert test["ephemeral"]["volumeClaimTemplate"]["spec"]["resources"] == {"requests": {"storage": "20Gi"}}


def test_placement_is_what_the_product_says(tmp_path: Path) -> None:
    placement = {"zones": "preferred", "nodes": "required", "near": "service-layer", "priority": "platform"}
    pod = at(_release(tmp_path, placement=placement).one("Deployment", "service-layer"), _POD)
    assert pod["topologySpreadConstraints"][0]["whenUnsatisfiable"] == "ScheduleAnyway"
    (apart,) = at(pod, "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution")
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    (near,) = at(pod, "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution")
    assert at(near, "podAffinityTerm.labelSelector.matchLabels") == {"app": "service-layer"}
    assert pod["priorityClassName"] == "platform"


def test_a_pod_answers_on_for_the_time_the_product_says(tmp_path: Path) -> None:
    made = _release(tmp_path, drain_seconds=40, termination_grace_seconds=120)
    pod = at(made.one("Deployment", "service-layer"), _POD)
    assert at(pod, "containers[0].lifecycle.preStop.sleep.seconds") == 40
    assert pod["terminationGracePeriodSeconds"] == 160


def test_a_job_with_hours_is_a_cron_job_with_its_own_way_out(tmp_path: Path) -> None:
    made = _release(tmp_path)
    job = made.one("CronJob", "report")
    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("30 4 * * 1", "Etc/UTC")
    spec = at(job, "spec.jobTemplate.spec")
    assert (spec["activeDeadlineSeconds"], spec["backoffLimit"]) == (900, 0)
    container = at(spec, "template.spec.containers[0]")
    assert container["image"] == at(made.one("Deployment", "service-layer"), f"{_POD}.containers[0].image")
    assert at(container, "env[name=PERIOD].value") == "week"
    assert at(container, "env[name=DATABASE_URL].valueFrom.secretKeyRef.name") == "service-layer-secrets"
    policy = made.one("NetworkPolicy", "report-policy")["spec"]
    assert policy["egress"] == made.one("NetworkPolicy", "service-layer-policy")["spec"]["egress"][:1]
    ways_in = made.one("NetworkPolicy", "pgbouncer-policy")["spec"]["ingress"]
    assert {"podSelector": {"matchLabels": {"app": "report"}}} in [rule["from"][0] for rule in ways_in]
    assert "report" in made.names("ServiceAccount")


def test_the_quota_grows_with_the_pooler_the_log_readers_and_the_jobs(tmp_path: Path) -> None:
    stated = _changed(tmp_path)
    quota = cast("dict[str, Any]", foundation(stated, wiring())["quota"])
    # 6 platform Jobs' pods, 10 + 1 of the service, 2 + 1 of the pooler, 2 Jobs, the smoke Job and the restore test,
    # whose pod holds a server and the service; the probe and an exporter, each with the one that follows it.
    assert quota["pods"] == 6 + 11 + 3 + 2 + 2 + 4
    assert quota["cpu"] == f"{2000 + 11 * (1000 + 25) + 3 * (250 + 50) + 50 + 250 + 50 + (500 + 1000) + 4 * 20}m"


@pytest.mark.requirement("SL-D03")
def test_the_budget_counts_the_poolers_connections_and_not_its_clients() -> None:
    budget = database_connections(settings("prod"))
    assert budget is not None
    (row,) = budget.rows
    assert (row.service, row.at_maximum, row.in_rollout) == ("pooler", 20 * 2, 20 * 3)
    assert pooler_clients(settings("prod")) == 20 * (10 + 3)
    refuse_unbuildable(settings("prod"))


def test_more_clients_than_a_pooler_takes_are_refused_with_the_sum(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 1300"):
        refuse_unbuildable(_changed(tmp_path, database_pool=100))


def test_a_pooler_in_a_region_without_known_authorities_is_refused() -> None:
    stated = settings("prod")
    moved = stated.model_copy(update={"stack": stated.stack.model_copy(update={"region": "il-central-1"})})
    with pytest.raises(SettingsError, match=r"rds-ca/il-central-1\.pem"):
        refuse_unbuildable(moved)


def test_the_chart_refuses_such_a_region_too() -> None:
    values = workload(settings("prod"), wiring())
    values["pooler"] = {**cast("dict[str, Any]", values["pooler"]), "regions": ["us-east-1", "il-central-1"]}
    answer = run("workload", values)
    assert answer.returncode != 0
    assert "no certificate authorities of RDS for il-central-1" in answer.stderr


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("pooler", "pool"), 0),
        (("pooler", "port"), 70000),
        (("jobs", "rollout-check", "retries"), -1),
        (("jobs", "rollout-check", "cron"), "0 0 * * *"),
        (("services", "service-layer", "placement"), {"priority": "high"}),
        (("services", "service-layer", "volumes"), [{"path": "/data", "kind": "nfs", "size": "1Gi"}]),
        (("services", "service-layer", "config"), {"path": "configs", "files": {"a": ""}}),
    ],
)
def test_the_chart_refuses(place: tuple[str, ...], value: object) -> None:
    values: Any = workload(settings("prod"), wiring())
    here = values
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    answer = run("workload", values)
    assert answer.returncode != 0
    assert place[-1] in answer.stderr


def test_a_product_without_a_pooler_has_none_of_it(tmp_path: Path) -> None:
    stated = _changed(tmp_path)
    needs = stated.workload.database
    assert needs is not None
    services = {
        name: each.model_copy(update={"uses": ("database",)}) for name, each in stated.workload.services.items()
    }
    secrets = {key: each for key, each in stated.workload.secrets.items() if key != "DATABASE_URL"}
    plain = stated.workload.model_copy(
        update={
            "database": needs.model_copy(update={"pooler": None}),
            "services": {
                name: each.model_copy(update={"secrets": tuple(key for key in each.secrets if key in secrets)})
                for name, each in services.items()
            },
            "secrets": secrets,
            "jobs": {},
        }
    )
    made = workload(stated.model_copy(update={"workload": plain}), dataclasses.replace(wiring()))
    assert not {"pooler", "jobs"} & set(made)
