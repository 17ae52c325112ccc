"""A product's own jobs on ECS: by the clock, after a rollout, for no longer than they may take."""

import subprocess
from functools import cache
from pathlib import Path
from time import monotonic

import pytest
import yaml
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.arithmetic.schedules import cron_expression
from settings.arithmetic.tasks import product_job_names
from settings.load import load
from settings.raw import Raw
from tests.components.recording import Recorder, build
from tests.components.runtimes.ecs.products import ROOT, TASK, containers, service_layer, settings

_SCHEDULE = "aws:scheduler/schedule:Schedule"
_RULE = "aws:cloudwatch/eventRule:EventRule"
_TARGET = "aws:cloudwatch/eventTarget:EventTarget"


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Recorder[Platform]:
    """The waiver exchange with two jobs of its own."""
    given = _with_jobs(tmp_path_factory.mktemp("workloads"))
    return build(lambda: Platform("platform", given, Output.secret({})))


def _with_jobs(folder: Path) -> PlatformSettings:
    product = yaml.safe_load((ROOT / "workloads" / "waiver-exchange.yaml").read_text())
    product["jobs"] = {
        "settle": {
            "service": "rest",
            "schedule": "30 4 * * 1-5",
            "command": ["settle"],
            "arguments": ["--url", "$(DATABASE_URL)"],
            "secrets": ["DATABASE_URL"],
            "uses": ["database"],
            "egress": [{"name": "prices", "port": 8443, "cidr": "203.0.113.0/24"}],
            "deadline_seconds": 900,
        },
        "warm-up": {"service": "ws", "command": ["warm", "cache"], "uses": ["cache"]},
        "ask": {"service": "ws", "command": ["ask"], "calls": [{"service": "rest", "port": "http"}]},
    }
    (folder / "waiver-exchange.yaml").write_text(yaml.safe_dump(product))
    return load("budget", _stated(), folder)


@cache
def _stated() -> dict[str, Raw]:
    config = yaml.safe_load((ROOT / "Pulumi.budget.yaml").read_text())["config"]
    return {key.split(":", 1)[1]: value for key, value in config.items()}


def test_a_scheduled_job_runs_by_the_clock(recorder: Recorder[Platform]) -> None:
    schedule = recorder.one(_SCHEDULE, "application-settle-schedule").inputs
    assert schedule["scheduleExpression"] == "cron(30 4 ? * 2-6 *)"
    assert schedule["scheduleExpressionTimezone"] == "UTC"
    target = schedule["target"]["ecsParameters"]
    assert "settle" in target["taskDefinitionArn"]
    assert target["launchType"] == "FARGATE"


def test_a_job_without_a_schedule_runs_after_every_rollout_of_its_service(recorder: Recorder[Platform]) -> None:
    rule = recorder.one(_RULE, "application-warm-up-rule")
    pattern = rule.document("eventPattern")
    assert pattern["detail-type"] == ["ECS Deployment State Change"]
    assert pattern["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_COMPLETED"]}
    assert pattern["resources"][0].endswith("/ws")
    target = recorder.one(_TARGET, "application-warm-up-target")
    assert target.inputs["ecsTarget"]["launchType"] == "FARGATE"
    first_rollout = recorder.one("aws:ecs/service:Service", "application-ws-service")
    assert recorder.comes_after(first_rollout, target)


def test_what_starts_a_job_may_start_it_and_nothing_else(recorder: Recorder[Platform]) -> None:
    for job, service in (("settle", "scheduler.amazonaws.com"), ("warm-up", "events.amazonaws.com")):
        role = recorder.named(f"application-{job}-starter")
        (trust,) = role.document("assumeRolePolicy")["Statement"]
        assert trust["Principal"] == {"Service": service}
        assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]
        statements = recorder.named(f"application-{job}-starter-permissions").document("policy")["Statement"]
        allowed = {each["Sid"]: each for each in statements}
        assert set(allowed) == {"RunTask", "TagTask", "PassRoles"}
        assert "*" not in (allowed["RunTask"]["Resource"], *allowed["PassRoles"]["Resource"])


def test_a_job_gets_its_command_secrets_user_and_ways_out(recorder: Recorder[Platform]) -> None:
    main = containers(recorder, "settle")["settle"]
    assert main["command"] == ['exec settle --url "${DATABASE_URL}"']
    assert [each["name"] for each in main["secrets"]] == ["DATABASE_URL"]
    assert main["user"] == "10001"
    rules = recorder.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    ways = {
        (each.inputs["fromPort"], each.inputs["cidrIpv4"])
        for each in rules
        if each.inputs["securityGroupId"] == "application-settle-group-id"
    }
    assert {port for port, _ in ways} == {443, 5432, 8443}
    assert (8443, "203.0.113.0/24") in ways
    other = [each.inputs for each in rules if each.inputs["securityGroupId"] == "application-warm-up-group-id"]
    assert {each["fromPort"] for each in other} == {443, 6379}


def test_a_job_ends_with_its_time(recorder: Recorder[Platform]) -> None:
    tasks = containers(recorder, "settle")
    watchdog = tasks["deadline"]
    assert watchdog["essential"] is True
    assert tasks["settle"]["essential"] is True
    script = watchdog["command"][2]
    assert "sleep 900 " in script
    began = monotonic()
    ended = subprocess.run(["sh", "-c", script.replace("900", "1")], capture_output=True, check=False, timeout=30)
    assert (ended.returncode, monotonic() - began < 20) == (1, True)
    assert b"longer than 1 s" in ended.stderr


def test_the_watchdog_leaves_in_peace_when_the_job_is_done(recorder: Recorder[Platform]) -> None:
    script = containers(recorder, "settle")["deadline"]["command"][2]
    watching = subprocess.Popen(["sh", "-c", script.replace("900", "5")])
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            watching.wait(timeout=1)
        watching.terminate()
        assert watching.wait(timeout=10) == 0
    finally:
        watching.kill()


def test_a_job_that_failed_is_told_of(recorder: Recorder[Platform]) -> None:
    pattern = recorder.one(_RULE, "monitoring-events-job-failed").document("eventPattern")
    detail = pattern["detail"]
    assert (detail["lastStatus"], detail["group"]) == (["STOPPED"], [{"prefix": "family:"}])
    assert detail["$or"][0] == {"containers": {"exitCode": [{"anything-but": 0}]}}
    assert detail["clusterArn"][0]["suffix"].startswith(":cluster/")


def test_a_job_that_names_a_service_is_left_out_and_said_so(recorder: Recorder[Platform]) -> None:
    assert not [each for each in recorder.of_type(TASK) if "application-ask" in each.name]
    assert product_job_names(settings("prod", workload="service-layer", domain="example.com")) == ()
    notes = service_layer().result.foundation.settings.notes
    assert [note for note in notes if note.startswith("jobs.rollout-check:")]


@pytest.mark.parametrize(
    ("cron", "expression"),
    [
        ("0 */6 * * *", "cron(0 */6 * * ? *)"),
        ("15 3 1 * *", "cron(15 3 1 * ? *)"),
        ("0 2 * * 0", "cron(0 2 ? * 1 *)"),
        ("0 2 * * 1,3", "cron(0 2 ? * 2,4 *)"),
        ("0 2 * * 7", "cron(0 2 ? * 1 *)"),
    ],
)
def test_cron_in_the_schedulers_words(cron: str, expression: str) -> None:
    assert cron_expression(cron) == expression


def test_a_line_that_the_scheduler_cannot_express_is_refused() -> None:
    with pytest.raises(ValueError, match="takes one of them"):
        cron_expression("0 2 1 * 1")
