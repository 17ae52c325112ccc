"""docs/how-to/destroy-production.md, followed to the letter on the real engine: what is left, and a second time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.forked import Ended
from tests.platform.life import RELEASED, ROOT, Project
from tests.platform.remains import AUTOMATED_BACKUP, CACHE_SNAPSHOT, DELETED_SECRET, SNAPSHOT, remains, types

pytestmark = pytest.mark.engine

_PAGE = ROOT / "docs" / "how-to" / "destroy-production.md"
_STACK, _PRODUCT = "budget", "waiver-exchange"
_FREE = ("secret_recovery_days=0", "buckets=false", "vault=false", "images=false", "shared_folders=false")


def _laid_over(*settings: str) -> list[str]:
    return [option for setting in settings for option in ("-c", setting)]


def _snapshots(kept: list[str]) -> list[str]:
    return sorted(urn.rpartition("::")[2] for urn in kept if types([urn]).keys() & {SNAPSHOT, CACHE_SNAPSHOT})


@dataclass(frozen=True)
class Ends:
    """What is left after each destruction. The first keeps everything; the second and third but the stores' data."""

    resources: list[dict[str, object]]
    released: Ended
    first: list[str]
    again: Ended
    second: list[str]
    third: list[str]


def _page_settings() -> Iterator[str]:
    """Read the settings that the page has people write into the stack's file."""
    (block,) = re.findall(r"```yaml\n(.*?)```", _PAGE.read_text(), re.DOTALL)
    for section, keys in re.findall(r"groundwork:(\w+): \{(.*?)\}", block):
        for key, value in re.findall(r"(\w+): (\w+)", keys):
            yield f"groundwork:{section}.{key}={value}"


def test_the_page_releases_protection_and_nothing_else() -> None:
    assert set(_page_settings()) == set(RELEASED)
    assert not any("retention" in setting for setting in _page_settings())


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    project = Project.make(tmp_path_factory.mktemp("retention"), _PRODUCT)
    project.ok("up", _STACK, "--fast")
    resources = project.resources(_STACK)
    released = project.ok("up", _STACK, "--fast", "--json", *_laid_over(*_page_settings()))
    project.ok("destroy", _STACK, "--fast")
    first = project.kept(_STACK)
    again = project.run("up", _STACK, "--fast")
    project.ok("repair", _STACK, "--remove-strays")
    kept: list[list[str]] = []
    gone = _laid_over(*_page_settings(), *(f"groundwork:retention.{each}" for each in _FREE))
    for _ in range(2):
        project.ok("up", _STACK, "--fast", *gone)
        project.ok("destroy", _STACK, "--fast")
        kept.append(project.kept(_STACK))
    return Ends(resources, released, first, again, *kept)


def test_releasing_protection_replaces_and_deletes_nothing(ends: Ends) -> None:
    assert set(ends.released.changes) == {"same", "update"}


def test_a_destroy_leaves_exactly_what_the_page_says(ends: Ends) -> None:
    left = types(ends.first)
    assert left == remains(ends.resources)
    assert left[SNAPSHOT] == left[AUTOMATED_BACKUP] == left[CACHE_SNAPSHOT] == 1
    assert left[DELETED_SECRET] >= 4
    assert left["aws:s3/bucket:Bucket"] == 2
    assert left["aws:backup/vault:Vault"] == 1


def test_a_name_of_what_is_left_is_taken(ends: Ends) -> None:
    assert ends.again.code != 0
    assert re.search(
        r"(AlreadyExists|BucketAlreadyOwnedByYou|InvalidRequest).*\(left\)|already scheduled", ends.again.err
    )


def test_a_second_destroy_leaves_snapshots_of_their_own(ends: Ends) -> None:
    assert len(_snapshots(ends.second)) == 2
    assert len(set(_snapshots(ends.third))) == 4
    assert set(_snapshots(ends.second)) < set(_snapshots(ends.third))
