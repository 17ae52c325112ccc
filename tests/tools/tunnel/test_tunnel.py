"""The kubeconfig that the program makes, in the hands of a real Kubernetes client, leads through a tunnel by itself."""

import base64
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.cluster.kubeconfig import kubeconfig, tunnel
from tests.tools.tunnel.cloud import ENDPOINT, EXPIRED, TOKEN, Api, Machine, helm, wait_for

NAME = "shop-prod"
MACHINES = f"{NAME}-system"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Api(tmp_path) as api:
        made = Machine(tmp_path, api)
        yield made
        made.leave()


def _releases(machine: Machine, name: str = NAME, endpoint: str = ENDPOINT) -> tuple[int, str]:
    """Ask helm for the releases by the kubeconfig of the program."""
    authority = base64.b64encode(machine.api.authority).decode()
    config = kubeconfig(name, "us-east-1", f"https://{endpoint}", authority, tunnel(name, MACHINES))
    file = machine.folder / "kubeconfig"
    file.write_text(json.dumps(config))
    file.chmod(0o600)
    said = machine.run(helm(), "list", "--kubeconfig", str(file))
    return said.returncode, said.stdout + said.stderr


def _session(machine: Machine) -> dict[str, object]:
    return json.loads((machine.bin / "session").read_text())


def test_one_run_opens_the_tunnel_and_goes_through_it_with_a_token(machine: Machine) -> None:
    code, said = _releases(machine)
    assert code == 0, said
    assert machine.api.tokens, "the API server was not asked"
    assert set(machine.api.tokens) == {f"Bearer {TOKEN}"}
    session = _session(machine)
    # The machine that Session Manager reaches, out of the two that run.
    assert session["target"] == "i-0b"
    assert session["host"] == [ENDPOINT]
    assert (session["portNumber"], session["localPortNumber"]) == (["443"], [str(tunnel(NAME, "").port)])


def test_the_next_run_goes_through_the_same_session(machine: Machine) -> None:
    assert _releases(machine)[0] == 0
    first = _session(machine)
    assert _releases(machine)[0] == 0
    assert _session(machine) == first
    assert (machine.bin / "asked").read_text().count("ssm start-session") == 1


def test_a_session_that_ended_is_opened_again(machine: Machine) -> None:
    assert _releases(machine)[0] == 0
    ended = _session(machine)["pid"]
    assert isinstance(ended, int)
    os.kill(ended, signal.SIGKILL)
    wait_for(lambda: _session(machine)["pid"] != ended)
    assert _releases(machine)[0] == 0


def test_a_server_of_another_name_is_not_trusted(machine: Machine) -> None:
    code, said = _releases(machine, endpoint=ENDPOINT.replace("0123", "4567"))
    assert code != 0
    assert "x509" in said
    assert not machine.api.tokens


def test_nobody_holds_a_tunnel_that_nobody_asks_for(machine: Machine) -> None:
    assert _releases(machine)[0] == 0
    ended = _session(machine)["pid"]
    assert isinstance(ended, int)
    machine.leave()
    with pytest.raises(ProcessLookupError):
        os.kill(ended, 0)


def test_what_is_missing_is_one_line(machine: Machine) -> None:
    (machine.bin / "session-manager-plugin").unlink()
    code, said = _releases(machine)
    assert code != 0
    assert "tunnel: session-manager-plugin is not on PATH: install the Session Manager plugin" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("refused", EXPIRED, EXPIRED),
        ("describe-instances", "[]", f"no machine named {MACHINES} runs in us-east-1"),
        ("describe-instance-information", "[]", "Session Manager reaches none of i-0a, i-0b yet"),
    ],
)
def test_why_there_is_no_tunnel_is_one_line(machine: Machine, file: str, content: str, expected: str) -> None:
    (machine.bin / file).write_text(content)
    through = tunnel(NAME, MACHINES)
    way = ["--host", ENDPOINT, "--port", str(through.port), "--machines", through.machines]
    asked = ["--cluster-name", NAME, "--region", "us-east-1", *way, "--wait", "3"]
    said = machine.run("python3", "-m", "tools.tunnel", *asked)
    assert said.returncode == 1
    assert not said.stdout
    assert said.stderr.startswith("tunnel: ")
    assert expected in said.stderr
    assert len(said.stderr.splitlines()) == 1
