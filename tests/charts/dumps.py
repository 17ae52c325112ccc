"""A product's database, and the scripts that bring its dumps to a bucket and back."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tools.drill import bucket as buckets
from tools.drill import dumps
from tools.drill.bucket import BUCKET, FILES, Bucket, ToolMissingError
from tools.drill.postgresql import Server, administered, variables
from tools.drill.product import BOOTSTRAP

__all__ = ["BOOTSTRAP", "BUCKET", "FILES", "Bucket"]

PASSWORD = "applications-word"
ADMINISTRATOR = variables(APP_DATABASES="shop=", APP_OWNER="shop_owner", APP_ROLE="shop")
"""What the bootstrap is given, and the restore is, too."""
_OWNER = {"PGUSER": "shop_owner", "PGPASSWORD": PASSWORD, "PGDATABASE": "shop"}
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


@contextmanager
def bucket() -> Generator[Bucket]:
    """Serve S3 on this machine, with a bucket in it; without moto's server or the client the test is not run."""
    try:
        with buckets.bucket("shop") as place:
            yield place
    except ToolMissingError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs this test: {missing}", pytrace=False)
        pytest.skip(f"not judged: {missing}")


def dump(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Dump the shop by the chart's script, as the Job does."""
    return dumps.dump(server, folder, **{**_OWNER, **stated})


def reseal(manifest: Path, old: str, new: str) -> None:
    """Change a manifest as somebody would who knows its last line."""
    text = manifest.read_text().rpartition("end\t")[0]
    changed = text.replace(old, new)
    assert changed != text
    manifest.write_text(f"{changed}end\t{sha256(changed.encode()).hexdigest()}\n")


def stored(server: Server, place: Bucket, folder: Path, **stated: str) -> str:
    """Dump the shop and store it; return the dump's name."""
    return dumps.stored(server, place, folder, **{**_OWNER, **stated})


def restore(server: Server, place: Bucket, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Fetch a dump and restore it beside the shop, as the Job of the runbook does; the answer is the last step's."""
    return dumps.restore(server, place, folder, **{**ADMINISTRATOR, "PGDATABASE": "shop", **stated})


def restore_fetched(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Restore beside the shop what was fetched."""
    return dumps.restore_fetched(server, folder, **{**ADMINISTRATOR, "PGDATABASE": "shop", **stated})
