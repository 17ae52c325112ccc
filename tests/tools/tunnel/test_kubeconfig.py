"""A person's kubeconfig leads through the same tunnel, from any folder."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.tunnel.cloud import ENDPOINT, EXPIRED, TOKEN, Api, Machine, helm


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Api(tmp_path) as api:
        made = Machine(tmp_path, api)
        authority = base64.b64encode(api.authority).decode()
        answer = {"cluster": {"endpoint": f"https://{ENDPOINT}", "certificateAuthority": {"data": authority}}}
        (made.bin / "describe-cluster").write_text(json.dumps(answer))
        yield made
        made.leave()


def test_it_reaches_the_cluster_from_any_folder(machine: Machine) -> None:
    said = machine.run(sys.executable, "-m", "tools.kubeconfig", "--stack", "prod")
    assert said.returncode == 0, said.stderr
    file = machine.folder / "prod.kubeconfig"
    file.write_text(said.stdout)
    file.chmod(0o600)
    asked = [helm(), "list", "--kubeconfig", str(file)]
    answer = subprocess.run(
        asked, cwd=machine.folder, env=machine.environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert set(machine.api.tokens) == {f"Bearer {TOKEN}"}


def test_why_there_is_none_is_one_line(machine: Machine) -> None:
    (machine.bin / "refused").write_text(EXPIRED)
    expired = machine.run(sys.executable, "-m", "tools.kubeconfig", "--stack", "prod")
    assert (expired.returncode, expired.stdout, expired.stderr) == (1, "", f"{EXPIRED}\n")
    tasks = machine.run(sys.executable, "-m", "tools.kubeconfig", "--stack", "budget")
    assert (tasks.returncode, tasks.stderr) == (1, "budget has no cluster: it runs on ecs\n")
    nowhere = machine.run(sys.executable, "-m", "tools.kubeconfig", "--stack", "nowhere")
    assert (nowhere.returncode, nowhere.stderr) == (1, "there is no Pulumi.nowhere.yaml\n")
