"""A plan of a preview's file: what is told, what is refused, and what is said of bad input."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.permits import Permit
from tests.tools.plan.steps import digest, events, step, urn
from tools.plan import plan
from tools.plan.__main__ import FAILED, FINE, REFUSED, REPLACES, main
from tools.plan.plan import Finding
from tools.plan.preview import read
from tools.plan.words import Kind

DATABASE = "aws:rds/instance:Instance"
BUCKET = "aws:s3/bucket:Bucket"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
TOMORROW = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
SAME = step("same", DATABASE, "database-primary", {"multiAz": True}, {"multiAz": True})


def findings(file: Path) -> list[Finding]:
    return plan.findings(read(file))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: groundwork\nruntime: python\n", "utf-8")
    return stated(tmp_path)


def stated(project: Path, *permits: dict[str, str], environment: str = "production") -> Path:
    config: dict[str, Any] = {"groundwork:environment": environment, "groundwork:workload": "shop"}
    if permits:
        config["groundwork:permits"] = list(permits)
    (project / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": config}), "utf-8")
    return project


def told(project: Path, file: Path, *more: str) -> int:
    return main(["--stack", "prod", "--project", str(project), "--from", str(file), *more])


def renamed(**more: Any) -> dict[str, Any]:
    return step("replace", BUCKET, "uploads", {"bucket": "a"}, {"bucket": "b"}, replaces=("bucket",), **more)


def test_both_forms_of_a_preview_are_read(tmp_path: Path) -> None:
    change = step("update", DATABASE, "database", {"instanceClass": "a"}, {"instanceClass": "b"})
    assert findings(digest(tmp_path, change)) == findings(events(tmp_path, change))
    (found,) = findings(digest(tmp_path, change))
    assert (found.kind, found.what, found.when) == (Kind.RESTART, "instanceClass a → b", "at the maintenance window")


def test_a_change_that_may_wait_happens_now_where_the_resource_says_so(tmp_path: Path) -> None:
    new = {"instanceClass": "b", "applyImmediately": True}
    change = step("update", DATABASE, "database", {"instanceClass": "a", "applyImmediately": True}, new)
    assert [found.when for found in findings(digest(tmp_path, change))] == ["now: applyImmediately"]


def test_a_replacement_is_one_finding_of_its_three_steps(tmp_path: Path) -> None:
    steps = [
        {**renamed(), "op": "create-replacement"},
        renamed(),
        step("delete-replaced", BUCKET, "uploads", {"bucket": "a"}),
    ]
    (found,) = findings(events(tmp_path, *steps))
    assert (found.kind, found.what) == (Kind.LOSES_DATA, "replaced: bucket a → b")


def test_a_replacement_is_folded_whatever_its_values_are(tmp_path: Path) -> None:
    """A database that is renamed replaces its restore point, whose tags and snapshot settings are lists and objects."""
    old, new = {"overrides": {"a": [1]}}, {"overrides": {"a": [2]}}
    ops = ("create-replacement", "replace", "delete-replaced")
    steps = [step(op, BUCKET, "uploads", old, new, replaces=("overrides",)) for op in ops]
    (found,) = findings(events(tmp_path, *steps))
    assert (found.kind, found.what) == (Kind.LOSES_DATA, "replaced: overrides")


def test_a_parameter_is_judged_by_its_name(tmp_path: Path) -> None:
    old = [{"name": "work_mem", "value": "4096"}, {"name": "shared_buffers", "value": "1"}]
    new = [{"name": "shared_buffers", "value": "2"}, {"name": "work_mem", "value": "8192"}]
    group = "aws:rds/parameterGroup:ParameterGroup"
    found = findings(digest(tmp_path, step("update", group, "one", {"parameters": old}, {"parameters": new})))
    assert [(each.what, each.kind, each.when) for each in found] == [
        ("parameters.shared_buffers 1 → 2", Kind.RESTART, "at the next reboot"),
        ("parameters.work_mem 4096 → 8192", Kind.NOTHING, "now"),
    ]


def test_a_copy_goes_without_a_loss(tmp_path: Path) -> None:
    replica = step("delete", DATABASE, "database-replica-1", {"replicateSourceDb": "a"})
    primary = step("delete", DATABASE, "database-primary", {})
    assert [each.kind for each in findings(digest(tmp_path, replica, primary))] == [Kind.LOSES_DATA, Kind.REPLACES]


def test_what_stays_in_the_account_is_not_lost(tmp_path: Path) -> None:
    (found,) = findings(digest(tmp_path, step("delete", BUCKET, "uploads", {}, retainOnDelete=True)))
    assert (found.kind, found.also, found.takes) == (Kind.NOTHING, plan.KEPT, "")


def test_a_value_that_is_secret_is_never_shown(tmp_path: Path) -> None:
    (found,) = findings(
        digest(tmp_path, step("update", DATABASE, "database", {"password": "[secret]"}, {"password": "other"}))
    )
    assert found.what == "password"


def test_a_drawn_value_is_another_by_its_generation_and_lost_where_it_goes(tmp_path: Path) -> None:
    """Raising `generation` asks for it, and the secret keeps the value before; without the resource nobody has one."""
    drawn, old, new = "random:index/randomBytes:RandomBytes", {"keepers": "1"}, {"keepers": "2"}
    (found,) = findings(digest(tmp_path, step("replace", drawn, "key", old, new, replaces=("keepers",))))
    assert (found.kind, found.refused) == (Kind.REPLACES, False)
    (found,) = findings(digest(tmp_path, step("delete", drawn, "key", old)))
    assert (found.kind, found.refused) == (Kind.LOSES_DATA, True)


def test_an_unknown_type_is_told_as_unknown(tmp_path: Path) -> None:
    (found,) = findings(digest(tmp_path, step("update", "aws:mq/broker:Broker", "bus", {"a": 1}, {"a": 2})))
    assert (found.kind, found.takes) == (Kind.RESTART, "not known: no table speaks of this type")


def test_nothing_to_change_is_fine(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(project, digest(tmp_path, SAME)) == FINE
    assert capsys.readouterr().out == "plan of prod: nothing changes\n"


def test_what_holds_nothing_is_replaced_without_a_word(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change = step("replace", GROUP, "pods", {"name": "a"}, {"name": "b"}, replaces=("name",))
    assert told(project, digest(tmp_path, SAME, change)) == REPLACES
    assert capsys.readouterr().out.startswith("plan of prod: 1 replaces\n")


def test_a_loss_without_a_word_for_it_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(project, digest(tmp_path, SAME, renamed())) == REFUSED
    said = capsys.readouterr()
    assert said.out.startswith("plan of prod: 1 loses data; 1 refused\n")
    assert "permits: [{change: replace, of: uploads, until: <day>, why: <reason>}]" in said.err


@pytest.mark.parametrize("name", ["uploads", f"{BUCKET} uploads"])
def test_a_word_that_names_the_resource_permits_it(project: Path, tmp_path: Path, name: str) -> None:
    stated(project, {"change": "replace", "of": name, "until": TOMORROW, "why": "another bucket"})
    assert told(project, digest(tmp_path, SAME, renamed())) == REPLACES


def test_a_word_for_another_resource_permits_nothing(project: Path, tmp_path: Path) -> None:
    stated(project, {"change": "replace", "of": "database-primary", "until": TOMORROW, "why": "another bucket"})
    assert told(project, digest(tmp_path, SAME, renamed())) == REFUSED


@pytest.mark.parametrize(("of", "code"), [("buckets.uploads", REPLACES), ("buckets.others", REFUSED)])
def test_a_permit_to_retire_covers_what_it_names(project: Path, tmp_path: Path, of: str, code: int) -> None:
    stated(project, {"change": "retire", "of": of, "until": TOMORROW})
    change = step("replace", BUCKET, "bucket-uploads-bucket", {"bucket": "a"}, {"bucket": "b"}, replaces=("bucket",))
    assert told(project, digest(tmp_path, SAME, change)) == code


def test_a_stack_that_protects_nothing_needs_no_word(project: Path, tmp_path: Path) -> None:
    stated(project, environment="dev")
    assert told(project, digest(tmp_path, SAME, renamed())) == REPLACES


def test_what_cannot_be_done_no_word_permits(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stated(project, {"change": "replace", "of": "database", "until": TOMORROW, "why": "it is far too large for us"})
    change = step("update", DATABASE, "database", {"allocatedStorage": 200}, {"allocatedStorage": 100})
    assert told(project, digest(tmp_path, SAME, change)) == REFUSED
    assert "not possible: aws:rds/instance:Instance database: allocatedStorage 200 → 100" in capsys.readouterr().err


def test_what_the_engine_protects_is_refused_with_the_way(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f'resource "{urn(BUCKET, "uploads")}" cannot be deleted\nbecause it is protected.'
    diagnostic = {"urn": urn(BUCKET, "uploads"), "message": said, "severity": "error"}
    file = digest(tmp_path, SAME, step("delete", BUCKET, "uploads", {}, protect=True), diagnostics=[diagnostic])
    assert told(project, file) == REFUSED
    assert "protected in the last state; bring the stack `up` with a permit" in capsys.readouterr().err


def test_other_forms_say_the_same(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = digest(tmp_path, SAME, renamed())
    assert told(project, file, "--markdown") == REFUSED
    markdown = capsys.readouterr().out.splitlines()
    assert markdown[0] == "### plan of prod: 1 loses data; 1 refused"
    assert "| uploads (s3 Bucket) | replaced: bucket a → b | loses data (refused) |" in markdown[-1]
    assert told(project, file, "--json") == REFUSED
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["kind"], found["refused"], found["holds"]) == ("loses data", True, "every object of the bucket")


def test_what_nobody_sees_of_many_resources_is_one_line(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = "aws:cloudwatch/metricAlarm:MetricAlarm"
    many = [step("update", alarm, f"alarm-{n}", {"threshold": 1}, {"threshold": n}) for n in range(2, 12)]
    assert told(project, digest(tmp_path, SAME, *many), "--markdown") == FINE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### plan of prod: 10 nothing visible"
    assert lines[-1].startswith("| alarm-10 and 9 more (cloudwatch MetricAlarm) | threshold |")


BAD_PERMISSIONS = [
    (
        {"change": "replace", "of": "uploads", "until": "2026-01-01", "why": "another bucket"},
        "permits[0].until: the permit to replace uploads expired on 2026-01-01",
    ),
    (
        {"change": "replace", "of": "uplaods", "until": TOMORROW, "why": "another bucket"},
        "permits[0].of: 'uplaods' names no resource of the stack; did you mean 'uploads'?",
    ),
    (
        {"change": "replace", "of": "twice", "until": TOMORROW, "why": "another bucket"},
        "permits[0].of: 'twice' names 2 resources; write one of: aws:ec2/securityGroup:SecurityGroup ",
    ),
    (
        {"change": "replace", "of": "uploads", "until": "24.12.2026", "why": "another bucket"},
        "Pulumi.prod.yaml: permits[0].until: a day as year-month-day, in quotes; write it like",
    ),
]


@pytest.mark.parametrize(("permission", "line"), BAD_PERMISSIONS, ids=["expired", "no resource", "several", "no day"])
def test_a_permission_that_cannot_hold_is_one_clear_line(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], permission: dict[str, str], line: str
) -> None:
    stated(project, permission)
    twice = [step("same", type, "twice") for type in (BUCKET, GROUP)]
    assert told(project, digest(tmp_path, SAME, renamed(), *twice)) == FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert [each for each in said.err.splitlines() if each.startswith("error: ")] == [
        each for each in said.err.splitlines() if each.startswith(f"error: {line}")
    ]
    assert f"error: {line}" in said.err


NO_PREVIEWS = [
    ("", "is no preview of the engine"),
    ("{}", "is no preview of the engine"),
    ("[1, 2]", "is no preview of the engine"),
    ("Previewing update (prod)", "is no preview of the engine"),
    ('{"steps": [{"op": "update"}]}', "is no preview of the engine"),
    ('{"sequence":0,"timestamp":0,"resourcePreEvent":{"metadata":{}}}', "is no preview of the engine"),
]


@pytest.mark.parametrize(("text", "line"), NO_PREVIEWS)
def test_a_file_that_is_no_preview_is_one_clear_line(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    file = tmp_path / "preview.json"
    file.write_text(text, "utf-8")
    assert told(project, file) == FAILED
    (said,) = capsys.readouterr().err.splitlines()
    assert said == f"error: {file} {line}; `pulumi preview --json > FILE` writes one"


def test_a_file_that_is_not_there_is_one_clear_line(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(project, tmp_path / "gone.json") == FAILED
    assert "gone.json: No such file or directory; `pulumi preview" in capsys.readouterr().err


def test_events_that_break_off_are_no_preview(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(project, events(tmp_path, SAME, whole=False)) == FAILED
    assert "is no preview of the engine" in capsys.readouterr().err


def test_a_preview_that_failed_says_why(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = digest(tmp_path, SAME, diagnostics=[{"message": "no credentials\n", "severity": "error"}])
    assert told(project, file) == FAILED
    assert capsys.readouterr().err.splitlines()[0] == "error: the preview failed: no credentials"


def test_a_permission_holds_through_its_last_day() -> None:
    permit = Permit(change="replace", of="uploads", until="2026-12-24", why="moved to another bucket")
    assert permit.on(date(2026, 12, 24))
    assert not permit.on(date(2026, 12, 25))
