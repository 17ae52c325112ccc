"""What AWS supports until when, of the stacks of this project."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509

from settings.arithmetic.support import Supported, supported
from settings.facts.support import AUTHORITIES, LAMBDA, LastDays
from tests.tools.ready.cases import ROOT, stack
from tools.support import by_end, main, state

NAMES = {"RSA2048": "rds-ca-rsa2048-g1", "RSA4096": "rds-ca-rsa4096-g1", "ECC384": "rds-ca-ecc384-g1"}


def item(standard: date | None) -> Supported:
    return Supported(what="x", version="1", setting="", until=LastDays(standard), source="")


def test_a_stack_of_a_product_with_everything_names_everything() -> None:
    settings = stack("prod")
    found = {each.what: each for each in supported(settings.stack, settings.workload)}
    assert set(found) == {
        "Kubernetes on EKS",
        "PostgreSQL on RDS",
        "RDS certificate authority",
        "redis on ElastiCache",
        "Lambda runtime",
    }
    assert found["Kubernetes on EKS"].until.standard == date(2027, 3, 26)
    assert found["PostgreSQL on RDS"].setting == "database.version"


def test_a_stack_of_tasks_has_no_kubernetes() -> None:
    settings = stack("budget")
    assert "Kubernetes on EKS" not in {each.what for each in supported(settings.stack, settings.workload)}


def test_the_last_day_is_a_day_of_support() -> None:
    day = date(2027, 2, 28)
    assert not item(day).ends_within(0, day)
    assert item(day).ends_within(0, date(2027, 3, 1))
    assert not item(day).ends_within(90, date(2026, 11, 30))
    assert item(day).ends_within(90, date(2026, 12, 1))
    assert not item(None).ends_within(90, day)
    assert [state(item(each), day) for each in (day, date(2027, 2, 27), None)] == [
        "in 0 days",
        "ended",
        "no end announced",
    ]


def test_what_ends_first_comes_first() -> None:
    first, last = item(date(2027, 1, 1)), item(date(2028, 1, 1))
    assert by_end([item(None), last, first]) == [first, last, item(None)]


def test_the_command_fails_as_many_days_ahead_as_it_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    ends = date(2027, 3, 26)
    assert main(["--stack", "prod", "--within", "90"], ends - timedelta(days=90)) == 0
    assert main(["--stack", "prod", "--within", "90"], ends - timedelta(days=89)) == 1
    assert "Kubernetes on EKS" in capsys.readouterr().out


def test_the_command_fails_once_something_has_no_support(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--json"], date(2026, 11, 29)) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [each["state"] for each in shown if each["what"] == "Kubernetes on EKS"] == ["in 117 days"]
    assert main(["--stack", "prod"], date(2027, 3, 27)) == 1
    assert "Kubernetes on EKS" in capsys.readouterr().out


def test_authorities_expire_when_their_certificates_do() -> None:
    ends: dict[str, datetime] = {}
    for file in sorted((ROOT / "charts/workload/files/rds-ca").glob("*.pem")):
        for certificate in x509.load_pem_x509_certificates(file.read_bytes()):
            subject = certificate.subject.rfc4514_string()
            name = next((known for mark, known in NAMES.items() if mark in subject), None)
            if name is not None:
                ends[name] = min(ends.get(name, certificate.not_valid_after_utc), certificate.not_valid_after_utc)
    assert {name: end.astimezone(UTC).date() for name, end in ends.items()} == {
        name: days.standard for name, days in AUTHORITIES.items()
    }


def test_every_runtime_of_a_function_has_its_dates() -> None:
    stated = {
        line.split('"')[1]
        for file in (ROOT / "components").rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith('runtime="')
    }
    assert stated
    assert stated <= set(LAMBDA)
