"""The bootstrap script against a real PostgreSQL, run by an administrator who, as on RDS, is no superuser."""

import re
from collections.abc import Iterator

import pytest

from tests.charts.rendering import ROOT, at, rendered
from tools.drill.postgresql import QueryError, Server, administered, variables

_SCRIPT = ROOT / "charts" / "foundation" / "files" / "bootstrap.sh"
_PASSWORD = "applications-word"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with administered() as running:
        running.query("CREATE DATABASE other OWNER administrator")
        _bootstrap(running)
        yield running


def _bootstrap(server: Server, **changes: str) -> str:
    answer = server.run("sh", str(_SCRIPT), **variables(**changes))
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def _as_application(server: Server, statement: str, database: str = "openibank") -> str:
    return server.query(statement, user="openibank", password=_PASSWORD, database=database)


def _as_owner(server: Server, statement: str) -> str:
    return server.query(statement, user="openibank_owner", password="owners-word", database="openibank")


@pytest.mark.requirement("OB-69")
def test_the_database_belongs_to_its_owner(server: Server) -> None:
    owner = server.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'openibank'")
    assert owner == "openibank_owner"


@pytest.mark.parametrize("role", ["openibank", "openibank_owner"])
def test_no_role_has_power_over_the_server(server: Server, role: str) -> None:
    powers = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    assert server.query(f"SELECT {powers} FROM pg_roles WHERE rolname = '{role}'") == "f|f|f|f|f"


def test_the_owner_may_do_what_migrations_do(server: Server) -> None:
    for statement in (
        "CREATE TABLE account (id bigint PRIMARY KEY)",
        "INSERT INTO account VALUES (1)",
        "CREATE SCHEMA reporting",
        "CREATE EXTENSION IF NOT EXISTS plpgsql",
        "DROP SCHEMA reporting",
        "DROP TABLE account",
    ):
        _as_owner(server, statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("CREATE ROLE intruder", "permission denied to create role"),
        ("CREATE DATABASE more", "permission denied to create database"),
        ("ALTER ROLE openibank SUPERUSER", "permission denied"),
        ("ALTER ROLE administrator PASSWORD 'taken'", "permission denied"),
        ("SELECT pg_read_file('/etc/passwd')", "permission denied"),
        ("COPY (SELECT 1) TO PROGRAM 'true'", "permission denied"),
        ("SELECT rolpassword FROM pg_authid", "permission denied"),
    ],
)
def test_the_role_may_not(server: Server, statement: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        _as_application(server, statement)


@pytest.mark.parametrize("database", ["postgres", "other"])
def test_the_role_may_not_enter_another_database(server: Server, database: str) -> None:
    with pytest.raises(QueryError, match="permission denied for database"):
        _as_application(server, "SELECT 1", database)


def test_another_role_may_not_enter_the_database(server: Server) -> None:
    server.query("CREATE ROLE stranger LOGIN PASSWORD 'strangers-word'")
    with pytest.raises(QueryError, match="permission denied for database"):
        server.query("SELECT 1", user="stranger", password="strangers-word", database="openibank")


def test_no_statement_and_no_lock_waits_for_ever(server: Server) -> None:
    settings = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    assert [_as_application(server, f"SHOW {name}") for name in settings] == ["10min", "10s", "5min"]


@pytest.mark.requirement("OB-65")
def test_the_password_reached_the_server_as_a_verifier_only(server: Server) -> None:
    log = server.log.read_text()
    assert re.search(r"ALTER (USER|ROLE) openibank PASSWORD 'SCRAM-SHA-256\$", log)
    assert _PASSWORD not in log
    stored = server.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'openibank'")
    assert stored.startswith("SCRAM-SHA-256$")


def test_a_second_run_changes_nothing_and_a_new_password_is_taken(server: Server) -> None:
    catalogue = "SELECT datname, datacl FROM pg_database ORDER BY 1"
    _as_owner(server, "CREATE TABLE kept (id bigint)")
    before = server.query(catalogue)
    assert "as described" in _bootstrap(server)
    assert server.query(catalogue) == before
    try:
        _bootstrap(server, APP_PASSWORD="a-new-word")
        assert server.query("SELECT count(*) FROM kept", "openibank", "a-new-word", "openibank") == "0"
        with pytest.raises(QueryError, match="password authentication failed"):
            _as_application(server, "SELECT 1")
    finally:
        _bootstrap(server)


def test_a_database_that_somebody_made_before_is_taken_over(server: Server) -> None:
    server.query("CREATE DATABASE early", user="administrator", password="administrators-word")
    _bootstrap(server, APP_DATABASES="early=", APP_OWNER="early_role", APP_OWNER_PASSWORD="early-word")
    assert server.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'early'") == "early_role"
    server.query("CREATE TABLE mine (id bigint)", "early_role", "early-word", "early")


def test_names_are_quoted(server: Server) -> None:
    odd = {"APP_OWNER": "Its Owner", "APP_ROLE": "User Name", "APP_READER": 'A "Reader"'}
    _bootstrap(server, **odd, APP_DATABASES="order=", APP_PASSWORD="odd'word", APP_READER_PASSWORD="readers-word")
    assert server.query("SELECT current_user", "User Name", "odd'word", "order") == "User Name"
    server.query("CREATE TABLE mine (id bigint)", "Its Owner", "owners-word", "order")
    assert server.query("SELECT count(*) FROM mine", odd["APP_READER"], "readers-word", "order") == "0"


def test_a_role_with_more_power_is_refused(server: Server) -> None:
    server.query("CREATE ROLE powerful REPLICATION ADMIN administrator")
    answer = server.run("sh", str(_SCRIPT), **variables(APP_ROLE="powerful", APP_DATABASES="never="))
    assert answer.returncode != 0
    assert "may do more than an application should" in answer.stderr
    assert server.query("SELECT count(*) FROM pg_database WHERE datname = 'never'") == "0"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"APP_PASSWORD": ""}, "The password of the role openibank is empty."),
        ({"APP_OWNER_PASSWORD": ""}, "The password of the role openibank_owner is empty."),
        ({"APP_READER": "reading", "APP_READER_PASSWORD": ""}, "The password of the role reading is empty."),
        ({"APP_ROLE": ""}, "The role name '' is empty or reserved."),
        ({"APP_OWNER": "pg_monitor"}, "The role name 'pg_monitor' is empty or reserved."),
        ({"APP_ROLE": "administrator"}, "The role name 'administrator' is empty or reserved."),
        ({"APP_READER": "public", "APP_READER_PASSWORD": "a"}, "The role name 'public' is empty or reserved."),
    ],
)
def test_a_role_that_could_not_log_in_or_is_anothers_is_refused(
    server: Server, changes: dict[str, str], words: str
) -> None:
    before = server.query("SELECT rolname, rolpassword, rolcreaterole FROM pg_authid ORDER BY 1")
    answer = server.run("sh", str(_SCRIPT), **variables(**changes))
    assert answer.returncode != 0
    assert answer.stderr == f"{words} Nothing was changed.\n"
    assert server.query("SELECT rolname, rolpassword, rolcreaterole FROM pg_authid ORDER BY 1") == before


def test_a_wrong_administrator_fails_the_job(server: Server) -> None:
    answer = server.run("sh", str(_SCRIPT), **variables(PGPASSWORD="wrong"))
    assert answer.returncode != 0
    assert "password authentication failed" in answer.stderr


def test_the_job_runs_these_very_files() -> None:
    release = rendered("foundation", "prod")
    data = release.one("ConfigMap", "openibank-database-bootstrap")["data"]
    assert data == {file.name: file.read_text() for file in _SCRIPT.parent.iterdir()}
    (job,) = release.of_kind("Job")
    given = {item["name"] for item in at(job, "spec.template.spec.containers[0].env")}
    secret = release.one("ExternalSecret", "openibank-database-bootstrap")["spec"]["target"]["template"]["data"]
    assert set(variables()) <= given | set(secret)
