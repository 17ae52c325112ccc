"""The dump's scripts: a real pg_dump and psql, and the AWS client before moto's S3."""

import os
import re
import signal
import subprocess
from hashlib import sha256
from pathlib import Path
from time import sleep

import pytest

from tests.charts import dumps
from tests.charts.dumps import FILES, Bucket
from tests.charts.rendering import at, rendered
from tools.drill.postgresql import Server

_NAME = r"shop-\d{8}_\d{6}-[0-9a-f]{8}"


def _manifest(folder: Path) -> list[list[str]]:
    (file,) = folder.glob("*.manifest")
    return [line.split("\t") for line in file.read_text().splitlines()]


@pytest.mark.requirement("OB-109")
@pytest.mark.requirement("GX-142")
@pytest.mark.parametrize("form", ["directory", "custom"])
def test_the_manifest_states_what_was_dumped(shop: Server, tmp_path: Path, form: str) -> None:
    answer = dumps.dump(shop, tmp_path, FORMAT=form)
    assert answer.returncode == 0, answer.stderr
    lines = _manifest(tmp_path)
    named = {line[0]: line[1] for line in lines if line[0] not in ("part", "rows")}
    assert re.fullmatch(_NAME, named["name"])
    assert (named["database"], named["format"]) == ("shop", form)
    assert named["server"] == shop.query("SHOW server_version_num")
    archive = tmp_path / named["name"]
    parts = {line[3]: (line[1], int(line[2])) for line in lines if line[0] == "part"}
    assert parts == {
        file.name: (sha256(file.read_bytes()).hexdigest(), file.stat().st_size) for file in archive.iterdir()
    }
    assert ("toc.dat" in parts) == (form == "directory")
    if form == "custom":
        # GX-142: the custom format begins with these letters.
        assert (archive / "shop.backup").read_bytes().startswith(b"PGDMP")
    rows = {line[2]: int(line[1]) for line in lines if line[0] == "rows"}
    assert rows == {'audit.first': 30, "public.customers": 50, "public.orders": 2000, "public.places": 1}  # fmt: skip
    everything = (tmp_path / f"{named['name']}.manifest").read_bytes().rsplit(b"end\t", 1)[0]
    assert named["end"] == sha256(everything).hexdigest()


@pytest.mark.requirement("GX-142")
def test_large_objects_are_in_a_dump(shop: Server, tmp_path: Path) -> None:
    assert dumps.dump(shop, tmp_path, FORMAT="custom").returncode == 0
    (archive,) = tmp_path.glob("*/shop.backup")
    listed = shop.run("pg_restore", "--list", str(archive))
    assert re.search(r" BLOBS? - ", listed.stdout)


def test_two_dumps_of_one_second_have_two_names(shop: Server, tmp_path: Path) -> None:
    for _ in range(2):
        assert dumps.dump(shop, tmp_path).returncode == 0
    assert len(list(tmp_path.glob("*.manifest"))) == 2


def test_the_counts_are_of_the_dumps_own_moment(shop: Server, tmp_path: Path) -> None:
    """Rows that are written while the dump runs are in neither or in both."""
    (tmp_path / "pg_dump").write_text(
        "#!/bin/sh\n"
        'psql --quiet --command "INSERT INTO customers (name) VALUES (gen_random_uuid())"\n'
        'exec "$REAL" "$@"\n'
    )
    (tmp_path / "pg_dump").chmod(0o755)
    before = int(shop.query("SELECT count(*) FROM customers", database="shop"))
    path = f"{tmp_path}:{shop.environment()['PATH']}"
    folder = tmp_path / "out"
    folder.mkdir()
    answer = dumps.dump(shop, folder, PATH=path, REAL=str(shop.binaries / "pg_dump"))
    assert answer.returncode == 0, answer.stderr
    assert int(shop.query("SELECT count(*) FROM customers", database="shop")) == before + 1
    assert ["rows", str(before), "public.customers"] in _manifest(folder)
    shop.query(f"DELETE FROM customers WHERE id > {before}", database="shop")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("exit 1", ""),
        ('eval last=\\${$#}; touch "${last#--file=}/toc.dat"; kill -9 $$', ""),
        ("seq 1 1000; exit 3", ""),
    ],
    ids=["fails at once", "is killed half way", "fails at its end"],
)
def test_a_dump_that_fails_leaves_no_manifest(shop: Server, tmp_path: Path, program: str, reason: str) -> None:
    (tmp_path / "pg_dump").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "pg_dump").chmod(0o755)
    answer = dumps.dump(shop, tmp_path, PATH=f"{tmp_path}:{shop.environment()['PATH']}")
    assert answer.returncode != 0
    assert reason in answer.stderr
    assert not list(tmp_path.glob("*.manifest"))


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({"PGDATABASE": "missing"}, 'database "missing" does not exist'),
        ({"FORMAT": "plain"}, "FORMAT is plain"),
        ({"PGPASSWORD": "mistyped"}, "password authentication failed"),
    ],
)
def test_a_dump_that_cannot_start_fails_the_job(
    shop: Server, tmp_path: Path, stated: dict[str, str], reason: str
) -> None:
    answer = dumps.dump(shop, tmp_path, **stated)
    assert answer.returncode != 0
    assert reason in answer.stderr
    assert not list(tmp_path.glob("*.manifest"))


@pytest.mark.requirement("OB-109")
@pytest.mark.requirement("GX-143")
def test_the_manifest_is_stored_last(shop: Server, bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    name = dumps.stored(shop, bucket, tmp_path)
    keys = bucket.listed()
    assert {key for key in keys if key.endswith(".manifest")} == {f"dumps/shop/{name}.manifest"}
    assert f"dumps/shop/{name}/toc.dat" in keys
    when = {key: bucket.client.head_object(Bucket=dumps.BUCKET, Key=key)["LastModified"] for key in keys}
    assert max(when.values()) == when[f"dumps/shop/{name}.manifest"]


def test_nothing_that_is_stored_is_ever_overwritten(shop: Server, bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    name = dumps.stored(shop, bucket, tmp_path)
    key = f"dumps/shop/{name}.manifest"
    kept = bucket.read(key)
    (tmp_path / f"{name}.manifest").write_text("another")
    answer = bucket.run("upload.sh", tmp_path)
    assert answer.returncode != 0
    assert "PreconditionFailed" in answer.stderr
    assert bucket.read(key) == kept


def test_without_a_dump_nothing_is_stored(bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    answer = bucket.run("upload.sh", tmp_path)
    assert answer.returncode != 0
    assert "no dump" in answer.stderr
    assert bucket.listed() == []


def test_a_part_that_cannot_be_stored_leaves_no_manifest(shop: Server, bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    assert dumps.dump(shop, tmp_path).returncode == 0
    (archive,) = (each for each in tmp_path.iterdir() if each.is_dir())
    (archive / "dangling").symlink_to(tmp_path / "nothing")
    answer = bucket.run("upload.sh", tmp_path)
    assert answer.returncode != 0
    assert not [key for key in bucket.listed() if key.endswith(".manifest")]


@pytest.mark.requirement("GX-145")
def test_the_first_dump_of_a_month_is_archived_beside_the_dumps(shop: Server, bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    names = [dumps.stored(shop, bucket, tmp_path / str(number), ARCHIVED="yes") for number in range(2)]
    archived = [key for key in bucket.listed("archives/") if key.endswith(".manifest")]
    assert archived == [f"archives/shop/{names[0]}.manifest"]
    assert len([key for key in bucket.listed("dumps/") if key.endswith(".manifest")]) == 2
    fetched = bucket.run("fetch.sh", tmp_path, STORED_UNDER="archives")
    assert fetched.returncode == 0, fetched.stderr
    assert (tmp_path / names[0] / "toc.dat").exists()


def _killed(command: list[str], environment: dict[str, str], seconds: float) -> None:
    with subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1, 0.15, 0.2, 0.3])
def test_a_kill_at_any_moment_leaves_no_dump_that_looks_whole(shop: Server, tmp_path: Path, seconds: float) -> None:
    wanted = {"PGUSER": "shop", "PGPASSWORD": dumps.PASSWORD, "PGDATABASE": "shop", "FORMAT": "directory", "JOBS": "2"}
    environment = shop.environment(**wanted, FOLDER=str(tmp_path))
    _killed(["sh", str(FILES / "dump.sh")], environment, seconds)
    for manifest in tmp_path.glob("*.manifest"):
        checked = shop.run("sh", str(FILES / "check-dump.sh"), manifest.stem, "shop", FOLDER=str(tmp_path),
                           PGUSER="owner")  # fmt: skip
        assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9, 1.2, 1.5])
def test_a_kill_while_it_is_stored_leaves_no_manifest_without_its_parts(
    shop: Server, bucket: Bucket, tmp_path: Path, seconds: float
) -> None:
    bucket.empty()
    assert dumps.dump(shop, tmp_path).returncode == 0
    environment = {**bucket.variables, "FOLDER": str(tmp_path), "PGDATABASE": "shop"}
    _killed(["sh", str(FILES / "upload.sh")], environment, seconds)
    (archive,) = (each for each in tmp_path.iterdir() if each.is_dir())
    keys = bucket.listed()
    if any(key.endswith(".manifest") for key in keys):
        assert {key.rsplit("/", 1)[1] for key in keys if "/toc.dat" in key or ".dat" in key} == {
            file.name for file in archive.iterdir() if ".dat" in file.name
        }


def test_the_job_runs_these_very_files_with_credentials_from_secrets() -> None:
    release = rendered("workload", "prod")
    data = release.one("ConfigMap", "database-dump")["data"]
    assert data == {name: (FILES / name).read_text() for name in ("dump.sh", "rows.sql", "upload.sh")}
    pod = at(release.one("CronJob", "database-dump"), "spec.jobTemplate.spec.template.spec")
    assert pod["serviceAccountName"] == "openibank-dump"
    assert at(pod, "initContainers[0].command") == ["sh", "/scripts/dump.sh"]
    assert at(pod, "initContainers[0].envFrom") == [{"secretRef": {"name": "openibank-database-owner"}}]
    assert at(pod, "containers[0].env[name=BUCKET].value") == "openibank-prod-backups"
    claim = at(pod, "volumes[name=dump].ephemeral.volumeClaimTemplate.spec")
    assert claim["resources"]["requests"]["storage"] == "100Gi"
