"""The table of recoveries: every failure, the sum of its terms, and whether the product's objectives are kept."""

import json

import pytest

from tools.recovery import duration, main

_FAILURES = {"zone", "instance", "bad_migration", "deleted_data", "region", "account_key"}


def test_json_holds_every_failure_with_its_terms_and_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--workload", "gridtokenx", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {line["failure"] for line in lines} == _FAILURES
    assert {line["store"] for line in lines} == {"database", "cache"}
    for line in lines:
        steps, loss = line["by"]["steps"], line["by"]["loss"]
        assert line["down_seconds"] == (None if steps is None else sum(step["seconds"] for step in steps))
        assert line["loss_seconds"] == (None if loss is None else loss["seconds"])
        assert all(step["source"] or step["assumed"] or "alarm" in step["what"] for step in steps or ())


def test_the_table_names_what_is_missed_why_that_is_accepted_and_what_is_assumed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--stack", "prod", "--workload", "gridtokenx"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "gridtokenx-prod: recovery" in shown
    assert "missed, accepted: A restore of 500 GB" in shown
    assert "* 500 GiB are read at 100 MiB/s: 86 min, an assumption (https://docs.aws.amazon.com/ebs/" in shown


def test_a_product_without_objectives_gets_the_same_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--workload", "openibank", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {line["verdict"] for line in lines} == {"no objective"}
    assert {line["failure"] for line in lines} == _FAILURES


def test_a_stack_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prdo"]) == 1
    assert "Pulumi.prdo.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (90, "90 s"), (120, "2 min"), (121, "3 min"), (3600, "1 h"), (90_000, "25 h"), (None, "never")],
)
def test_a_duration_is_written_as_it_is_said(seconds: int | None, written: str) -> None:
    assert duration(seconds, "never") == written
