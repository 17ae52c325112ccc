"""Every kind of mistake in the two files is refused with its place, the value, what is allowed and how to fix it."""

from pathlib import Path

import pytest

from settings.diagnostics import shown
from tests.settings.bad_input import (
    in_api_access,
    in_aws_callers,
    in_buckets,
    in_data,
    in_environments,
    in_existing,
    in_firewall,
    in_folders,
    in_ingress,
    in_literals,
    in_objectives,
    in_peers,
    in_pods,
    in_protocols,
    in_queues,
    in_ranges,
    in_recovery,
    in_running,
    in_secrets,
    in_sign_on,
    in_stack,
    in_tables,
    in_tcp,
    in_texts,
    in_verification,
    in_workload,
    in_zones,
)
from tests.settings.bad_input.case import Case
from tests.settings.product import files, with_change

CASES = (
    *in_api_access.CASES,
    *in_aws_callers.CASES,
    *in_buckets.CASES,
    *in_stack.CASES,
    *in_tables.CASES,
    *in_workload.CASES,
    *in_peers.CASES,
    *in_pods.CASES,
    *in_objectives.CASES,
    *in_queues.CASES,
    *in_data.CASES,
    *in_environments.CASES,
    *in_existing.CASES,
    *in_firewall.CASES,
    *in_folders.CASES,
    *in_ingress.CASES,
    *in_literals.CASES,
    *in_protocols.CASES,
    *in_ranges.CASES,
    *in_recovery.CASES,
    *in_running.CASES,
    *in_secrets.CASES,
    *in_tcp.CASES,
    *in_texts.CASES,
    *in_sign_on.CASES,
    *in_verification.CASES,
    *in_zones.CASES,
)


def test_the_files_are_valid_before_they_are_broken(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    assert stated.load().prefix == "shop-prod"


def test_the_table_holds_many_different_cases() -> None:
    assert len({(case.file, case.path, str(case.value), str(case.also)) for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[pytest.mark.requirement(number) for number in case.requirements])
        for case in CASES
    ],
)
def test_a_mistake_is_told_so_that_it_can_be_fixed(case: Case, tmp_path: Path) -> None:
    stated = files(tmp_path)
    broken = stated.stack if case.file == "stack" else stated.workload
    for path, value in {**case.also, case.path: case.value}.items():
        broken = with_change(broken, path, value)
    if case.file == "stack":
        stated.stack = broken
    else:
        stated.workload = broken
    stated.write()

    error = stated.refused()

    told = str(error)
    assert [diagnostic.setting for diagnostic in error.diagnostics] == [case.place], told
    (diagnostic,) = error.diagnostics
    assert diagnostic.file == ("Pulumi.prod.yaml" if case.file == "stack" else "workloads/shop.yaml")
    assert diagnostic.line is not None
    assert case.allowed in diagnostic.allowed, told
    assert case.fix in diagnostic.fix, told
    assert case.given in shown(diagnostic.given), told
    assert "hunter2" not in told
    for line in ("given", "allowed", "fix"):
        assert f"      {line}" in told
