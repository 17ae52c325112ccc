"""The restore test's scripts: real PostgreSQL servers, and the AWS client before moto's S3."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from tests.charts import dumps
from tests.charts.dumps import FILES, Bucket
from tools.drill.postgresql import Server, free_port


class Scratch:
    """The throw-away server of a test, made by the chart's script, with a folder that pods would share."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self._binaries, self.port = folder, binaries, free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        # 5432 belongs to the pod alone; on this machine others may have it.
        script = folder / "scratch-server.sh"
        script.write_text(
            (FILES / "scratch-server.sh").read_text().replace("exec postgres", f"exec postgres -p {self.port}")
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

    def restore(self, fetched: Path, **stated: str) -> subprocess.CompletedProcess[str]:
        """Restore what was fetched by the chart's script, from an empty server."""
        for database in ("shop", "stock"):
            self.query(f"DROP DATABASE IF EXISTS {database}")
        self.query("DROP ROLE IF EXISTS shop, shop_owner")
        roles = {"ROLE": "shop_owner", "OTHERS": "shop"}
        return self.run("sh", str(FILES / "restore.sh"), **roles, JOBS="2", FOLDER=str(fetched), **stated)

    def query(self, statement: str, database: str = "postgres", user: str = "scratch") -> str:
        answer = self.run(
            "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement,
            PGDATABASE=database, PGUSER=user,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


@pytest.fixture(scope="module")
def scratch(shop: Server) -> Iterator[Scratch]:
    with tempfile.TemporaryDirectory(prefix="groundwork-scratch-") as folder:
        made = Scratch(Path(folder), shop.binaries)
        try:
            yield made
        finally:
            made.process.terminate()
            made.process.wait(timeout=30)


def _dumped(shop: Server, folder: Path, database: str = "shop") -> None:
    """A dump of the database where fetch.sh would have laid it."""
    made = dumps.dump(shop, folder, PGDATABASE=database)
    assert made.returncode == 0, made.stderr
    (manifest,) = folder.glob(f"{database}-*.manifest")
    (folder / f"{database}.fetched").write_text(f"{manifest.stem}\n")


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
@pytest.mark.requirement("GX-146")
def test_a_dump_becomes_a_database_that_the_product_owns(shop: Server, scratch: Scratch, tmp_path: Path) -> None:
    """Its role reporter and the administrator, who owns the extension, are not on the throw-away server."""
    _dumped(shop, tmp_path)
    answer = scratch.restore(tmp_path, CHECKS="orders=SELECT count(*) = 2000 FROM orders\nnames=SELECT true")
    assert answer.returncode == 0, answer.stderr
    assert "restores to 4 tables" in answer.stdout
    assert "2 checks hold" in answer.stdout
    assert 'Left out: what was granted to the role "reporter"' in answer.stdout
    # The application finds its rows, the owner may migrate, and neither may do more than in production.
    assert scratch.query("SELECT count(*) FROM orders", "shop", "shop") == "2000"
    scratch.query("ALTER TABLE orders ADD COLUMN paid boolean", "shop", "shop_owner")
    with pytest.raises(AssertionError, match="must be owner"):
        scratch.query("ALTER TABLE orders ADD COLUMN more boolean", "shop", "shop")
    assert scratch.query("SELECT bool_or(rolsuper OR rolcreatedb) FROM pg_roles WHERE rolname LIKE 'shop%'") == "f"


@pytest.mark.parametrize(
    ("check", "answer"),
    [("SELECT count(*) = 1999 FROM orders", "f"), ("SELECT true FROM missing", "an error"), ("SELECT 2", "2")],
)
def test_a_check_that_does_not_hold_fails_the_test(
    shop: Server, scratch: Scratch, tmp_path: Path, check: str, answer: str
) -> None:
    _dumped(shop, tmp_path)
    said = scratch.restore(tmp_path, CHECKS=f"first=SELECT true\nsecond={check}")
    assert said.returncode != 0
    assert f"The check second answers {answer}, not t." in said.stderr


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
def test_a_dump_with_other_rows_than_its_manifest_states_fails_the_test(
    shop: Server, scratch: Scratch, tmp_path: Path
) -> None:
    _dumped(shop, tmp_path)
    (manifest,) = tmp_path.glob("*.manifest")
    dumps.reseal(manifest, "rows\t2000\t", "rows\t2001\t")
    answer = scratch.restore(tmp_path)
    assert answer.returncode != 0
    assert "< rows\t2001\tpublic.orders" in answer.stderr
    assert "> rows\t2000\tpublic.orders" in answer.stderr


def test_every_further_database_is_tried_too(shop: Server, scratch: Scratch, tmp_path: Path) -> None:
    shop.query("CREATE DATABASE stock OWNER shop_owner")
    shop.query("CREATE TABLE shelves AS SELECT 1 AS id", user="shop_owner", password=dumps.PASSWORD, database="stock")
    _dumped(shop, tmp_path)
    _dumped(shop, tmp_path, "stock")
    answer = scratch.restore(tmp_path, FURTHER="stock", CHECKS="orders=SELECT count(*) > 0 FROM orders")
    assert answer.returncode == 0, answer.stderr
    assert scratch.query("SELECT id FROM shelves", "stock", "shop_owner") == "1"
    (part,) = tmp_path.glob("stock-*/toc.dat")
    part.write_bytes(b"")
    said = scratch.restore(tmp_path, FURTHER="stock")
    assert said.returncode != 0
    assert scratch.query("SELECT count(*) FROM pg_database WHERE datname = 'shop'") == "0"


def test_a_database_that_is_not_empty_is_not_restored_into(shop: Server, scratch: Scratch, tmp_path: Path) -> None:
    _dumped(shop, tmp_path)
    (manifest,) = tmp_path.glob("*.manifest")
    scratch.query("DROP DATABASE IF EXISTS busy")
    scratch.query("CREATE DATABASE busy")
    scratch.query("CREATE VIEW kept AS SELECT 7 AS number", "busy")
    answer = scratch.run(
        "sh", str(FILES / "restore-dump.sh"), manifest.stem,
        FOLDER=str(tmp_path), ROLE="scratch", JOBS="1", PGDATABASE="busy",
    )  # fmt: skip
    assert answer.returncode != 0
    assert "The database busy is not empty" in answer.stderr
    assert scratch.query("SELECT number FROM kept", "busy") == "7"


def _name(moment: datetime, database: str = "shop", number: int = 0) -> str:
    return f"{database}-{moment:%Y%m%d_%H%M%S}-{number:08x}"


def _put(bucket: Bucket, name: str) -> None:
    database = name.partition("-")[0]
    bucket.write(f"dumps/{database}/{name}.manifest", b"groundwork-dump\t1\npart\t0\t4\ttoc.dat\n")
    bucket.write(f"dumps/{database}/{name}/toc.dat", b"dump")


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("SL-120")
def test_the_newest_of_more_dumps_than_a_page_lists_is_fetched(bucket: Bucket, tmp_path: Path) -> None:
    """A page of S3 holds a thousand keys, and the client's queries are asked of each page apart."""
    bucket.empty()
    now = datetime.now(UTC)
    for number in range(1100):
        bucket.write(f"dumps/shop/{_name(now - timedelta(hours=3 + number), number=number)}.manifest", b"")
    _put(bucket, _name(now - timedelta(hours=2)))
    # What is no dump of the shop: a later one without a manifest, another database's, and a note.
    bucket.write(f"dumps/shop/{_name(now)}/toc.dat", b"dump")
    _put(bucket, _name(now, "shoppers"))
    bucket.write("dumps/shop/zzz.manifest", b"")
    answer = bucket.run("fetch.sh", tmp_path, OLDEST_HOURS="26")
    assert answer.returncode == 0, answer.stderr
    newest = _name(now - timedelta(hours=2))
    assert answer.stdout.strip() == f"{newest} was made 2 hours ago."
    assert (tmp_path / "shop.fetched").read_text() == f"{newest}\n"
    assert (tmp_path / newest / "toc.dat").read_bytes() == b"dump"


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
@pytest.mark.parametrize(
    ("hours", "reason"), [(None, "There is no dump"), (30, "is 30 hours old")], ids=["none", "an old one"]
)
def test_no_dump_and_an_old_one_fail_the_test(bucket: Bucket, tmp_path: Path, hours: int | None, reason: str) -> None:
    bucket.empty()
    if hours is not None:
        _put(bucket, _name(datetime.now(UTC) - timedelta(hours=hours, minutes=5)))
    answer = bucket.run("fetch.sh", tmp_path, OLDEST_HOURS="26")
    assert answer.returncode == 1
    assert reason in answer.stderr
    assert not (tmp_path / "shop.fetched").exists()


def test_a_dump_without_room_is_not_fetched(bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    name = _name(datetime.now(UTC))
    bucket.write(f"dumps/shop/{name}.manifest", b"groundwork-dump\t1\npart\t0\t1000000000000000\ttoc.dat\n")
    answer = bucket.run("fetch.sh", tmp_path)
    assert answer.returncode == 1
    assert f"The dump {name} takes 976562500000 KiB" in answer.stderr
    assert not (tmp_path / "shop.fetched").exists()
