"""Two regions of Service Layer on the real engine: the second lives by the first's data, takes over, and goes first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.forked import Ended
from tests.platform.life import RELEASED, ROOT, Project
from tests.platform.plan import ADVISED

pytestmark = pytest.mark.engine

EXAMPLE = ROOT / "docs" / "how-to" / "examples" / "three-regions"
PRIMARY, TAKER = "prod", "prod-eu-west-1"
PROMOTED = ("groundwork:database.source=promoted", "groundwork:database.failover=manual")
INSTANCE = "aws:rds/instance:Instance"

Resource = dict[str, Any]


@dataclass(frozen=True)
class Regions:
    """How it went, in order."""

    preview: Ended
    before: list[Resource]
    again: Ended
    after: list[Resource]
    left: list[Resource]
    primary_left: list[Resource]


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Regions:
    project = _project(tmp_path_factory.mktemp("regions"))
    project.ok("up", PRIMARY, "--fast", *_with())
    preview = project.run("preview", TAKER, "--json")
    project.ok("up", TAKER, "--fast", *_with())
    before = project.resources(TAKER)
    again = project.ok("up", TAKER, "--fast", "--json", *_with())
    project.ok("up", TAKER, "--fast", *_with(*PROMOTED))
    after = project.resources(TAKER)
    project.ok("destroy", TAKER, "--fast")
    left = project.resources(TAKER)
    project.ok("destroy", PRIMARY, "--fast")
    return Regions(preview, before, again, after, left, project.resources(PRIMARY))


def _with(*settings: str) -> list[str]:
    return [option for setting in (*settings, *RELEASED) for option in ("-c", setting)]


def _project(folder: Path) -> Project:
    """The project with the example's stack files in the place of its own."""
    project = Project.make(folder)
    for own in folder.glob("Pulumi.*.yaml"):
        own.unlink()
    for file in EXAMPLE.glob("Pulumi.*.yaml"):
        (folder / file.name).symlink_to(file)
    return project


def _one(resources: list[Resource], type: str, name: str) -> Resource:
    (found,) = [each for each in resources if each["type"] == type and each["urn"].endswith(f"::{name}")]
    return found


@pytest.mark.requirement("SL-121")
def test_a_secondary_region_comes_up_beside_its_primary_and_breaks_no_policy(regions: Regions) -> None:
    assert regions.preview.code == 0, regions.preview.err
    assert regions.preview.breaches == []
    assert regions.preview.advice <= ADVISED
    assert set(regions.again.changes) == {"same"}


@pytest.mark.requirement("SL-122")
@pytest.mark.requirement("SL-125")
def test_it_copies_the_primarys_database_and_writes_to_it(regions: Regions) -> None:
    copy = _one(regions.before, INSTANCE, "database-primary")
    assert copy["inputs"]["replicateSourceDb"].endswith(":db:service-layer-prod-primary")
    assert copy["outputs"]["region"] == "eu-west-1"
    writer = _one(regions.before, "aws:route53/record:Record", "database-writer")
    (host,) = writer["inputs"]["records"]
    assert host.startswith("service-layer-prod-primary.")
    assert host.endswith(".us-east-1.rds.amazonaws.com")
    accepter = _one(
        regions.before, "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "peering-accepter"
    )
    assert (accepter["outputs"]["region"], accepter["outputs"]["acceptStatus"]) == ("us-east-1", "active")


@pytest.mark.requirement("AT-110")
def test_a_promotion_keeps_the_instance_and_gives_back_the_way_to_the_old_one(regions: Regions) -> None:
    copy, promoted = (_one(each, INSTANCE, "database-primary") for each in (regions.before, regions.after))
    assert promoted["id"] == copy["id"]
    assert promoted["outputs"]["address"] == copy["outputs"]["address"]
    assert "replicateSourceDb" not in promoted["inputs"]
    reader = _one(regions.after, INSTANCE, "database-replica-1")
    assert reader["inputs"]["replicateSourceDb"] == promoted["inputs"]["identifier"]
    assert not [each["urn"] for each in regions.after if "::peering" in each["urn"] or "::failover" in each["urn"]]


def test_each_region_goes_without_a_trace(regions: Regions) -> None:
    for left in (regions.left, regions.primary_left):
        assert [each["urn"] for each in left if not each["type"].startswith("pulumi:")] == []
