"""The restore runbook's own statements, run by the application's role on a real PostgreSQL."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.rendering import ROOT
from tests.charts.server import Server, start, variables

_PAGE = (ROOT / "docs" / "runbooks" / "restore-database.md").read_text(encoding="utf-8")
_ROLE = {"PGUSER": "openibank", "PGPASSWORD": "applications-word", "PGDATABASE": "openibank"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Not pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            running.query("CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'administrators-word'")
            running.query("ALTER DATABASE postgres OWNER TO administrator")
            script = ROOT / "charts" / "foundation" / "files" / "bootstrap.sh"
            assert running.run("sh", str(script), **variables()).returncode == 0
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_dump_goes_back_into_the_database_it_came_from(server: Server, tmp_path: Path) -> None:
    def run(*command: str) -> str:
        answer = server.run(*command, **_ROLE)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    psql = ("psql", "--quiet", "--set", "ON_ERROR_STOP=1")
    run(*psql, "-c", "CREATE TABLE account (id bigint PRIMARY KEY); INSERT INTO account VALUES (7)")
    dump = tmp_path / "dump.sql"
    dump.write_text(run("pg_dump", "--no-password"))
    run(*psql, "-c", "INSERT INTO account VALUES (8); CREATE TABLE written_since (id bigint)")
    found = re.search(r"psql_in_toolbox -c '([^']+)'", _PAGE)
    assert found is not None
    run(*psql, "-c", found[1])
    assert "--single-transaction" in _PAGE
    run(*psql, "--single-transaction", "-f", str(dump))
    assert run(*psql, "--tuples-only", "--no-align", "-c", "SELECT id FROM account").split() == ["7"]
    tables = run(
        *psql, "--tuples-only", "--no-align", "-c", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    assert tables.split() == ["account"]


@pytest.mark.requirement("OB-111")
@pytest.mark.requirement("OB-114")
def test_the_runbook_stops_by_the_switch_before_it_restores_and_starts_before_it_lets_traffic_through() -> None:
    steps = [
        _PAGE.index("pulumi config set --stack $S --path groundwork:application.stopped true"),
        _PAGE.index("restore-db-instance-to-point-in-time"),
        _PAGE.index("pulumi config rm --stack $S --path groundwork:application.stopped"),
        _PAGE.index("port-forward deployment/api-server"),
        _PAGE.index("pulumi config rm --stack $S --path groundwork:ingress.maintenance"),
    ]
    assert steps == sorted(steps)
