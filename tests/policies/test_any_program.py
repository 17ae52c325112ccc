"""The pack on its own, beside programs that are not this project's, on the real engine."""

from pathlib import Path
from typing import Any

import pytest

from tests.policies.strangers import SERVER, SITE, WORKER, stranger

pytestmark = pytest.mark.engine

_CLOSED = SITE.replace(', acl="public-read"', "").replace("aws.s3.BucketWebsite", "# aws.s3.BucketWebsite")
_ADVISED = (
    "bucket-has-policy: advisory, bucket-encrypted: advisory, bucket-has-lifecycle: advisory, tags-named: advisory"
)


def _refused(folder: Path, program: str, config: str = "{}\n") -> dict[str, str]:
    """Preview a program, which the pack refuses; gives the level of each policy that is named."""
    ran = stranger(folder, program, config).run("preview", "--json")
    assert ran.code != 0
    told: list[dict[str, Any]] = ran.report["diagnostics"]
    return {each["policy"]: each["level"] for each in told}


def test_a_public_site_is_refused(tmp_path: Path) -> None:
    assert {
        "bucket-list-private": "mandatory",
        "bucket-no-website": "mandatory",
        "bucket-public-access-switches": "mandatory",
        "bucket-has-policy": "mandatory",
        "bucket-encrypted": "mandatory",
    }.items() <= _refused(tmp_path, SITE).items()


def test_a_worker_may_not_do_everything(tmp_path: Path) -> None:
    assert {
        "policy-names-actions": "mandatory",
        "queue-has-policy": "mandatory",
    }.items() <= _refused(tmp_path, WORKER).items()


def test_a_server_on_the_internet_is_refused(tmp_path: Path) -> None:
    assert {
        "default-security-group-taken-over",
        "instance-has-role",
        "instance-metadata-v2",
        "instance-not-public",
        "machine-of-today",
        "security-group-inline-rules",
        "subnet-no-public-addresses",
        "vpc-flow-logs",
    } <= set(_refused(tmp_path, SERVER))


def test_only_what_is_selected_is_asked(tmp_path: Path) -> None:
    found = _refused(tmp_path, SERVER, "select: {frameworks: [CIS AWS], least_severity: high}\n")
    assert {"instance-metadata-v2"} <= set(found)
    assert not {"machine-of-today", "instance-not-public", "vpc-flow-logs"} & set(found)


def test_the_engine_takes_what_a_rule_repairs(tmp_path: Path) -> None:
    """The block is made closed, though the program opens it."""
    config = f"levels: {{bucket-public-access-switches: remediate, {_ADVISED}}}\n"
    project = stranger(tmp_path, _CLOSED, config)
    ran = project.run("up", "--policy", "--json")
    assert ran.code == 0, ran.err
    [block] = [each for each in project.state()["resources"] if "PublicAccessBlock" in str(each["type"])]
    assert str(block["inputs"]).count("True") == 4
    assert "False" not in str(block["inputs"])


def test_a_wrong_configuration_stops_any_program(tmp_path: Path) -> None:
    assert _refused(tmp_path, WORKER, "select: {frameworks: [PCI]}\n") == {"pack-configured": "mandatory"}


def test_a_rule_that_raises_ends_the_run_and_is_named(tmp_path: Path) -> None:
    project = stranger(tmp_path, WORKER)
    file = tmp_path / "policies" / "rules" / "messages.py"
    text = file.read_text("utf-8")
    file.write_text(text.replace('yield "neither kmsMasterKeyId', 'yield 1 / 0 or "neither kmsMasterKeyId'), "utf-8")
    ran = project.run("preview")
    assert ran.code != 0
    assert "the policy queue-encrypted failed on work: ZeroDivisionError" in ran.out + ran.err
