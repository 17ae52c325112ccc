"""The proofs of a product on ECS: after every rollout, every month, and without what takes a cluster."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.charts.edge import Edge, authority, certificate, running
from tests.components.runtimes.ecs.test_platform import budget, containers, gridtokenx, settings, task_of
from tools.drill.postgresql import binaries, start

_RULE = "aws:cloudwatch/eventRule:EventRule"
_FILES = Path(__file__).parents[4] / "charts" / "workload" / "files"


@pytest.mark.requirement("WX-86")
def test_health_is_verified_whenever_a_rollout_is_done_forwards_or_back() -> None:
    """ECS's circuit breaker goes back by a deployment, too, and says COMPLETED of it."""
    (rule,) = [each for each in budget().of_type(_RULE) if each.name == "application-smoke-rule"]
    pattern = rule.document("eventPattern")
    assert pattern["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_COMPLETED"]}
    (service,) = pattern["resources"]
    assert service.endswith(":service/waiver-exchange-budget/rest")
    checks = json.loads(_variables(containers(task_of(budget(), "smoke"))["smoke"])["FILE_1"])["checks"]
    assert [(check["kind"], check["host"]) for check in checks] == [
        ("http", "waiver.exchange"),
        ("certificate", "waiver.exchange"),
    ]


def _variables(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["environment"]}


@pytest.mark.requirement("WX-86")
def test_the_task_tries_the_checks_and_fails_with_them(tmp_path: Path) -> None:
    """The task's own command, with a server of its own to ask, in a folder in place of the scratch disk."""
    smoke = containers(task_of(budget(), "smoke"))["smoke"]
    authority(tmp_path)
    with running(Edge(certificate(tmp_path, "localhost", 90))) as edge:
        for path, expected in (("/health", 0), ("/missing", 1)):
            check = {"kind": "http", "host": "localhost", "port": edge.port, "path": path, "patience": 0}
            variables = {**_variables(smoke), "FILE_1": json.dumps({"checks": [check]})}
            command = [*smoke["entryPoint"], *smoke["command"]]
            command[-1] = command[-1].replace("/scratch/", f"{tmp_path}/").replace("python -B", f"{sys.executable} -B")
            environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": f"{tmp_path}/authority.pem", **variables}
            answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
            assert answer.returncode == expected, answer.stdout + answer.stderr


def test_without_prometheus_nobody_counts_and_the_preview_says_so() -> None:
    smoke = containers(task_of(gridtokenx(), "smoke"))["smoke"]
    kinds = [check["kind"] for check in json.loads(_variables(smoke)["FILE_1"])["checks"]]
    assert kinds == ["http", "websocket", "certificate"]
    notes = settings("prod", workload="gridtokenx", domain="gridtokenx.com", runtime="ecs").notes
    assert any(note.startswith("verification.smoke: nobody counts") for note in notes)
    assert any(note.startswith("verification.load: made for a cluster") for note in notes)


@pytest.mark.requirement("WX-80")
def test_every_month_a_task_fetches_the_newest_dump_and_restores_it() -> None:
    schedule = budget().named("application-restore-test-schedule").inputs
    assert schedule["scheduleExpression"] == "cron(0 5 1 * ? *)"
    task = containers(task_of(budget(), "restore-test"))
    assert set(task) == {"fetch", "restore", "deadline"}
    assert task["restore"]["dependsOn"] == [{"containerName": "fetch", "condition": "SUCCESS"}]
    assert task["fetch"]["essential"] is False
    statements = budget().named("application-restore-test-roles-task-permissions").document("policy")["Statement"]
    actions = {action for each in statements for action in _listed(each["Action"])}
    assert actions == {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
    # Neither the product's secrets nor a way to its stores.
    assert "secrets" not in task["restore"]
    egress_rules = [each for each in budget().registrations if each.name.startswith("application-restore-test-")]
    assert [each.inputs["fromPort"] for each in egress_rules if "fromPort" in each.inputs] == [443]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the task's scripts make of a small database, as fetch.sh lays it."""
    laid = tmp_path_factory.mktemp("dump")
    with tempfile.TemporaryDirectory(prefix="groundwork-production-") as name:
        server, process = start(Path(name))
        try:
            server.query("CREATE ROLE waiver_exchange")
            server.query("CREATE DATABASE waiver_exchange")
            server.query("CREATE TABLE trades AS SELECT 1 AS number", database="waiver_exchange")
            server.query("ALTER TABLE trades OWNER TO waiver_exchange", database="waiver_exchange")
            variables = {"PGUSER": "owner", "PGDATABASE": "waiver_exchange", "FOLDER": str(laid)}
            made = server.run("sh", str(_FILES / "dump.sh"), **variables, FORMAT="directory", JOBS="2")
            assert made.returncode == 0, made.stderr
        finally:
            process.terminate()
            process.wait(timeout=30)
    (manifest,) = laid.glob("*.manifest")
    (laid / "waiver_exchange.fetched").write_text(manifest.stem)
    return laid


def _restore(dump: Path) -> tuple[int, str]:
    """Run the restore container's own command as an ordinary user, for whom becoming `postgres` is a matter of form."""
    with tempfile.TemporaryDirectory(prefix="groundwork-restore-") as name:
        folder = Path(name)
        shutil.copytree(dump, folder, dirs_exist_ok=True)
        _program(folder / "chown", "exit 0")
        _program(folder / "su", 'exec sh -c "$5"')
        user = _handed_over(folder)
        restore = containers(task_of(budget(), "restore-test"))["restore"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        command = [word.replace("/scratch/", f"{folder}/") for word in [*restore["entryPoint"], *restore["command"]]]
        variables = {**_variables(restore), "FOLDER": str(folder), "PGPORT": port}
        path = f"{folder}:{_programs(folder)}:{os.environ['PATH']}"
        with subprocess.Popen(
            command, env={**variables, "PATH": path, "LC_ALL": "C"}, cwd=folder, user=user, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as process:  # fmt: skip
            try:
                code = process.wait(timeout=90)
            finally:
                # The server goes with its container.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            assert process.stdout is not None
            return code, process.stdout.read()


def _program(file: Path, line: str) -> None:
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(0o755)


def _handed_over(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    for each in (folder, *folder.rglob("*")):
        shutil.chown(each, "nobody")
    return "nobody"


def _programs(folder: Path) -> Path:
    """PostgreSQL's programs where `nobody` gets to."""
    installation = binaries().parent
    if os.geteuid() != 0:
        return installation / "bin"
    package = installation.parent
    shutil.copytree(installation, folder / package.name / installation.name, symlinks=True)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), folder / libraries, symlinks=True)
    return folder / package.name / installation.name / "bin"


@pytest.mark.requirement("WX-80")
def test_the_task_restores_a_dump_and_a_broken_one_fails_it(dump: Path) -> None:
    code, said = _restore(dump)
    assert code == 0, said
    assert "restores to 1 tables" in said
    (part,) = dump.glob("*/toc.dat")
    part.write_bytes(part.read_bytes()[:100])
    code, said = _restore(dump)
    assert code != 0
    assert "its part toc.dat holds 100 bytes" in said


@pytest.mark.requirement("WX-88")
def test_one_command_of_the_outputs_restores_beside_as_the_administrator() -> None:
    command = budget().value(budget().result.exports["restore_command"])
    assert "waiver-exchange-budget-database-restore" in command
    task = containers(task_of(budget(), "database-restore"))
    assert set(task) == {"fetch", "restore"}
    variables = _variables(task["restore"])
    for script in ("restore-beside.sh", "check-dump.sh", "restore-dump.sh", "rows.sql"):
        name = f"SCRIPT_{script.upper().replace('-', '_').replace('.', '_')}"
        assert variables[name] == (_FILES / script).read_text()
    assert variables["STORAGE_GIB"] == "50"
    secrets = {each["name"]: each["valueFrom"] for each in task["restore"]["secrets"]}
    assert set(secrets) == {"PGUSER", "PGPASSWORD"}
    assert "secrets" not in task["fetch"]
    assert not [each for each in budget().registrations if each.name == "application-database-restore-schedule"]


@pytest.mark.requirement("WX-86")
def test_one_command_of_the_outputs_starts_the_proofs() -> None:
    command = budget().value(budget().result.exports["smoke_command"])
    assert command.startswith("aws ecs run-task")
    assert "waiver-exchange-budget-smoke" in command
