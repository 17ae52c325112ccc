"""The workflow that builds images: what a product's pipeline gets, and that its gate stops what it should."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from settings.workload.service import Security

_ROOT = Path(__file__).parents[2]
_WORKFLOW = cast("dict[Any, Any]", yaml.safe_load((_ROOT / ".github/workflows/images.yml").read_text()))
# YAML 1.1 reads the key `on` as true.
_INPUTS = cast("dict[str, Any]", _WORKFLOW[True]["workflow_call"]["inputs"])
_JOB = cast("dict[str, Any]", _WORKFLOW["jobs"]["image"])
_STEPS = cast("list[dict[str, Any]]", _JOB["steps"])
_DOCKERFILE = (_ROOT / "docs/how-to/examples/Dockerfile").read_text()


def _step(name: str) -> dict[str, Any]:
    (found,) = (step for step in _STEPS if step.get("name") == name)
    return found


def _position(name: str) -> int:
    return _STEPS.index(_step(name))


@pytest.mark.requirement("AT-19")
def test_the_account_is_entered_by_oidc_and_by_no_key() -> None:
    assert _JOB["permissions"]["id-token"] == "write"
    (entry,) = (step for step in _STEPS if "configure-aws-credentials" in step.get("uses", ""))
    assert entry["with"] == {"role-to-assume": "${{ inputs.role }}", "aws-region": "${{ inputs.region }}"}
    assert "secrets." not in (_ROOT / ".github/workflows/images.yml").read_text()


@pytest.mark.requirement("OB-115")
@pytest.mark.requirement("AT-116")
def test_one_job_builds_each_image_from_its_own_dockerfile() -> None:
    assert _JOB["strategy"]["matrix"]["image"] == "${{ fromJSON(inputs.images) }}"
    build = _step("Build and push")["with"]
    assert build["file"] == "${{ matrix.image.dockerfile || 'Dockerfile' }}"
    assert build["context"] == "${{ matrix.image.context || '.' }}"
    assert build["push"] is True


@pytest.mark.requirement("GX-158")
def test_an_image_is_tagged_with_its_commit_unless_it_has_a_version() -> None:
    assert _JOB["env"]["TAG"] == "${{ inputs.tag || github.sha }}"
    assert _INPUTS["tag"]["default"] == ""
    assert "latest" not in json.dumps(_STEPS)


@pytest.mark.requirement("OB-116")
def test_layers_are_kept_between_two_builds() -> None:
    build = _step("Build and push")["with"]
    assert build["cache-from"].startswith("type=gha,scope=${{ matrix.image.name }}")
    assert build["cache-to"].endswith("mode=max")


@pytest.mark.requirement("AT-116")
@pytest.mark.requirement("AT-68")
def test_the_scan_comes_after_the_push_and_before_digest_and_signature() -> None:
    order = [
        "Build and push",
        "Wait for the scan",
        "Refuse critical and high findings",
        "Read the digest",
        "Sign the digest",
    ]
    assert [_position(name) for name in order] == sorted(_position(name) for name in order)


@pytest.mark.requirement("AT-68")
@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({}, 0),
        ({"MEDIUM": 3, "LOW": 9}, 0),
        (None, 0),
        ({"HIGH": 1}, 1),
        ({"CRITICAL": 10}, 1),
        ({"HIGH": 2, "CRITICAL": 4, "LOW": 1}, 1),
    ],
)
def test_the_gate_stops_critical_and_high_findings(counts: dict[str, int] | None, code: int, tmp_path: Path) -> None:
    found = {"imageScanFindings": {"findingSeverityCounts": counts}}
    ran = _run("Refuse critical and high findings", found, tmp_path)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ("must not be rolled out" in ran.stdout) is (code == 1)


def test_a_scan_that_cannot_be_read_stops_the_image_too(tmp_path: Path) -> None:
    assert _run("Refuse critical and high findings", None, tmp_path).returncode != 0


@pytest.mark.parametrize(("answer", "output"), [({"imageDetails": []}, "found=true\n"), (None, "")])
def test_a_tag_that_is_there_is_not_pushed_again(answer: object, output: str, tmp_path: Path) -> None:
    assert _run("Look for the image", answer, tmp_path).returncode == 0
    assert (tmp_path / "output").read_text() == output
    assert _step("Build and push")["if"] == "steps.existing.outputs.found != 'true'"


@pytest.mark.requirement("GX-158")
def test_the_digest_is_ready_for_the_workload_file(tmp_path: Path) -> None:
    digest = f"sha256:{'a' * 64}"
    assert _run("Read the digest", {"imageDetails": [{"imageDigest": digest}]}, tmp_path).returncode == 0
    assert (tmp_path / "output").read_text() == f"digest={digest}\n"
    line = yaml.safe_load((tmp_path / "summary").read_text().strip().strip("`"))
    assert line == {"repository": "shop/api", "tag": "v1", "digest": digest}


@pytest.mark.requirement("AT-23")
def test_the_signing_key_stays_in_kms() -> None:
    command = _step("Sign the digest")["run"]
    assert command.endswith('--key "awskms:///$KEY" "$REGISTRY/$REPOSITORY@$DIGEST"')
    # The form in which the admission controller finds a key's signature.
    assert command.startswith("cosign sign --yes --new-bundle-format=false --use-signing-config=false ")
    assert "COSIGN_PASSWORD" not in json.dumps(_STEPS)


@pytest.mark.requirement("OB-116")
@pytest.mark.requirement("OB-118")
def test_the_example_builds_in_two_stages_from_pinned_images() -> None:
    stages = re.findall(r"^FROM (\S+)", _DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    build, run = stages
    major, minor = re.fullmatch(r"rust:(\d+)\.(\d+)-bookworm", build).groups()  # pyright: ignore[reportOptionalMemberAccess] -- a failed match fails the test
    assert (int(major), int(minor)) >= (1, 75)
    assert re.fullmatch(r"debian:\d+\.\d+-slim", run)
    assert 'cargo build --release -p "$PACKAGE"' in _DOCKERFILE
    assert "pkg-config libssl-dev" in _DOCKERFILE


def test_the_example_runs_as_the_user_that_the_chart_expects() -> None:
    assert f"\nUSER {Security().user}\n" in _DOCKERFILE


# Answers as the AWS command line does: by --query, as text. Without an answer it fails as for something not there.
_AWS = """#!{python}
import json, sys
import jmespath
answer = json.loads({answer!r})
if answer is None:
    sys.exit(254)
if "--query" in sys.argv:
    value = jmespath.search(sys.argv[sys.argv.index("--query") + 1], answer)
    print("\\t".join(map(str, value)) if isinstance(value, list) else value)
"""


def _run(step: str, answer: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step's script with an `aws` that answers like this."""
    command = folder / "aws"
    command.write_text(_AWS.format(python=sys.executable, answer=json.dumps(answer)))
    command.chmod(0o755)
    (folder / "output").touch()
    environment = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "REPOSITORY": "shop/api",
        "TAG": "v1",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    script = _step(step)["run"]
    # As GitHub runs it: bash -e -o pipefail.
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
