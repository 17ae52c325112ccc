"""A product's database, a bucket behind moto's S3, and the scripts that bring dumps from one to the other and back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import botocore.session
import pytest

from tests.charts.server import Server, administered, variables

FILES = Path(__file__).parents[2] / "charts" / "workload" / "files"
BOOTSTRAP = FILES.parents[1] / "foundation" / "files"
BUCKET = "shop-backups"
PASSWORD = "applications-word"
ADMINISTRATOR = variables(APP_DATABASES="shop=", APP_OWNER="shop_owner", APP_ROLE="shop")
"""What the bootstrap is given, and the restore is, too."""
_CONTENT = """
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO customers (name) SELECT 'customer ' || n FROM generate_series(1, 50) n;
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, note text DEFAULT 'none');
INSERT INTO orders SELECT n, 1 + n % 50, md5(n::text) FROM generate_series(1, 2000) n;
CREATE INDEX ON orders (customer);
CREATE VIEW spending AS SELECT customer, count(*) AS orders FROM orders GROUP BY customer;
CREATE SCHEMA audit;
CREATE TABLE audit."Odd ""name" (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE audit.first PARTITION OF audit."Odd ""name" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO audit."Odd ""name" SELECT '2026-06-01', 'row ' || n FROM generate_series(1, 30) n;
CREATE TABLE places AS SELECT '[1,2,3]'::vector AS position;
COMMENT ON TABLE orders IS 'What was ordered';
GRANT SELECT ON orders TO reporter;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reporter;
"""
_DIGEST = """
SELECT md5(string_agg(o::text, ',' ORDER BY id)) || ' ' || (SELECT count(*) FROM audit."Odd ""name") || ' '
    || (SELECT string_agg(position::text, '') FROM places) || ' ' || convert_from(lo_get(4711), 'UTF8')
FROM orders o
"""


@contextmanager
def shop(name: str = "shop", role: str = "shop", owner: str = "shop_owner") -> Generator[Server]:
    """Run a server whose database the bootstrap made, filled; the administrator owns an extension in public."""
    with administered() as server:
        server.query("CREATE ROLE reporter")
        roles = {"APP_OWNER": owner, "APP_OWNER_PASSWORD": PASSWORD, "APP_ROLE": role, "APP_PASSWORD": PASSWORD}
        made = server.run("sh", str(BOOTSTRAP / "bootstrap.sh"), **variables(APP_DATABASES=f"{name}=", **roles))
        assert made.returncode == 0, made.stderr
        # RDS lets its administrator create what it offers; in new databases here, the template has it.
        for database in ("template1", name):
            server.query("CREATE EXTENSION vector SCHEMA public", database=database)
        # The application makes the large object itself.
        for user, content in ((owner, _CONTENT), (role, "SELECT lo_from_bytea(4711, 'a large object')")):
            answer = server.run(
                *("psql", "--set", "ON_ERROR_STOP=1", "--command", content),
                PGUSER=user,
                PGPASSWORD=PASSWORD,
                PGDATABASE=name,
            )
            assert answer.returncode == 0, answer.stderr
        yield server


def digest(server: Server, database: str = "shop", role: str = "shop") -> str:
    """Everything in the shop, as the role sees it."""
    return server.query(_DIGEST, user=role, password=PASSWORD, database=database)


def databases(server: Server) -> list[str]:
    """The databases of the server beside its own three, sorted."""
    return server.query("SELECT datname FROM pg_database WHERE oid > 16000 ORDER BY 1").split()


@dataclass(frozen=True)
class Bucket:
    """A bucket of moto's, with the variables that the scripts read."""

    endpoint: str
    path: str
    client: Any

    @property
    def variables(self) -> dict[str, str]:
        credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_PAGER": ""}
        regions = {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1"}
        return {**credentials, **regions, "AWS_ENDPOINT_URL": self.endpoint, "BUCKET": BUCKET, "PATH": self.path}

    def run(self, script: str, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the chart in the place of the AWS client's container."""
        environment = {**self.variables, "FOLDER": str(folder), "PGDATABASE": "shop", **stated}
        return subprocess.run(
            ["sh", str(FILES / script)], env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def listed(self, prefix: str = "") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def read(self, key: str) -> bytes:
        return cast("bytes", self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def write(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def empty(self) -> None:
        for key in self.listed():
            self.client.delete_object(Bucket=BUCKET, Key=key)


@contextmanager
def bucket() -> Generator[Bucket]:
    """Serve S3 on this machine, with a bucket in it; without moto's server or the client the test is not run."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for missing in _missing(path):
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs this test: {missing}", pytrace=False)
        pytest.skip(f"not judged: {missing}")
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = cast("Any", botocore.session.Session()).create_client(
            "s3", region_name="eu-central-1", endpoint_url=endpoint,
            aws_access_key_id="testing", aws_secret_access_key="testing",
        )  # fmt: skip
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        place = Bucket(endpoint, path, client)
        yield place
        # Moto keeps its buckets for the whole process, over the next server of its too.
        place.empty()
        client.delete_bucket(Bucket=BUCKET)
    finally:
        server.stop()


def _missing(path: str) -> Iterator[str]:
    if shutil.which("aws", path=path) is None:
        yield "the AWS client is not installed; `make setup-test` installs it"
    if find_spec("flask_cors") is None:
        yield "moto's server is not installed; `make setup-test` installs it"


def dump(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Dump the shop by the chart's script, as the Job does."""
    wanted = {
        "PGUSER": "shop_owner",
        "PGPASSWORD": PASSWORD,
        "PGDATABASE": "shop",
        "FOLDER": str(folder),
        "FORMAT": "directory",
        "JOBS": "2",
        **stated,
    }
    return server.run("sh", str(FILES / "dump.sh"), **wanted)


def reseal(manifest: Path, old: str, new: str) -> None:
    """Change a manifest as somebody would who knows its last line."""
    text = manifest.read_text().rpartition("end\t")[0]
    changed = text.replace(old, new)
    assert changed != text
    manifest.write_text(f"{changed}end\t{sha256(changed.encode()).hexdigest()}\n")


def stored(server: Server, place: Bucket, folder: Path, **stated: str) -> str:
    """Dump the shop and store it; return the dump's name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = dump(server, folder, **stated)
    assert made.returncode == 0, made.stderr
    sent = place.run("upload.sh", folder, **stated)
    assert sent.returncode == 0, sent.stderr
    (manifest,) = folder.glob("*.manifest")
    return manifest.stem


def restore(server: Server, place: Bucket, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Fetch a dump and restore it beside the shop, as the Job of the runbook does; the answer is the last step's."""
    folder.mkdir(parents=True, exist_ok=True)
    fetched = place.run("fetch.sh", folder, **stated)
    if fetched.returncode != 0:
        return fetched
    return restore_fetched(server, folder, **stated)


def restore_fetched(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Restore beside the shop what was fetched."""
    wanted = {**ADMINISTRATOR, "PGDATABASE": "shop", "FOLDER": str(folder), "JOBS": "2"}
    room = {"STORAGE_GIB": "100", "BOOTSTRAP": str(BOOTSTRAP)}
    return server.run("sh", str(FILES / "restore-beside.sh"), **{**wanted, **room, **stated})
