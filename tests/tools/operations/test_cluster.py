"""Other machines for the system, and fewer replicas, by the real engine on a cluster, killed at every moment."""

import pytest

from tests.tools.operations.stand import Kills, Stand
from tools.operations.case import INSTANCE
from tools.operations.engine import Asked
from tools.operations.replace_system_nodes import GROUP
from tools.operations.stores import LOG_GROUP
from tools.operations.upgrade_kubernetes import CLUSTER

pytestmark = pytest.mark.engine
ZONES = ("use1-az1", "use1-az2", "use1-az4")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    stand = Stand.make(tmp_path_factory.mktemp("cluster"), "dev", database="{read_replicas: 1}")
    stand.up()
    return stand


def test_the_system_gets_other_nodes_and_the_old_group_goes(stand: Stand) -> None:
    (before,) = stand.types(GROUP).values()
    kills = Kills(faults={"nothing": f"delete:{GROUP}:1=crash"})
    stand.through(Asked(name="replace-system-nodes", stack="small/ledger", to="m7g.xlarge"), kills)
    assert "in `up` after nothing" in kills.met
    (after,) = stand.types(GROUP).values()
    assert after.inputs["instanceTypes"] == ["m7g.xlarge"]
    assert after.id != before.id
    stand.agrees()


def test_a_zone_joins_and_nothing_that_stands_is_replaced(stand: Stand) -> None:
    before = {each.name: each.id for each in stand.cloud.state()}
    kills = Kills()
    stand.through(Asked(name="add-zone", stack="small/ledger", to="use1-az5"), kills)
    assert {"before `up` after nothing", "after `up` after nothing"} <= kills.met
    after = {each.name: each.id for each in stand.cloud.state()}
    assert {name: after.get(name) for name in before} == before
    assert {name for name in after if name.startswith("network-") and name.endswith("-d")} >= {
        "network-public-d", "network-private-d", "network-data-d"
    }  # fmt: skip
    assert len(stand.types(CLUSTER)["cluster-control-plane-cluster"].inputs["vpcConfig"]["subnetIds"]) == len(ZONES)
    assert stand.types(GROUP)["cluster-system-d-group"].inputs["scalingConfig"]["minSize"] == 1
    stand.agrees()


def test_the_last_replica_goes_and_the_password_stays_where_it_is(stand: Stand) -> None:
    assert {name for name in stand.types(LOG_GROUP) if name.startswith("database-replica-1")}
    kills = Kills(faults={"nothing": f"delete:{INSTANCE}:1=crash-after"})
    stand.through(Asked(name="lower-replicas", stack="small/ledger", to="0"), kills)
    assert "in `up` after nothing" in kills.met
    assert not {name for name in stand.types(LOG_GROUP) if name.startswith("database-replica-")}
    assert "permits" not in stand.files.stack_path.read_text()
    (primary,) = stand.types(INSTANCE).values()
    assert primary.inputs.get("manageMasterUserPassword") is not True
    assert "database: {read_replicas: 0, master_password: platform}" in stand.files.stack_path.read_text()
    stand.agrees()
