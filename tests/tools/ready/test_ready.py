"""The whole command: without credentials it asks nobody, and every mistake is one line."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from tests.tools.ready.cases import ROOT, aws, case, stack
from tools.ready.__main__ import lines, main
from tools.ready.account import Account, connect
from tools.ready.actions import ACTIONS, policy
from tools.ready.line import Line

_EXPIRED = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>
<RequestId>0</RequestId></ErrorResponse>"""


def _all(account: Account, identity: str = "", name: str = "prod") -> list[Line]:
    return list(lines(case(stack(name), account, environment={}), identity))


@pytest.mark.parametrize("name", ["prod", "dev", "budget", "prod-eu-west-1"])
def test_without_credentials_nobody_is_asked(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*asked: object, **_: object) -> Any:
        raise AssertionError(f"the network was asked: {asked}")

    for call in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, call, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert main(["--stack", name, "--json"]) == 1
    told = [Line(**each) for each in json.loads(capsys.readouterr().out)]
    # Ids are the same zones in every account, so nobody has to be asked.
    zones = [line for line in told if line.subject == "availability zones"]
    assert [line.state for line in zones] == ["not asked" if name == "prod-eu-west-1" else "ok"]
    others = [line for line in told if line.subject != "availability zones"]
    assert {line.state for line in others} <= {"missing", "to do", "not asked"}
    for line in others:
        assert line.remedy
        if line.state == "not asked" and not line.subject.startswith("image "):
            assert "there are no AWS credentials here" in line.found


def test_it_ends_with_0_when_nothing_is_known_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.ready.__main__.CHECKS", ())
    assert main(["--stack", "prod"]) == 0
    assert "1 not asked" in capsys.readouterr().out


def test_a_stack_that_is_not_there_or_not_valid_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", "nowhere"]) == 1
    assert capsys.readouterr().err == "there is no Pulumi.nowhere.yaml\n"
    assert main(["--stack", "prod", "--workload", "nothing"]) == 1
    assert "groundwork:workload" in capsys.readouterr().err


@pytest.fixture
def expired() -> Iterator[str]:
    """An endpoint on loopback for which every token is too old."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(403)
            self.send_header("Content-Length", str(len(_EXPIRED)))
            self.end_headers()
            self.wfile.write(_EXPIRED.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _run(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **keys, **variables}
    return subprocess.run(
        [sys.executable, "-m", "tools.ready", "--stack", "prod"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_expired_credentials_are_one_line(expired: str, tmp_path: Path) -> None:
    said = _run(tmp_path, AWS_ENDPOINT_URL=expired)
    assert said.returncode == 1
    assert not said.stderr
    (told,) = [line for line in said.stdout.splitlines() if "is expired" in line]
    assert told.startswith("missing   AWS credentials: An error occurred (ExpiredToken)")
    assert "the AWS credentials do not work" in said.stdout


def test_an_endpoint_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    said = _run(tmp_path, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert not said.stderr
    told = said.stdout.splitlines()[0]
    assert told.startswith("not asked AWS credentials: AWS is not reached from here (Could not connect")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({"AWS_CONFIG_FILE": "config", "AWS_PROFILE": "half"}, "Partial credentials found"),
    ],
)
def test_what_is_wrong_with_the_credentials_is_one_line(
    variables: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[profile half]\naws_access_key_id = x\n")
    monkeypatch.chdir(tmp_path)
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    account, identity = connect("us-east-1")
    assert account.why_not == "the AWS credentials do not work"
    assert told in identity
    assert "\n" not in identity


def _as_user(monkeypatch: pytest.MonkeyPatch, document: dict[str, Any] | None) -> Account:
    """Give the account to a user of moto's with this policy, which moto enforces from here on."""
    iam = aws("iam")
    iam.create_user(UserName="ready")
    if document is not None:
        iam.put_user_policy(UserName="ready", PolicyName="ready", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="ready")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    return Account("us-east-1", aws)


@pytest.mark.usefixtures("moto")
def test_who_may_ask_nothing_is_told_so_on_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        denied = set_initial_no_auth_action_count(2)(lambda: _all(_as_user(monkeypatch, None)))()
    asked = [line for line in denied if "these credentials may not" in line.found]
    assert len(asked) >= 10
    assert {line.state for line in asked} == {"not asked"}
    assert any("these credentials may not iam:GetRole" in line.found for line in asked)
    assert all("\n" not in line.found for line in denied)


@pytest.mark.usefixtures("moto")
def test_the_policy_in_the_docs_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        told = set_initial_no_auth_action_count(3)(lambda: _all(_as_user(monkeypatch, policy())))()
    assert not [line for line in told if "may not" in line.found]
    assert any(line.state == "ok" for line in told)


def test_the_policy_in_the_docs_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--policy"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "reference" / "ready-policy.json").read_text()


def test_every_question_is_one_that_aws_knows_and_that_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for service, operation in ACTIONS:
        assert hasattr(aws(service), operation), (service, operation)
        assert operation.startswith(("describe_", "get_", "list_", "lookup_"))
