"""A region takes the primary's place by the real engine: refused while the primary lives, and nothing is replaced."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from offline_cloud.workspace import open_workspace
from tests.tools.operations.stand import PRODUCT, Kills, Stand
from tools.operations.case import INSTANCE, Case
from tools.operations.engine import Asked, Engine
from tools.operations.offline import OfflineCloud
from tools.operations.progress import Progress
from tools.operations.registry import OPERATIONS
from tools.operations.steps import Plan, StoppedError, WaitingError

pytestmark = pytest.mark.engine
ASKED = Asked(name="promote-replica", stack="west/ledger")
WEST = """\
config:
  groundwork:environment: dev
  groundwork:region: us-west-2
  groundwork:zones: [usw2-az1, usw2-az2, usw2-az3]
  groundwork:domain: ledger.example
  groundwork:workload: ledger
  groundwork:primary_stack: small
  groundwork:network: {cidr: 10.81.0.0/16}
  groundwork:cluster: {api_access: tunnel}
  groundwork:monitoring: {emails: [on-call@ledger.example]}
  groundwork:ingress: {routing: secondary}
  groundwork:database: {source: primary, failover: fenced}
"""


class PrimaryDown(OfflineCloud):
    """The offline cloud on the day on which nobody reaches the primary region."""

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        if command == "get-health-check-status":
            return {"HealthCheckObservations": [{"StatusReport": {"Status": "Failure: connection timed out"}}]}
        return super().aws(service, command, **options)


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    given = {"replica_regions": "[us-west-2]", "ingress": "{routing: primary}"}
    stand = Stand.make(tmp_path_factory.mktemp("regions"), "dev", **given)
    stand.up()
    return stand


@pytest.fixture(scope="module")
def west(primary: Stand) -> Stand:
    (primary.folder / "Pulumi.west.yaml").write_text(WEST)
    stand = Stand(primary.folder, "west")
    stand.up()
    return stand


def test_it_is_refused_while_the_primary_lives(west: Stand) -> None:
    with pytest.raises(StoppedError) as refused:
        west.run(ASKED)
    assert "1 of 1 checkers find the primary region well: say TO=regardless once" in str(refused.value)
    with pytest.raises(StoppedError, match="given no copy of another region's database"):
        Stand(west.folder, "small").run(replace(ASKED, stack="small/ledger"))
    assert west.cloud.tag.read() is None


def test_it_begins_without_a_word_when_no_checker_reaches_the_primary(west: Stand) -> None:
    cloud = PrimaryDown(open_workspace(west.folder, "west", PRODUCT), fast=True)
    engine = Engine(cloud.tag, "ann@laptop", lambda: datetime.now(UTC), west.said.append)

    def plan_of(progress: Progress) -> Plan:
        return OPERATIONS[progress.name].plan(Case(cloud, west.files, progress))

    with pytest.raises(WaitingError, match=r"create-network-acl-entry --region us-east-1 --network-acl-id acl-"):
        engine.run(ASKED, plan_of)
    engine.abandon(plan_of)


def test_the_copy_becomes_the_writer_in_its_place_and_users_stay(primary: Stand, west: Stand) -> None:
    standing = {each.name: each.id for each in primary.cloud.state()}
    copy = west.types(INSTANCE)["database-primary"]
    faults = {"close": f"update:{INSTANCE}:1=crash-after"}
    moments = [f"{when} `up` after close" for when in ("before", "in", "after")]
    kills = Kills.one_of(ASKED.name, [*moments, "before update-health-check", "after update-health-check"], faults)
    assert west.through(replace(ASKED, to="regardless"), kills) == 1, f"{kills.only} never came"

    writer = west.types(INSTANCE)["database-primary"]
    assert (writer.id, writer.outputs["address"]) == (copy.id, copy.outputs["address"])
    assert "replicateSourceDb" not in writer.inputs
    assert "source: promoted" in west.files.stack_path.read_text()
    assert "failover" not in west.files.stack_path.read_text()
    assert {each.name: each.id for each in primary.cloud.state()} == standing
    check = next(each for each in primary.cloud.state() if each.type == "aws:route53/healthCheck:HealthCheck")
    config = west.cloud.aws("route53", "get-health-check", health_check_id=check.id)["HealthCheck"]["HealthCheckConfig"]
    assert config == {"Disabled": True, "Inverted": True}
    # Not `agrees`: one cloud holds both stacks here.
    assert set(west.changes()) == {"same"}
    assert west.cloud.tag.read() is None
