"""Other machines for the system, and fewer replicas, by the real engine on a cluster, killed at every moment."""

import pytest

from tests.tools.operations.stand import Kills, Stand
from tools.operations.case import INSTANCE
from tools.operations.engine import Asked
from tools.operations.replace_system_nodes import GROUP

pytestmark = pytest.mark.engine


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


def test_the_last_replica_goes_and_the_password_stays_where_it_is(stand: Stand) -> None:
    kills = Kills(faults={"nothing": f"delete:{INSTANCE}:1=crash-after"})
    stand.through(Asked(name="lower-replicas", stack="small/ledger", to="0"), kills)
    assert "in `up` after nothing" in kills.met
    (primary,) = stand.types(INSTANCE).values()
    assert primary.inputs.get("manageMasterUserPassword") is not True
    assert "database: {read_replicas: 0, master_password: platform}" in stand.files.stack_path.read_text()
    stand.agrees()
