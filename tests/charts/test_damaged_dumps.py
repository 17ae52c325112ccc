"""Dumps damaged in every way that we know of: each is noticed before anything is touched."""

import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.charts import dumps
from tests.charts.dumps import Bucket
from tools.drill.damages import KINDS, Stored, refusal
from tools.drill.postgresql import Server

_MISTYPED: dict[str, Callable[[str], str]] = {
    "a letter too few": lambda name: name[:-1],
    "another time": lambda name: name.replace("-20", "-19", 1),
    "a way out": lambda name: f"../shop/{name}",
    "another database's": lambda name: name.replace("shop", "stock"),
    "a pattern": lambda _: "shop-.*",
}


@pytest.fixture(scope="module")
def good(shop: Server, bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Two dumps of the shop with an order between them, and one of another database."""
    name = dumps.stored(shop, bucket, tmp_path_factory.mktemp("first"))
    shop.query("INSERT INTO orders VALUES (9001, 1, 'later')", user="shop", password=dumps.PASSWORD, database="shop")
    later = dumps.stored(shop, bucket, tmp_path_factory.mktemp("later"))
    shop.query("CREATE DATABASE stock OWNER shop_owner")
    shop.query("CREATE TABLE shelves AS SELECT 1 AS id", user="shop_owner", password=dumps.PASSWORD, database="stock")
    foreign = dumps.stored(shop, bucket, tmp_path_factory.mktemp("foreign"), PGDATABASE="stock")
    return Stored("shop", "stock", name, later, foreign, {key: bucket.read(key) for key in bucket.listed()})


def _fetched(
    shop: Server, bucket: Bucket, stored: Stored, folder: Path, wanted: str
) -> subprocess.CompletedProcess[str]:
    """Restore from the bucket, by both scripts."""
    bucket.empty()
    for key, content in stored.objects.items():
        bucket.write(key, content)
    return dumps.restore(shop, bucket, folder, DUMP=wanted)


@contextmanager
def _untouched(shop: Server) -> Generator[None]:
    before = dumps.digest(shop), dumps.databases(shop)
    yield
    assert (dumps.digest(shop), dumps.databases(shop)) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_dump_is_refused_and_nothing_is_touched(
    shop: Server, good: Stored, tmp_path: Path, kind: str
) -> None:
    stored = replace(good, objects=dict(good.objects))
    KINDS[kind][0](stored)
    stored.lay(tmp_path)
    with _untouched(shop):
        answer = dumps.restore_fetched(shop, tmp_path)
    assert answer.returncode != 0, answer.stdout
    assert refusal(kind, good) in answer.stderr


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("rows: 60 % left", "bytes, not"),
        ("manifest: gone", "There is no dump"),
        ("another database's dump", "of the database stock, not of shop"),
    ],
)
def test_a_damaged_object_in_the_bucket_is_refused(
    shop: Server, bucket: Bucket, good: Stored, tmp_path: Path, kind: str, reason: str
) -> None:
    stored = replace(good, objects=dict(good.objects))
    KINDS[kind][0](stored)
    with _untouched(shop):
        answer = _fetched(shop, bucket, stored, tmp_path, stored.name)
    assert answer.returncode != 0, answer.stdout
    assert reason in answer.stderr


@pytest.mark.parametrize("mistake", _MISTYPED)
def test_a_mistyped_name_is_refused_and_nothing_is_touched(
    shop: Server, bucket: Bucket, good: Stored, tmp_path: Path, mistake: str
) -> None:
    with _untouched(shop):
        answer = _fetched(shop, bucket, good, tmp_path, _MISTYPED[mistake](good.name))
    assert answer.returncode != 0, answer.stdout
    assert "There is no dump" in answer.stderr
    assert f"the newest is {good.later}" in answer.stderr


def test_more_than_forty_kinds_are_tried() -> None:
    assert len(KINDS) >= 40


def test_the_same_dump_undamaged_is_restored(shop: Server, bucket: Bucket, good: Stored, tmp_path: Path) -> None:
    """What refuses every dump would pass the tests above."""
    answer = _fetched(shop, bucket, good, tmp_path, good.name)
    assert answer.returncode == 0, answer.stderr
    assert shop.query("SELECT count(*) FROM orders", database="shop") == "2000"
