"""The restore runbook, command by command as it is printed, for every product, on a real PostgreSQL and moto's S3."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import PlatformSettings
from settings.arithmetic.roles import owner
from tests.charts import ai_trading, dumps, gridtokenx, rendering, service_layer, waiver_exchange
from tests.charts.dumps import BOOTSTRAP, BUCKET, FILES, PASSWORD, Bucket
from tests.charts.rendering import ROOT, Rendered
from tools.drill.postgresql import Server

_PAGE = (ROOT / "docs" / "runbooks" / "restore-database.md").read_text(encoding="utf-8")
_STAND_IN = """
import os, sys
import yaml
words = sys.argv[1:]
if "--from=" in " ".join(words):
    cronjob = yaml.safe_load(open(os.environ["CRONJOB"]))
    name = words[words.index("job") + 1]
    assert f"--from=cronjob/{cronjob['metadata']['name']}" in words and "--dry-run=client" in words
    assert words[:2] == ["-n", cronjob["metadata"]["namespace"]]
    print(yaml.safe_dump({"kind": "Job", "metadata": {"name": name}, "spec": cronjob["spec"]["jobTemplate"]["spec"]}))
elif words[:2] == ["set", "env"]:
    job = yaml.safe_load(sys.stdin)
    pod = job["spec"]["template"]["spec"]
    stated = dict(word.split("=", 1) for word in words if "=" in word)
    for container in [*pod["initContainers"], *pod["containers"]]:
        kept = [each for each in container["env"] if each["name"] not in stated]
        container["env"] = kept + [{"name": name, "value": value} for name, value in stated.items()]
    print(yaml.safe_dump(job))
elif words[:3] == ["create", "-f", "-"]:
    open(os.environ["JOB"], "w").write(sys.stdin.read())
"""


def _block(first: str) -> str:
    """The block of the page that begins with these words."""
    (found,) = re.findall(rf"^```\n({re.escape(first)}.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


_PRODUCTS = {
    "openibank": lambda: (rendering.stack("prod"), rendering.rendered("workload", "prod")),
    "service-layer": lambda: (service_layer.settings("prod"), service_layer.release("workload")),
    "gridtokenx": lambda: (gridtokenx.gridtokenx("prod"), gridtokenx.rendered("workload", "prod")),
    "waiver-exchange": lambda: (waiver_exchange.waiver_exchange(), waiver_exchange.release()),
    "ai-trading": lambda: (ai_trading.ai_trading("prod"), ai_trading.rendered("workload", "prod")),
}


@pytest.fixture(scope="module", params=_PRODUCTS)
def product(request: pytest.FixtureRequest) -> tuple[PlatformSettings, Rendered]:
    return _PRODUCTS[request.param]()


@pytest.fixture(scope="module")
def server(product: tuple[PlatformSettings, Rendered]) -> Iterator[Server]:
    needs = product[0].workload.database
    assert needs is not None
    with dumps.shop(needs.name, needs.role, owner(product[0].workload, "database", needs)) as running:
        yield running


def _typed(folder: Path, bucket: Bucket, block: str, **variables: str) -> str:
    """Type a block of the page into a shell whose kubectl only writes down the Job."""
    (folder / "kubectl.py").write_text(_STAND_IN)
    (folder / "kubectl").write_text(f'#!/bin/sh\nexec {sys.executable} "{folder}/kubectl.py" "$@"\n')
    (folder / "kubectl").chmod(0o755)
    environment = {**bucket.variables, **variables, "PATH": f"{folder}:{bucket.path}"}
    answer = subprocess.run(
        ["bash", "-euc", block], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def _run(container: Any, folder: Path, base: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what a container of the Job runs, with the folders of this machine in place of its volumes."""
    places = {"/scratch": str(folder), "/scripts": str(FILES), "/bootstrap": str(BOOTSTRAP), "/tmp": str(folder)}

    def here(text: str) -> str:
        place = next((place for place in places if text.startswith(place)), None)
        return text if place is None else f"{places[place]}{text.removeprefix(place)}"

    stated = {each["name"]: here(each["value"]) for each in container["env"]}
    command = [here(word) for word in container["command"]]
    return subprocess.run(command, env={**stated, **base}, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.requirement("OB-112")
@pytest.mark.requirement("WX-88")
@pytest.mark.requirement("WX-93")
def test_the_page_brings_a_products_dump_back(
    product: tuple[PlatformSettings, Rendered], server: Server, bucket: Bucket, tmp_path: Path
) -> None:
    settings, release = product
    needs = settings.workload.database
    assert needs is not None
    names = {"S": "prod", "P": settings.workload.name, "D": needs.name, "B": BUCKET}
    as_owner = {"PGDATABASE": needs.name, "PGUSER": owner(settings.workload, "database", needs)}
    bucket.empty()
    good = dumps.digest(server, needs.name, needs.role)
    dumped = settings.workload.backups.dump
    assert dumped is not None
    name = dumps.stored(server, bucket, tmp_path / "made", FORMAT=dumped.format, **as_owner)
    server.query("DELETE FROM orders", user=needs.role, password=PASSWORD, database=needs.name)
    cronjob = release.one("CronJob", f"{settings.workload.name}-database-restore")
    assert cronjob["spec"]["suspend"] is True
    (tmp_path / "cronjob.yaml").write_text(yaml.safe_dump(cronjob))

    listing = _block("B=$(pulumi").splitlines()[1]
    assert f"dumps/{needs.name}/{name}.manifest" in _typed(tmp_path, bucket, listing, **names)
    commands = _block("restore() {").replace("<name of the dump>", name)
    files = {"CRONJOB": str(tmp_path / "cronjob.yaml"), "JOB": str(tmp_path / "job.yaml")}
    _typed(tmp_path, bucket, commands, **names, **files)
    pod = yaml.safe_load((tmp_path / "job.yaml").read_text())["spec"]["template"]["spec"]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (fetch,), (restore,) = pod["initContainers"], pod["containers"]
    fetched = _run(fetch, scratch, bucket.variables)
    assert fetched.returncode == 0, fetched.stderr
    # What the Secret holds and where this machine's server is; all else is the Job's own.
    secret = {"PGUSER": "administrator", "PGPASSWORD": "administrators-word"}
    where = {**server.environment(), "PGDATABASE": needs.name, "PGSSLMODE": "disable"}
    restored = _run(restore, scratch, {**where, **secret})
    assert restored.returncode == 0, restored.stderr
    assert dumps.digest(server, needs.name, needs.role) == good
    (before,) = (each for each in dumps.databases(server) if "_before_" in each)
    assert server.query("SELECT count(*) FROM orders", database=before) == "0"


def test_what_was_there_before_can_be_had_back(shop: Server, bucket: Bucket, tmp_path: Path) -> None:
    bucket.empty()
    dumps.stored(shop, bucket, tmp_path / "made")
    shop.query("INSERT INTO orders VALUES (9001, 1, 'since')", user="shop", password=PASSWORD, database="shop")
    since = dumps.digest(shop)
    answer = dumps.restore(shop, bucket, tmp_path / "fetched")
    assert answer.returncode == 0, answer.stderr
    assert dumps.digest(shop) != since
    assert shop.query("SELECT extname FROM pg_extension WHERE extname = 'vector'", database="shop") == "vector"
    granted = "SELECT has_table_privilege('reporter', 'orders', 'SELECT')"
    assert shop.query(granted, database="shop") == "t"
    (before,) = (each for each in dumps.databases(shop) if "_before_" in each)
    for statement in re.findall(r"`(ALTER DATABASE [^`]+;)`", _PAGE):
        here = statement.replace("<database>_before_<time>", before).replace("<database>", "shop")
        shop.query(here, user="administrator", password="administrators-word")
    assert dumps.digest(shop) == since


def _refused(shop: Server, folder: Path, **stated: str) -> str:
    held = dumps.digest(shop), dumps.databases(shop)
    answer = dumps.restore_fetched(shop, folder, **stated)
    assert answer.returncode != 0
    assert (dumps.digest(shop), dumps.databases(shop)) == held
    return answer.stderr


@pytest.fixture(scope="module")
def fetched(shop: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fetched")
    assert dumps.dump(shop, folder).returncode == 0
    (manifest,) = folder.glob("*.manifest")
    (folder / "shop.fetched").write_text(f"{manifest.stem}\n")
    return folder


def test_nothing_is_restored_while_somebody_is_connected(shop: Server, fetched: Path) -> None:
    environment = {**os.environ, **shop.environment(PGUSER="shop", PGPASSWORD=PASSWORD, PGDATABASE="shop")}
    with subprocess.Popen(["psql"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(b"SELECT 'here';\n")
        writer.stdin.flush()
        while b"here" not in writer.stdout.readline():
            pass
        said = _refused(shop, fetched)
        writer.stdin.close()
    assert "has 1 sessions, of shop: stop whoever writes to it first. Nothing was changed." in said


def test_nothing_is_restored_without_room(shop: Server, fetched: Path) -> None:
    assert "that is over nine tenths of 0 GiB. Nothing was changed." in _refused(shop, fetched, STORAGE_GIB="0")


@pytest.mark.parametrize("check", ["SELECT count(*) > 5000 FROM orders", "SELECT nothing FROM nowhere"])
def test_a_check_that_fails_leaves_the_database_its_name(shop: Server, fetched: Path, check: str) -> None:
    time.sleep(1)  # what is restored is named by the second
    held, listed = dumps.digest(shop), set(dumps.databases(shop))
    answer = dumps.restore_fetched(shop, fetched, CHECKS=f"orders={check}")
    assert answer.returncode != 0
    assert "The check orders answers" in answer.stderr
    assert "which nothing uses; shop is as it was." in answer.stderr
    assert dumps.digest(shop) == held
    (beside,) = set(dumps.databases(shop)) - listed
    assert beside.startswith("shop_restored_")


@pytest.mark.requirement("OB-111")
@pytest.mark.requirement("OB-114")
def test_the_runbook_stops_by_the_switch_before_it_restores_and_starts_before_it_lets_traffic_through() -> None:
    steps = [
        _PAGE.index("pulumi config set --stack $S --path groundwork:application.stopped true"),
        _PAGE.index("restore-db-instance-to-point-in-time"),
        _PAGE.index("restore PGDATABASE=$D"),
        _PAGE.index("pulumi config rm --stack $S --path groundwork:application.stopped"),
        _PAGE.index("port-forward deployment/$A"),
        _PAGE.index("pulumi config rm --stack $S --path groundwork:ingress.maintenance"),
    ]
    assert steps == sorted(steps)
    assert "DROP" not in _PAGE
