"""What an `up` runs before the product's services: the database's set-up and the migration."""

from functools import cache

import pytest

from components.platform import Platform
from tests.charts.whole_platform import platform, settings
from tests.components.recording import Recorder, Registration

INVOCATION = "aws:lambda/invocation:Invocation"
SERVICE = "aws:ecs/service:Service"


@cache
def graph(workload: str, stack: str) -> Recorder[Platform]:
    return platform(settings(workload, stack, runtime="ecs"))


def _run(recorder: Recorder[Platform], job: str) -> Registration:
    return recorder.one(INVOCATION, f"application-run-{job}")


@pytest.mark.parametrize(("workload", "stack"), [("waiver-exchange", "budget"), ("openibank", "prod")])
def test_every_service_starts_after_the_jobs_have_succeeded(workload: str, stack: str) -> None:
    recorder = graph(workload, stack)
    runs = recorder.of_type(INVOCATION)
    assert runs
    for service in recorder.of_type(SERVICE):
        assert all(recorder.comes_after(service, run) for run in runs)
        assert service.inputs["waitForSteadyState"] is True


def test_the_set_up_comes_before_the_migration_and_after_the_database() -> None:
    recorder = graph("openibank", "prod")
    bootstrap, migration = _run(recorder, "database-bootstrap"), _run(recorder, "migration")
    assert recorder.comes_after(migration, bootstrap)
    for instance in recorder.of_type("aws:rds/instance:Instance"):
        assert recorder.comes_after(bootstrap, instance)
    assert not [each for each in recorder.of_type("aws:scheduler/schedule:Schedule") if "bootstrap" in each.name]


def test_the_set_up_runs_again_for_another_script_image_or_password() -> None:
    recorder = graph("openibank", "prod")
    run = _run(recorder, "database-bootstrap")
    role = recorder.one("aws:secretsmanager/secretVersion:SecretVersion", "secrets-database-role-version")
    task = recorder.named("application-database-bootstrap-task")
    assert {role.urn, task.urn} <= run.property_dependencies["triggers"]
    assert set(run.inputs["triggers"]) == {"task", "password"}
    migration = recorder.named("application-migration-task")
    assert migration.urn in _run(recorder, "migration").property_dependencies["triggers"]


def test_it_may_start_these_jobs_in_this_cluster_and_nothing_else() -> None:
    recorder = graph("openibank", "prod")
    statements = recorder.named("application-run-permissions").document("policy")["Statement"]
    allowed = {each["Sid"]: each for each in statements}
    assert [arn.rpartition("/")[2] for arn in allowed["RunJobs"]["Resource"]] == [
        "openibank-prod-database-bootstrap:*",
        "openibank-prod-migration:*",
    ]
    assert "ecs:cluster" in allowed["RunJobs"]["Condition"]["ArnEquals"]
    assert "ecs:cluster" in allowed["FindTasks"]["Condition"]["ArnEquals"]
    assert allowed["PassRoles"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert len(allowed["PassRoles"]["Resource"]) == 4
    assert recorder.comes_after(_run(recorder, "migration"), recorder.named("application-run-permissions"))


def test_a_stopped_product_runs_nothing() -> None:
    recorder = platform(settings("waiver-exchange", "budget", application={"stopped": True}))
    assert recorder.of_type(INVOCATION) == []
