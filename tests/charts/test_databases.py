"""Further databases and extensions, by the scripts of the bootstrap and the dump against a real PostgreSQL."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.rendering import ROOT
from tools.drill.postgresql import QueryError, Server, administered, variables

_FILES = ROOT / "charts" / "foundation" / "files"
_DUMPS = ROOT / "charts" / "workload" / "files"
_DATABASES = "openibank=vector analytics=vector,open reports="


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with administered() as running:
        _offer_trusted(running, "open")
        yield running


def _offer_trusted(server: Server, name: str) -> None:
    """Give the server a trusted extension, as pg_trgm is one: of those of RDS, this PostgreSQL has vector alone."""
    folder = server.binaries.parent / "share" / "postgresql" / "extension"
    (folder / f"{name}.control").write_text("default_version = '1.0'\nrelocatable = true\ntrusted = true\n")
    (folder / f"{name}--1.0.sql").write_text(f"CREATE FUNCTION {name}_is() RETURNS int LANGUAGE sql AS 'SELECT 1';\n")


def _bootstrap(server: Server, databases: str = _DATABASES, **changes: str) -> None:
    answer = server.run("sh", str(_FILES / "bootstrap.sh"), **variables(APP_DATABASES=databases, **changes))
    assert answer.returncode == 0, answer.stderr


def _as_owner(server: Server, statement: str, database: str) -> str:
    return server.query(statement, user="openibank_owner", password="owners-word", database=database)


def _bootstrap_on_rds(server: Server, databases: str) -> None:
    """RDS lets its administrator create what it offers; here, a superuser stands in for that alone."""
    server.query("ALTER ROLE administrator SUPERUSER")
    _bootstrap(server, databases)
    server.query("ALTER ROLE administrator NOSUPERUSER")


@pytest.fixture(scope="module")
def made(server: Server) -> Server:
    _bootstrap(server, "openibank=")
    _bootstrap_on_rds(server, _DATABASES)
    return server


@pytest.mark.parametrize("database", ["openibank", "analytics", "reports"])
def test_every_database_belongs_to_the_owner_alone(made: Server, database: str) -> None:
    owner = f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{database}'"
    assert made.query(owner) == "openibank_owner"
    _as_owner(made, "CREATE TABLE kept (id bigint)", database)
    made.query("DO $$ BEGIN CREATE ROLE stranger LOGIN PASSWORD 'strangers-word'; EXCEPTION WHEN others THEN END $$")
    with pytest.raises(QueryError, match="permission denied for database"):
        made.query("SELECT 1", user="stranger", password="strangers-word", database=database)


def test_each_database_has_its_extensions_and_no_others(made: Server) -> None:
    listed = "SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'"
    found = {each: made.query(listed, database=each) for each in ("openibank", "analytics", "reports")}
    assert found == {"openibank": "vector", "analytics": "open,vector", "reports": ""}
    assert _as_owner(made, "SELECT '[1,2,3]'::vector <-> '[1,2,4]'", "analytics") == "1"


def test_what_the_server_trusts_belongs_to_the_owner_and_the_rest_to_the_administrator(made: Server) -> None:
    owners = "SELECT string_agg(extname || ' ' || pg_get_userbyid(extowner), ',' ORDER BY extname) FROM pg_extension"
    where = " WHERE extname <> 'plpgsql'"
    assert made.query(owners + where, database="analytics") == "open openibank_owner,vector administrator"
    _as_owner(made, "ALTER EXTENSION open UPDATE", "analytics")
    with pytest.raises(QueryError, match="must be owner of extension vector"):
        _as_owner(made, "ALTER EXTENSION vector UPDATE", "analytics")


def test_an_administrator_without_power_still_creates_what_is_trusted(made: Server) -> None:
    _bootstrap(made, "openibank=vector fresh=open")
    assert made.query("SELECT count(*) FROM pg_extension WHERE extname = 'open'", database="fresh") == "1"
    answer = made.run("sh", str(_FILES / "bootstrap.sh"), **variables(APP_DATABASES="fresh=vector"))
    assert 'permission denied to create extension "vector"' in answer.stderr


def test_what_the_server_does_not_have_fails_the_job(made: Server) -> None:
    answer = made.run("sh", str(_FILES / "bootstrap.sh"), **variables(APP_DATABASES="openibank=absent"))
    assert answer.returncode != 0
    assert re.search(r'extension "absent" (is not available|does not exist)', answer.stderr)


def test_a_second_run_changes_nothing(made: Server) -> None:
    catalogue = "SELECT datname, datacl FROM pg_database WHERE datname <> 'fresh' ORDER BY 1"
    before = made.query(catalogue)
    _bootstrap(made)
    assert made.query(catalogue) == before


def test_every_database_is_dumped_and_restored_apart(made: Server, tmp_path: Path) -> None:
    _as_owner(made, "CREATE TABLE places AS SELECT '[1,2,3]'::vector AS position", "analytics")
    for database in ("openibank", "reports"):
        _as_owner(made, "CREATE TABLE IF NOT EXISTS things (id bigint)", database)
    stated = {"PGUSER": "owner", "PGDATABASE": "openibank", "FOLDER": str(tmp_path), "FORMAT": "directory", "JOBS": "1"}
    answer = made.run("sh", str(_DUMPS / "dump-all.sh"), **stated, FURTHER="analytics reports")
    assert answer.returncode == 0, answer.stderr
    names = {file.stem.partition("-")[0]: file.stem for file in tmp_path.glob("*.manifest")}
    assert sorted(names) == ["analytics", "openibank", "reports"]
    (tmp_path / "analytics.fetched").write_text(names["analytics"])
    # RDS lets its administrator create what it offers; here, a superuser stands in for that alone.
    made.query("ALTER ROLE administrator SUPERUSER")
    restored = made.run(
        *("sh", str(_DUMPS / "restore-beside.sh")),
        **{**stated, **variables(APP_DATABASES=_DATABASES), "PGDATABASE": "analytics"},
        BOOTSTRAP=str(_FILES),
        STORAGE_GIB="100",
    )
    made.query("ALTER ROLE administrator NOSUPERUSER")
    assert restored.returncode == 0, restored.stderr
    assert _as_owner(made, "SELECT position FROM places", "analytics") == "[1,2,3]"
    owners = "SELECT string_agg(extname || ' ' || pg_get_userbyid(extowner), ',' ORDER BY extname) FROM pg_extension"
    found = made.query(f"{owners} WHERE extname <> 'plpgsql'", database="analytics")
    assert found == "open openibank_owner,vector administrator"
    missing = made.run("sh", str(_DUMPS / "dump-all.sh"), **stated, FURTHER="gone analytics")
    assert missing.returncode != 0
