"""The runbook of one failure: the objectives, and commands that name what this very stack has."""

import re
import subprocess
from pathlib import Path

import pytest

from settings.raw import Raw
from settings.workload.recovery import FAILURES
from tests.components.regions import PRIMARY, STAND_BY, TAKER, settings
from tests.products.proof import DATABASE, inputs
from tools.runbook import main, runbook

_PRODUCTS = ("openibank", "service-layer", "gridtokenx", "waiver-exchange", "ai-trading")
_STAND_IN = """#!/bin/sh
echo "aws $*" >> "$TYPED"
case "$*" in *describe-db-instances*) echo "of-the-primary" ;; esac
"""


def _page(product: str, failure: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--stack", "prod", "--workload", product, "--failure", failure]) == 0
    return capsys.readouterr().out


def _blocks(page: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


@pytest.mark.requirement("GX-178")
def test_the_recovery_plan_is_written_down_with_its_objectives_and_steps(capsys: pytest.CaptureFixture[str]) -> None:
    page = _page("gridtokenx", "bad_migration", capsys)
    assert page.startswith("# gridtokenx-prod: a migration or a release wrote wrong data\n")
    assert "| Store | Comes back by | Data lost | Downtime | RPO | RTO | |" in page
    assert "| 5 min | 121 min | 1 h | 15 min | missed, accepted:" in page
    steps = ["## Tell", "## 1. Stop", "## 2A. Point", "## 3. Start", "## 4. Let traffic"]
    assert sorted(steps, key=page.index) == steps
    assert "A=api-gateway; T=8080; H=/api/health; W=api." in page


@pytest.mark.requirement("GX-178")
def test_what_is_typed_restores_this_stacks_own_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = _page("gridtokenx", "bad_migration", capsys)
    (tmp_path / "aws").write_text(_STAND_IN)
    (tmp_path / "aws").chmod(0o755)
    (restore,) = (block for block in _blocks(page) if "restore-db-instance-to-point-in-time" in block)
    typed = restore.replace("<YYYY-MM-DDThh:mm:ssZ>", "2026-11-30T12:00:00Z")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TYPED": str(tmp_path / "typed")}
    subprocess.run(["bash", "-euc", typed], env=environment, check=True, timeout=60)
    said = (tmp_path / "typed").read_text()
    primary = inputs("gridtokenx", DATABASE, "database-primary")["identifier"]
    assert f"--source-db-instance-identifier {primary} --target-db-instance-identifier gridtokenx-prod-restored" in said
    assert "wait db-instance-available --db-instance-identifier gridtokenx-prod-restored" in said


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("product", _PRODUCTS)
def test_every_product_has_a_page_for_every_failure_with_its_own_names(
    product: str, failure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = _page(product, failure, capsys)
    assert f"S=prod; P={product}; N=" in page
    assert "$P-$S" not in page
    assert "<prefix>" not in page
    assert product == "openibank" or "P=openibank" not in page
    for block in _blocks(page):
        answer = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False, timeout=60)
        assert answer.returncode == 0, answer.stderr


def test_a_region_that_stands_by_takes_over_by_its_own_document() -> None:
    page = runbook(settings(TAKER, STAND_BY), "region")
    assert "--document-name ai-trading-prod-eu-west-1-takeover" in page
    assert "## Afterwards" in page


def test_a_lost_regions_backups_are_restored_from_their_copies_by_the_stacks_own_names() -> None:
    changes: dict[str, Raw] = {"backup": {"copy_region": "eu-west-1"}, "ingress": {"routing": None}}
    page = runbook(settings(PRIMARY, STAND_BY, **changes), "region")
    assert "R=eu-west-1; E=prod-eu-west-1" in page
    assert "--db-instance-identifier ai-trading-prod-primary" in page
    assert "--prefix ai-trading-prod-copies-" in page
    steps = ["## Tell", "## What is there", "## Bring another stack up", "## Restore the database", "## Send everybody"]
    assert sorted(steps, key=page.index) == steps
    for block in (each for each in _blocks(page) if "groundwork:region" not in each):
        answer = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False, timeout=60)
        assert answer.returncode == 0, answer.stderr


def test_an_unknown_failure_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--stack", "prod", "--failure", "flood"])
    assert "bad_migration" in capsys.readouterr().err
