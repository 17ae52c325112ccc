"""The dump's two scripts: a real pg_dump, and a stand-in for the AWS client."""

import gzip
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.rendering import ROOT, at, rendered
from tests.charts.server import Server, start

_FILES = ROOT / "charts" / "workload" / "files"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            running.query("CREATE TABLE account AS SELECT 42 AS number")
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def _dump(server: Server, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script with another place for its output; Alpine's sh and bash both know `pipefail`."""
    script = folder / "dump.sh"
    script.write_text((_FILES / "dump.sh").read_text().replace("/dump/", f"{folder}/"))
    return server.run("bash", str(script), **{"PGUSER": "owner", **variables})


@pytest.mark.requirement("OB-109")
def test_the_dump_can_be_restored(server: Server, tmp_path: Path) -> None:
    answer = _dump(server, tmp_path)
    assert answer.returncode == 0, answer.stderr
    (file,) = tmp_path.glob("postgres-*.sql.gz")
    assert re.fullmatch(r"postgres-\d{8}\.sql\.gz", file.name)
    server.query("CREATE DATABASE restored")
    plain = tmp_path / "plain.sql"
    plain.write_bytes(gzip.decompress(file.read_bytes()))
    restored = server.run(
        "psql", "--set", "ON_ERROR_STOP=1", "--file", str(plain), PGUSER="owner", PGDATABASE="restored"
    )
    assert restored.returncode == 0, restored.stderr
    assert server.query("SELECT number FROM account", database="restored") == "42"


def test_a_dump_of_several_a_day_carries_the_time_too(server: Server, tmp_path: Path) -> None:
    answer = _dump(server, tmp_path, STAMP="%Y%m%d_%H%M%S")
    assert answer.returncode == 0, answer.stderr
    (file,) = tmp_path.glob("postgres-*.sql.gz")
    assert re.fullmatch(r"postgres-\d{8}_\d{6}\.sql\.gz", file.name)


def test_a_dump_that_cannot_start_fails_the_job(server: Server, tmp_path: Path) -> None:
    answer = _dump(server, tmp_path, PGDATABASE="missing")
    assert answer.returncode != 0
    assert 'database "missing" does not exist' in answer.stderr


def test_a_dump_that_fails_half_way_fails_the_job(server: Server, tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\nseq 1 10000\nexit 1\n")
    (tmp_path / "pg_dump").chmod(0o755)
    assert _dump(server, tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}").returncode != 0


def test_a_dump_of_nothing_fails_the_job(server: Server, tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "pg_dump").chmod(0o755)
    answer = _dump(server, tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert answer.returncode != 0
    assert "nothing was written" in answer.stderr


def _upload(folder: Path, client: str) -> subprocess.CompletedProcess[str]:
    program = folder / "aws"
    program.write_text(client)
    program.chmod(0o755)
    script = folder / "upload.sh"
    script.write_text((_FILES / "upload.sh").read_text().replace("/dump/", f"{folder}/"))
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "BUCKET": "the-bucket"}
    return subprocess.run(["sh", str(script)], env=environment, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.requirement("OB-109")
def test_the_dump_is_stored_under_its_day(tmp_path: Path) -> None:
    (tmp_path / "openibank-20250208.sql.gz").write_text("dump")
    answer = _upload(tmp_path, '#!/bin/sh\necho "$@"\n')
    assert answer.returncode == 0, answer.stderr
    file = tmp_path / "openibank-20250208.sql.gz"
    assert answer.stdout == f"s3 cp {file} s3://the-bucket/dumps/openibank-20250208.sql.gz --no-progress\n"


def test_without_a_dump_nothing_is_stored(tmp_path: Path) -> None:
    answer = _upload(tmp_path, "#!/bin/sh\nexit 0\n")
    assert answer.returncode != 0
    assert "no dump" in answer.stderr


def test_a_refused_upload_fails_the_job(tmp_path: Path) -> None:
    (tmp_path / "openibank-20250208.sql.gz").write_text("dump")
    assert _upload(tmp_path, "#!/bin/sh\nexit 1\n").returncode != 0


def test_the_job_runs_these_very_files_with_credentials_from_secrets() -> None:
    release = rendered("workload", "prod")
    data = release.one("ConfigMap", "database-dump")["data"]
    assert data == {name: (_FILES / name).read_text() for name in ("dump.sh", "upload.sh")}
    pod = at(release.one("CronJob", "database-dump"), "spec.jobTemplate.spec.template.spec")
    assert pod["serviceAccountName"] == "openibank-dump"
    assert at(pod, "initContainers[0].command") == ["sh", "/scripts/dump.sh"]
    assert at(pod, "initContainers[0].envFrom") == [{"secretRef": {"name": "openibank-database"}}]
    assert at(pod, "containers[0].env[name=BUCKET].value") == "openibank-prod-backups"
    claim = at(pod, "volumes[name=dump].ephemeral.volumeClaimTemplate.spec")
    assert claim["resources"]["requests"]["storage"] == "100Gi"
