"""The restore test's scripts against real PostgreSQL servers, and where its Job runs them."""

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import jmespath
import pytest

from tests.charts.server import Server, start

_FILES = Path(__file__).parents[2] / "charts" / "workload" / "files"


@pytest.fixture(scope="module")
def production() -> Iterator[Server]:
    """A database as the bootstrap leaves it, with something in it."""
    with tempfile.TemporaryDirectory(prefix="groundwork-production-") as folder:
        server, process = start(Path(folder))
        try:
            server.query("CREATE ROLE shop LOGIN PASSWORD 'word'")
            server.query("CREATE DATABASE shop OWNER shop")
            server.query("ALTER SCHEMA public OWNER TO shop", database="shop")
            server.query("REVOKE ALL ON SCHEMA public FROM PUBLIC", database="shop")
            server.query("CREATE TABLE orders AS SELECT n, md5(n::text) AS note FROM generate_series(1, 1000) n",
                         user="shop", password="word", database="shop")  # fmt: skip
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def dump(production: Server, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the dump's own script makes of it."""
    folder = tmp_path_factory.mktemp("dump")
    script = folder / "dump.sh"
    script.write_text((_FILES / "dump.sh").read_text().replace("/dump/", f"{folder}/"))
    answer = production.run("bash", str(script), PGUSER="owner", PGDATABASE="shop")
    assert answer.returncode == 0, answer.stderr
    (file,) = folder.glob("*.sql.gz")
    return file.read_bytes()


class Scratch:
    """The throw-away server of a test, made by the chart's script, with a folder that pods would share."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self._binaries, self.port = folder, binaries, _free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        # 5432 belongs to the pod alone; on this machine others may have it.
        script = folder / "scratch-server.sh"
        script.write_text(
            (_FILES / "scratch-server.sh").read_text().replace("exec postgres", f"exec postgres -p {self.port}")
        )
        if self._user:
            shutil.chown(folder, self._user)
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["sh", str(script)], env=self._environment(), stdout=log, stderr=log, user=self._user, cwd=folder
            )
        for _ in range(150):
            if self.run("pg_isready", "--timeout=1", "--dbname=postgres").returncode == 0:
                return
            sleep(0.1)
        raise AssertionError((folder / "log").read_text())

    def _environment(self, **variables: str) -> dict[str, str]:
        base = {"PATH": f"{self._binaries}:{os.environ['PATH']}", "FOLDER": str(self.folder), "LC_ALL": "C"}
        address = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGDATABASE": "shop", "PGUSER": "scratch"}
        return {**base, **address, **variables}

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self._environment(**variables), capture_output=True, text=True, check=False, timeout=60,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def restore(self, dump: bytes) -> subprocess.CompletedProcess[str]:
        """Restore with the chart's script, from an empty server."""
        self.query("DROP DATABASE IF EXISTS shop")
        self.query("DROP ROLE IF EXISTS shop")
        (self.folder / "newest.sql.gz").write_bytes(dump)
        return self.run("bash", str(_FILES / "restore.sh"), ROLE="shop")

    def query(self, statement: str, database: str = "postgres", user: str = "scratch") -> str:
        answer = self.run(
            "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement,
            PGDATABASE=database, PGUSER=user,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


@pytest.fixture(scope="module")
def scratch(production: Server) -> Iterator[Scratch]:
    with tempfile.TemporaryDirectory(prefix="groundwork-scratch-") as folder:
        made = Scratch(Path(folder), production.binaries)
        try:
            yield made
        finally:
            made.process.terminate()
            made.process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
def test_the_newest_dump_becomes_a_database_that_the_product_owns(scratch: Scratch, dump: bytes) -> None:
    answer = scratch.restore(dump)
    assert answer.returncode == 0, answer.stderr
    assert "The dump restores to 1 tables" in answer.stdout
    # As the application itself: it finds its rows and may migrate, and may do no more than in production.
    assert scratch.query("SELECT count(*) FROM orders", "shop", "shop") == "1000"
    scratch.query("ALTER TABLE orders ADD COLUMN paid boolean", "shop", "shop")
    assert scratch.query("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = 'shop'") == "f"


def _plain(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda packed: gzip.compress(change(gzip.decompress(packed)))


_BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "half of the file": (lambda packed: packed[: len(packed) // 2], "unexpected end of file"),
    "an error in its place": (lambda _: b"<Error>AccessDenied</Error>", "not in gzip format"),
    "nothing packed": (lambda _: gzip.compress(b""), "does not end as a complete one does"),
    "rows cut off": (_plain(lambda text: text[: text.index(b"500\t")]), "does not end as a complete one does"),
    "no table": (_plain(lambda _: b"-- PostgreSQL database dump complete\n"), "a database without a table"),
    "a statement that is none": (_plain(lambda text: text.replace(b"CREATE TABLE", b"CREATE TABEL")), "syntax error"),
    "a row that does not fit": (_plain(lambda text: text.replace(b"\n500\t", b"\nfive\t")), "invalid input syntax"),
}


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
@pytest.mark.parametrize("damage", _BROKEN)
def test_a_broken_backup_fails_the_test(scratch: Scratch, dump: bytes, damage: str) -> None:
    broken, reason = _BROKEN[damage]
    answer = scratch.restore(broken(dump))
    assert answer.returncode != 0, answer.stdout
    assert reason in answer.stderr


def _fetch(folder: Path, listed: str, hours: int = 26) -> subprocess.CompletedProcess[str]:
    """Run the script with a client that knows one answer to the question for the newest dump."""
    client = folder / "aws"
    client.write_text(
        f"""#!/bin/sh
echo "$@" >>{folder}/asked
case "$2" in
list-objects-v2) printf '{listed}\\n' ;;
cp) echo dump >"$4" ;;
esac
"""
    )
    client.chmod(0o755)
    variables = {"BUCKET": "backups", "OLDEST_HOURS": str(hours), "FOLDER": str(folder)}
    return subprocess.run(
        ["sh", str(_FILES / "fetch.sh")], env={"PATH": f"{folder}:{os.environ['PATH']}", **variables},
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


_LISTING = {
    "Contents": [
        {"Key": "dumps/shop-20261121.sql.gz", "LastModified": "2026-11-21T02:00:11+00:00"},
        {"Key": "dumps/shop-20261122.sql.gz", "LastModified": "2026-11-22T02:00:09+00:00"},
        {"Key": "dumps/notes.txt", "LastModified": "2026-11-22T09:00:00+00:00"},
    ]
}


def _made(hours: int) -> str:
    return f"{datetime.now(UTC) - timedelta(hours=hours, minutes=5):%Y-%m-%dT%H:%M:%S+00:00}"


@pytest.mark.requirement("SL-119")
def test_the_newest_dump_is_fetched(tmp_path: Path) -> None:
    answer = _fetch(tmp_path, f"{_made(3)}\\tdumps/shop-20261122.sql.gz")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "dumps/shop-20261122.sql.gz was made 3 hours ago."
    question, copy = (tmp_path / "asked").read_text().splitlines()
    assert "--prefix dumps/" in question
    found: object = jmespath.search(question.split("--query ")[1], _LISTING)
    assert found == ["2026-11-22T02:00:09+00:00", "dumps/shop-20261122.sql.gz"]
    assert jmespath.search(question.split("--query ")[1], {}) is None
    assert copy.startswith(f"s3 cp s3://backups/dumps/shop-20261122.sql.gz {tmp_path}/newest.sql.gz")


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
@pytest.mark.parametrize(
    ("hours", "reason"), [(None, "There is no dump"), (30, "is 30 hours old")], ids=["none", "an old one"]
)
def test_no_dump_and_an_old_one_fail_the_test(tmp_path: Path, hours: int | None, reason: str) -> None:
    answer = _fetch(tmp_path, "None" if hours is None else f"{_made(hours)}\\tdumps/old.sql.gz")
    assert answer.returncode == 1
    assert reason in answer.stderr
    assert not (tmp_path / "newest.sql.gz").exists()
